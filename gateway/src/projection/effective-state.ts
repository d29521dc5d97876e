import type { Digest } from '@tallystick/chaincode/model';
import type { EffectiveState, InForce, StateOverlay } from '@tallystick/verifier/fold';
import type { SqliteHandle } from '../database/sqlite/database.js';
import { prepared, type Statement } from '../database/sqlite/statement.js';
import { DefinitionRow } from './definition-row.js';

/** Characters of keys and texts remembered, half of them at least. */
const REMEMBERED = 8_000_000;

/**
 * The effective state after the last committed batch. Remembered are the records that every use is decided by, those that were written
 * lately, since a use is asked for, answered and acknowledged in a short time, and that nothing stands under a key.
 */
export class CommittedState implements EffectiveState {
  readonly #text: Statement<[text: string]>;
  readonly #standing: Statement<[digest: Digest | null]>;
  readonly #divergent: Statement<[number]>;
  /** Two generations: when the younger is full, the elder is forgotten. */
  #young = new Map<string, string | undefined>();
  #old = new Map<string, string | undefined>();
  #size = 0;
  #diverges: boolean;
  #inForce: InForce;

  constructor(handle: SqliteHandle) {
    this.#text = prepared(handle, 'SELECT value FROM records WHERE key = ?');
    this.#standing = prepared(handle, 'SELECT digest FROM standings WHERE key = ?');
    this.#divergent = prepared(handle, 'SELECT 1 FROM standings LIMIT 1');
    this.#diverges = this.#divergent.first() !== undefined;
    this.#inForce = new DefinitionRow(handle).read();
  }

  inForce(): InForce {
    return this.#inForce;
  }

  text(key: string): string | undefined {
    if (this.#young.has(key)) return this.#young.get(key);
    const text = this.#old.has(key) ? this.#old.get(key) : this.#text.first(key)?.[0];
    this.#remember(key, text);
    return text;
  }

  standing(key: string): Digest | null | undefined {
    return this.#diverges ? this.#standing.first(key)?.[0] : undefined;
  }

  /** Told of what a batch has written. */
  committed(overlay: StateOverlay): void {
    this.#inForce = overlay.inForce();
    for (const [key, text] of overlay.texts()) this.#remember(key, text);
    if (overlay.standings().size > 0) this.#diverges = this.#divergent.first() !== undefined;
  }

  #remember(key: string, text: string | undefined): void {
    this.#size += key.length + (text?.length ?? 0);
    if (this.#size > REMEMBERED / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#size = 0;
    }
    this.#young.set(key, text);
  }
}
