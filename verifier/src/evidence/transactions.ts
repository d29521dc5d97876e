import type { Identity } from '../fabric/identity.js';
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

/** The function that a transaction called: its first argument. */
export const functionOf = ({ args }: Transaction): string => textOrEmpty(args[0]);

/** Its single parameter; empty when there is not exactly one. */
export const parameterOf = ({ args }: Transaction): string => (args.length === 2 ? textOrEmpty(args[1]) : '');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOrEmpty(bytes: Uint8Array | undefined): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '';
  }
}

export interface ReadVersion {
  readonly key: string;
  /** Where what stood there had been written; `null` for nothing. */
  readonly version: Position | null;
}

/** Endorsed reads in a namespace. */
export const readsIn = (tx: Transaction, namespace: string): readonly ReadVersion[] =>
  tx.namespaces.get(namespace)?.reads ?? [];

/** What a transaction wrote in a namespace: text by key, `null` for a delete. An empty value deletes (fabric rwsetutil). */
export function writesIn(tx: Transaction, namespace: string): ReadonlyMap<string, string | null> {
  const writes = tx.namespaces.get(namespace)?.writes ?? [];
  return new Map(
    writes.map(({ key, value }) => [key, value === null || value.length === 0 ? null : utf8.decode(value)]),
  );
}

/** Which organisations they are of, without repetition, in order. */
export const organisationsOf = (identities: readonly Identity[]): string[] =>
  [...new Set(identities.map(({ mspId }) => mspId))].sort();
