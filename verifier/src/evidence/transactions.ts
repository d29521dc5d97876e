import { textOf } from '../bytes/protobuf.js';
import type { Identity } from '../fabric/identity.js';
import type { NamespaceSet, Read } from '../fabric/rwset.js';
import type { Transaction } from '../fabric/transaction.js';
import { placeOf, type FiledTransaction, type Position } from './reading.js';

/** A transaction of the file, taken apart. */
export interface Evidenced {
  readonly filed: FiledTransaction;
  readonly tx: Transaction;
  readonly position: Position;
  /** `<block>/<index>`. */
  readonly place: string;
  /** What it read and wrote in the namespace of our chaincode: texts by key, `null` for a delete. */
  readonly reads: readonly Read[];
  readonly writes: ReadonlyMap<string, string | null>;
}

/** @throws Rejection MALFORMED when something written in the namespace is no text */
export const evidenced = (filed: FiledTransaction, tx: Transaction, chaincode: string): Evidenced => ({
  filed,
  tx,
  position: filed.position,
  place: placeOf(filed.position),
  reads: readsIn(tx, chaincode),
  writes: writesIn(tx, chaincode),
});

const setIn = ({ namespaces }: Pick<Transaction, 'namespaces'>, name: string): NamespaceSet | undefined =>
  namespaces.find(({ namespace }) => namespace === name);

/** Endorsed reads in a namespace. */
export const readsIn = (tx: Pick<Transaction, 'namespaces'>, namespace: string): readonly Read[] =>
  setIn(tx, namespace)?.reads ?? [];

/** Keys that a transaction wrote in a namespace, whatever the values mean. */
export const keysIn = (tx: Transaction, namespace: string): readonly string[] =>
  (setIn(tx, namespace)?.writes ?? []).map(({ key }) => key);

function writesIn(tx: Transaction, namespace: string): ReadonlyMap<string, string | null> {
  const writes = setIn(tx, namespace)?.writes ?? [];
  return new Map(writes.map(({ key, value }) => [key, value && textOf(value)]));
}

/** Which organisations they are of, without repetition, in order. */
export const organisationsOf = (identities: readonly Identity[]): string[] =>
  [...new Set(identities.map(({ mspId }) => mspId))].sort();
