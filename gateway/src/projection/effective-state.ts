import type { Digest } from '@tallystick/chaincode/model';
import type { EffectiveState } from '@tallystick/verifier/fold';
import type { SqliteHandle } from '../sqlite/database.js';
import { prepared, type Statement } from '../sqlite/statement.js';

/** Characters of records remembered: the space, participants, grants and claims that every use is decided by. */
const REMEMBERED = 4_000_000;

/** The effective state after the last committed batch. */
export class CommittedState implements EffectiveState {
  readonly #text: Statement<[text: string]>;
  readonly #standing: Statement<[digest: Digest | null]>;
  readonly #texts = new Map<string, string>();
  #size = 0;

  constructor(handle: SqliteHandle) {
    this.#text = prepared<[text: string]>(handle, 'SELECT value FROM records WHERE key = ?');
    this.#standing = prepared<[digest: Digest | null]>(handle, 'SELECT digest FROM standings WHERE key = ?');
  }

  text(key: string): string | undefined {
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const [text] = this.#text.first(key) ?? [];
    if (text !== undefined) this.#remember(key, text);
    return text;
  }

  standing(key: string): Digest | null | undefined {
    return this.#standing.first(key)?.[0];
  }

  /** Told of what a batch has written: of a record that is remembered the new text, of any other nothing. */
  committed(texts: ReadonlyMap<string, string>): void {
    for (const [key, text] of texts) if (this.#texts.has(key)) this.#texts.set(key, text);
  }

  #remember(key: string, text: string): void {
    this.#size += key.length + text.length;
    if (this.#size > REMEMBERED) {
      this.#texts.clear();
      this.#size = key.length + text.length;
    }
    this.#texts.set(key, text);
  }
}
