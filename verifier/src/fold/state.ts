import type { Digest } from '@tallystick/chaincode/model';
import { NOTHING_IN_FORCE, type InForce } from './edition.js';
import type { FoldedTransaction } from './folded.js';

type Now<T> = T | Promise<T>;

/** What the ledger is by the rules, after the last folded transaction. */
export interface EffectiveState {
  /** Effective text under a ledger key. */
  text(key: string): Now<string | undefined>;
  /** Digest of what stands on Fabric where that is something else; `null`: nothing stands. `undefined`: both agree. */
  standing(key: string): Now<Digest | null | undefined>;
  /** Which definition is in force. */
  inForce(): InForce;
}

/** A state without any record. */
export const EMPTY_STATE: EffectiveState = {
  text: () => undefined,
  standing: () => undefined,
  inForce: () => NOTHING_IN_FORCE,
};

/** A state with transactions laid over it: the fold of a batch before it is kept. */
export class StateOverlay implements EffectiveState {
  readonly #before: EffectiveState;
  readonly #texts = new Map<string, string>();
  readonly #standings = new Map<string, Digest | null | undefined>();

  #inForce: InForce;

  constructor(before: EffectiveState) {
    this.#before = before;
    this.#inForce = before.inForce();
  }

  inForce(): InForce {
    return this.#inForce;
  }

  text(key: string): Now<string | undefined> {
    return this.#texts.get(key) ?? this.#before.text(key);
  }

  standing(key: string): Now<Digest | null | undefined> {
    return this.#standings.has(key) ? this.#standings.get(key) : this.#before.standing(key);
  }

  apply({ writes, standing, inForce }: Pick<FoldedTransaction, 'writes' | 'standing' | 'inForce'>): void {
    this.#inForce = inForce;
    for (const [key, text] of writes) this.#texts.set(key, text);
    for (const [key, digest] of standing) this.#standings.set(key, digest);
  }

  /** Effective texts that were written over the state before. */
  texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  /** What changed of what stands; `undefined`: agrees again. */
  standings(): ReadonlyMap<string, Digest | null | undefined> {
    return this.#standings;
  }
}
