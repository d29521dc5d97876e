import type { Trust } from '../../../verifier/src/trust/trust.js';
import { readTrust } from '../../../verifier/src/trust/file.js';
import { verify } from '../../../verifier/src/verify.js';
import { draftOf, spell, spelledWith, type Draft } from '../draft.js';
import { membersOf, othersOf, piecesOf, type Member, type Mutation, type Piece } from './places.js';
import { RememberingSubtle } from './remembering.js';
import type { VectorText } from './vectors.js';

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
  /** The file in parts: every second one is the base64 of a piece. */
  readonly #parts: string[];

  private constructor({ evidence, trust }: VectorText) {
    this.draft = draftOf(evidence);
    this.#trust = readTrust(trust);
    this.#pieces = piecesOf(this.draft);
    this.#members = membersOf(this.draft);
    this.#parts = this.#cut();
  }

  /** Pieces are spelled one by one, without shared entries: what is spelled anew is the piece that was changed and nothing else. */
  #cut(): string[] {
    const indexes = new Map(this.#pieces.map(({ bytes }, index) => [bytes, index]));
    const text = spelledWith(this.draft, (bytes) => [`=§${indexes.get(bytes)!}§`]);
    return text
      .split('§')
      .map((part, index) => (index % 2 === 0 ? part : base64(this.#pieces[Number(part)]!.bytes)));
  }

  /** One that the verifier believes; signatures that it was asked for then are remembered. @throws Error when it does not */
  static async prepared(vector: VectorText): Promise<Mutant> {
    const mutant = new Mutant(vector);
    for (const text of [spell(mutant.draft), mutant.#parts.join('')]) {
      const outcome = await mutant.#outcome(text);
      if (outcome !== 'VERIFIED') throw new Error(`nothing to change: ${outcome}`);
    }
    mutant.#remembering.isLearning = false;
    return mutant;
  }

  /** Makes one change, asks the verifier, and takes it back. `undefined` when it was noticed. */
  async try(mutation: Mutation): Promise<Survivor | undefined> {
    const { field, what, text } = mutation.kind === 'bit' ? this.#flipped(mutation) : this.#put(mutation);
    return (await this.#outcome(text)) === 'VERIFIED' ? { field, what } : undefined;
  }

  async #outcome(text: string): Promise<string> {
    const evidence = new TextEncoder().encode(text);
    return (await verify({ evidence, trust: this.#trust }, this.#remembering.subtle)).outcome;
  }

  #flipped({ piece, bit }: Mutation & { kind: 'bit' }): Changed {
    const { field, bytes } = this.#pieces[piece]!;
    const flipped = Uint8Array.from(bytes);
    const at = bit >> 3;
    flipped[at] = flipped[at]! ^ (1 << (bit & 7));
    const text = this.#parts.with(2 * piece + 1, base64(flipped)).join('');
    return { field, what: `byte ${at} of ${bytes.length}, bit ${bit & 7}`, text };
  }

  #put({ member, other }: Mutation & { kind: 'member' }): Changed {
    const { field, value, put } = this.#members[member]!;
    const chosen = othersOf(this.#members[member]!)[other]!;
    put(chosen);
    const text = spell(this.draft);
    put(value);
    return { field, what: `${chosen}`, text };
  }
}

interface Changed extends Survivor {
  readonly text: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
