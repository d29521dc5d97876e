import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Transaction } from '../fabric/transaction.js';
import { Message, shape, type Shape } from '../fold/wire.js';
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
 */
export function rangesOf(transaction: Transaction, state: BlockState): RangeResult {
  if (!transaction.namespaces.some(({ hasRangeQueries }) => hasRangeQueries)) return 'same';
  const results = rangesIn(transaction.responsePayload).map((range) => resultOf(range, state));
  return results.find((result) => result === 'changed') ?? results.find((r) => r === 'unknown') ?? 'same';
}

/** From ProposalResponsePayload over ChaincodeAction and TxReadWriteSet, whose form was checked when the transaction was read. */
function rangesIn(responsePayload: Uint8Array): Range[] {
  const action = read(read(responsePayload, shape({ 2: 'bytes' })).bytes(2), shape({ 1: 'bytes' }));
  return read(action.bytes(1), shape({ 2: 'list' }))
    .list(2)
    .flatMap((bytes) => {
      const set = read(bytes, shape({ 1: 'string', 2: 'bytes' }));
      return readRanges(set.text(1), read(set.bytes(2), shape({ 2: 'list' })).list(2));
    });
}

/** @param queries kvrwset.RangeQueryInfo @throws Unreadable */
export const readRanges = (space: string, queries: readonly Uint8Array[]): Range[] =>
  queries.map((query) => readRange(space, query));

const RANGE = shape({ 1: 'string', 2: 'string', 3: 'number', 4: 'message', 5: 'message' });
const READ = shape({ 1: 'string', 2: 'message' });
const VERSION = shape({ 1: 'number', 2: 'number' });

// No import of the reader of whole sets, which reads ranges with this.
const read = (parts: Uint8Array | readonly Uint8Array[], fields: Shape): Message =>
  Message.read(parts, fields, new Set());

/** Of `raw_reads` and `reads_merkle_hashes` peers write one; where both stand, what held is not judged. */
function readRange(space: string, bytes: Uint8Array): Range {
  const range = read(bytes, RANGE);
  return {
    space,
    start: range.text(1),
    end: range.text(2),
    hasEnd: range.number(3) === 0n,
    reads: range.has(5) ? undefined : readsIn(range.list(4)),
  };
}

const readsIn = (parts: readonly Uint8Array[]): NonNullable<Range['reads']> =>
  read(parts, shape({ 1: 'list' }))
    .list(1)
    .map((each) => {
      const found = read(each, READ);
      const version = read(found.list(2), VERSION);
      return {
        key: found.text(1),
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
