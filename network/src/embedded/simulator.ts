import { fieldKey, LIFECYCLE } from './lifecycle.js';
import { encodeReadWriteSet, type NamespaceAccess, type Version } from '../wire/index.js';
import type { StateSnapshot } from './store.js';

/** The ledger operations that a running chaincode may ask for. */
export interface ChaincodeState {
  /** Committed state only: a transaction does not see its own writes. */
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
  delete(key: string): void;
}

/** Runs one proposal against committed state and records what it read and wrote. */
export interface Simulation extends ChaincodeState {
  /** The read-write set as bytes; call once the chaincode has answered. */
  results(): Uint8Array;
  close(): void;
}

class SnapshotSimulation implements Simulation {
  readonly #snapshot: StateSnapshot;
  readonly #own: NamespaceAccess;
  readonly #accesses = new Map<string, NamespaceAccess>();
  readonly #namespace: string;

  constructor(namespace: string, snapshot: StateSnapshot) {
    this.#namespace = namespace;
    this.#snapshot = snapshot;
    this.#own = { reads: new Map(), writes: new Map() };
    // Fabric looks up the definition inside the simulation, so every transaction is bound to the definition in force.
    const sequence = fieldKey(namespace, 'Sequence');
    const version = snapshot.get(LIFECYCLE, sequence)?.version;
    this.#accesses.set(LIFECYCLE, {
      reads: new Map<string, Version | undefined>([[sequence, version]]),
      writes: new Map(),
    });
  }

  get(key: string): Uint8Array | undefined {
    const found = this.#snapshot.get(this.#namespace, key);
    this.#own.reads.set(key, found?.version);
    return found?.value;
  }

  put(key: string, value: Uint8Array): void {
    this.#own.writes.set(key, value.length > 0 ? value : undefined);
  }

  delete(key: string): void {
    this.#own.writes.set(key, undefined);
  }

  results(): Uint8Array {
    if (this.#own.reads.size + this.#own.writes.size > 0) this.#accesses.set(this.#namespace, this.#own);
    return encodeReadWriteSet(this.#accesses);
  }

  close(): void {
    this.#snapshot.close();
  }
}

/** A simulation of chaincode `namespace` on a snapshot, which it closes. */
export function newSimulation(namespace: string, snapshot: StateSnapshot): Simulation {
  return new SnapshotSimulation(namespace, snapshot);
}
