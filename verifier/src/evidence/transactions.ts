import { textOf } from '../bytes/protobuf.js';
import type { Identity } from '../fabric/identity.js';
import type { NamespaceSet } from '../fabric/rwset.js';
import type { Transaction } from '../fabric/transaction.js';
import { placeOf, type FiledTransaction, type Position } from './reading.js';

/** A transaction of the file, taken apart. */
export interface Evidenced {
  readonly filed: FiledTransaction;
  readonly tx: Transaction;
  readonly position: Position;
  /** `<block>/<index>`. */
  readonly place: string;
}

export const evidenced = (filed: FiledTransaction, tx: Transaction): Evidenced => ({
  filed,
  tx,
  position: filed.position,
  place: placeOf(filed.position),
});

export interface ReadVersion {
  readonly key: string;
  /** Where what stood there had been written; `null` for nothing. */
  readonly version: Position | null;
}

const setIn = ({ namespaces }: Pick<Transaction, 'namespaces'>, name: string): NamespaceSet | undefined =>
  namespaces.find(({ namespace }) => namespace === name);

/** Endorsed reads in a namespace. */
export const readsIn = (tx: Pick<Transaction, 'namespaces'>, namespace: string): readonly ReadVersion[] =>
  setIn(tx, namespace)?.reads ?? [];

/** Keys that a transaction wrote in a namespace, whatever the values mean. */
export const keysIn = (tx: Transaction, namespace: string): readonly string[] =>
  (setIn(tx, namespace)?.writes ?? []).map(({ key }) => key);

/** What a transaction wrote in a namespace of texts; `null` for a delete. @throws Rejection MALFORMED */
export function writesIn(tx: Transaction, namespace: string): ReadonlyMap<string, string | null> {
  const writes = setIn(tx, namespace)?.writes ?? [];
  return new Map(writes.map(({ key, value }) => [key, value && textOf(value)]));
}

/** Which organisations they are of, without repetition, in order. */
export const organisationsOf = (identities: readonly Identity[]): string[] =>
  [...new Set(identities.map(({ mspId }) => mspId))].sort();
