import { utf8ToBytes } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { Transaction } from '../fabric/transaction.js';
import { isSameVersion, type BlockState, type Entry, type Version } from './world-state.js';

/** A range that a transaction read (kvrwset.RangeQueryInfo). */
interface Range {
  readonly space: string;
  readonly start: string;
  /** Empty: to the last key there is. */
  readonly end: string;
  /** Whether the end itself was read: it is the last key that was looked at, not the end that was asked for. */
  readonly hasEnd: boolean;
  /** What it held; `undefined` where only hashes of it are recorded. */
  readonly reads: readonly { readonly key: string; readonly version: Version }[] | undefined;
}

/** `unknown`: only hashes of what was read are recorded, as peers do for long results; they are not computed here. */
export type RangeResult = 'same' | 'changed' | 'unknown';

/**
 * Whether the ranges that a transaction read still hold the same keys at the same versions at its turn
 * (fabric:core/ledger/kvledger/txmgmt/validation/rangequery_validator.go). Looks through all keys of the namespace.
 * @throws Rejection MALFORMED
 */
export function rangesOf(transaction: Transaction, state: BlockState): RangeResult {
  if (!transaction.namespaces.some(({ hasRangeQueries }) => hasRangeQueries)) return 'same';
  const results = rangesIn(transaction.responsePayload).map((range) => resultOf(range, state));
  return results.find((result) => result === 'changed') ?? results.find((r) => r === 'unknown') ?? 'same';
}

/** From ProposalResponsePayload over ChaincodeAction and TxReadWriteSet, whose form was checked when the transaction was read. */
function rangesIn(responsePayload: Uint8Array): Range[] {
  const inner = (bytes: Uint8Array, number: number): Uint8Array =>
    Message.readKnown(bytes, { fields: [number] }).bytes(number);
  const sets = Message.readKnown(inner(inner(responsePayload, 2), 1), { fields: [], repeated: [2] });
  return sets.repeated(2).flatMap((bytes) => {
    const set = Message.readKnown(bytes, { fields: [1, 2] });
    const queries = Message.readKnown(set.bytes(2), { fields: [], repeated: [2] }).repeated(2);
    return queries.map((query) => readRange(set.text(1), query));
  });
}

function readRange(space: string, bytes: Uint8Array): Range {
  const range = Message.read(bytes, { fields: [1, 2, 3, 4, 5] });
  return {
    space,
    start: range.text(1),
    end: range.text(2),
    hasEnd: range.number(3) === 0n,
    reads: range.has(5) ? undefined : readsIn(range.bytes(4)),
  };
}

const readsIn = (bytes: Uint8Array): NonNullable<Range['reads']> =>
  Message.read(bytes, { fields: [], repeated: [1] })
    .repeated(1)
    .map((each) => {
      const read = Message.read(each, { fields: [1, 2] });
      const version = Message.read(read.bytes(2), { fields: [1, 2] });
      return {
        key: read.text(1),
        version: { block: Number(version.number(1)), index: Number(version.number(2)) },
      };
    });

function resultOf(range: Range, state: BlockState): RangeResult {
  const { reads } = range;
  if (!reads) return 'unknown';
  const found = keysIn(range, state);
  const isSame =
    found.length === reads.length &&
    reads.every(({ key, version }, index) => {
      const [at, entry] = found[index] ?? [];
      return at === key && isSameVersion(version, entry?.version);
    });
  return isSame ? 'same' : 'changed';
}

/** In the order of a peer's database: by the bytes of the keys. */
function keysIn({ space, start, end, hasEnd }: Range, state: BlockState): (readonly [string, Entry])[] {
  return [...state.all(space)]
    .filter(([key]) => {
      const beforeEnd = end === '' ? -1 : compareKeys(key, end);
      return compareKeys(key, start) >= 0 && (beforeEnd < 0 || (hasEnd && beforeEnd === 0));
    })
    .sort(([a], [b]) => compareKeys(a, b));
}

function compareKeys(a: string, b: string): number {
  const [left, right] = [utf8ToBytes(a), utf8ToBytes(b)];
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}
