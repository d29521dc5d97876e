import type { Digest } from '@tallystick/chaincode/model';
import { textOf } from '../bytes/protobuf.js';
import {
  NOTHING_IN_FORCE,
  type EffectiveState,
  type FoldedTransaction,
  type InForce,
} from '../fold/index.js';

/** A record as the rules left it. */
export interface EffectiveRecord {
  readonly key: string;
  readonly text: string;
  /** Block of the transaction that wrote it. */
  readonly block: number;
}

interface Kept {
  /** Bytes where Fabric has the same: then both states share them. */
  value: string | Uint8Array;
  readonly block: number;
}

/** The state by the rules: the second of the two that an audit keeps, in memory as the first. */
export class EffectiveRecords implements EffectiveState {
  readonly #records = new Map<string, Kept>();
  readonly #standings = new Map<string, Digest | null>();
  #inForce = NOTHING_IN_FORCE;

  text(key: string): string | undefined {
    const kept = this.#records.get(key);
    return kept && spelled(kept.value);
  }

  standing(key: string): Digest | null | undefined {
    return this.#standings.get(key);
  }

  inForce(): InForce {
    return this.#inForce;
  }

  define(inForce: InForce): void {
    this.#inForce = inForce;
  }

  apply({ writes, standing, inForce, leaf: { block } }: FoldedTransaction): void {
    this.define(inForce);
    for (const [key, text] of writes) this.put({ key, text, block });
    for (const [key, digest] of standing) this.stand(key, digest);
  }

  put({ key, text, block }: EffectiveRecord): void {
    this.#records.set(key, { value: text, block });
  }

  stand(key: string, digest: Digest | null | undefined): void {
    if (digest === undefined) this.#standings.delete(key);
    else this.#standings.set(key, digest);
  }

  /** Has the bytes that Fabric holds under the key kept once, where they are this record's. */
  share(key: string, bytes: Uint8Array): void {
    const kept = this.#records.get(key);
    if (kept && !this.#standings.has(key)) kept.value = bytes;
  }

  /** Everything, in no particular order. */
  *all(): Generator<EffectiveRecord> {
    for (const [key, { value, block }] of this.#records) yield { key, text: spelled(value), block };
  }

  /** Keys under which something else stands on Fabric. */
  standings(): ReadonlyMap<string, Digest | null> {
    return this.#standings;
  }
}

const spelled = (value: string | Uint8Array): string => (typeof value === 'string' ? value : textOf(value));
