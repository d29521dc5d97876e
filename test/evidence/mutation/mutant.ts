import type { Trust } from '../../../verifier/src/trust/trust.js';
import { readTrust } from '../../../verifier/src/trust/file.js';
import { verify } from '../../../verifier/src/verify.js';
import { draftOf, spell, type Draft } from '../draft.js';
import { membersOf, othersOf, piecesOf, type Member, type Mutation, type Piece } from './places.js';
import { RememberingSubtle } from './remembering.js';

/** A change that the verifier did not mind. */
export interface Survivor {
  readonly field: string;
  /** Offset of the bit, or the other value. */
  readonly what: string;
}

/** A good file of which every part can be changed, one at a time. Its custody log is left out: a digest of everything would hide much. */
export class Mutant {
  readonly draft: Draft;
  readonly #trust: Trust;
  readonly #pieces: readonly Piece[];
  readonly #members: readonly Member[];
  readonly #remembering = new RememberingSubtle();

  constructor(text: string, trust: string) {
    this.draft = draftOf(text);
    this.#trust = readTrust(trust);
    this.#pieces = piecesOf(this.draft);
    this.#members = membersOf(this.draft);
  }

  /** The outcome without any change; signatures are remembered from here on. */
  async prepare(): Promise<string> {
    const outcome = await this.#outcome();
    this.#remembering.isLearning = false;
    return outcome;
  }

  /** Makes one change, asks the verifier, and takes it back. `undefined` when it was noticed. */
  async try(mutation: Mutation): Promise<Survivor | undefined> {
    const { place, undo } = mutation.kind === 'bit' ? this.#flip(mutation) : this.#put(mutation);
    try {
      return (await this.#outcome()) === 'VERIFIED' ? place : undefined;
    } finally {
      undo();
    }
  }

  async #outcome(): Promise<string> {
    const evidence = new TextEncoder().encode(spell(this.draft));
    return (await verify({ evidence, trust: this.#trust }, this.#remembering.subtle)).outcome;
  }

  #flip({ piece, bit }: Mutation & { kind: 'bit' }): { place: Survivor; undo: () => void } {
    const { field, bytes } = this.#pieces[piece]!;
    const at = bit >> 3;
    const flip = (): void => void (bytes[at] = bytes[at]! ^ (1 << (bit & 7)));
    flip();
    return { place: { field, what: `byte ${at} of ${bytes.length}, bit ${bit & 7}` }, undo: flip };
  }

  #put({ member, other }: Mutation & { kind: 'member' }): { place: Survivor; undo: () => void } {
    const chosen = this.#members[member]!;
    const value = othersOf(chosen)[other]!;
    chosen.put(value);
    return { place: { field: chosen.field, what: `${value}` }, undo: () => chosen.put(chosen.value) };
  }
}
