import { bytesToHex } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';

/** Where a value was written: the block, and the place of the transaction in it. */
export interface Version {
  readonly block: bigint;
  readonly index: number;
}

export interface Read {
  readonly key: string;
  /** `null`: the key did not exist. */
  readonly version: Version | null;
}

export interface Write {
  readonly key: string;
  /** `null`: deleted. Fabric takes an empty value as a delete. */
  readonly value: Uint8Array | null;
}

/** New metadata of a key, by name; `VALIDATION_PARAMETER` is a policy for the key. */
export interface MetadataWrite {
  readonly key: string;
  readonly entries: readonly { readonly name: string; readonly value: Uint8Array }[];
}

/** What is written to a private data collection, as hashes. Keys are lower-case hex of the key's hash. */
export interface CollectionSet {
  readonly name: string;
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly MetadataWrite[];
  /** rwset.CollectionHashedReadWriteSet, as it stands there. */
  readonly raw: Uint8Array;
}

export interface NamespaceSet {
  readonly namespace: string;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly MetadataWrite[];
  /** Whether it read ranges, whose results are not looked at here. */
  readonly hasRangeQueries: boolean;
  readonly collections: readonly CollectionSet[];
}

function readVersion(bytes: Uint8Array): Version {
  const version = Message.read(bytes, { fields: [1, 2] });
  return { block: version.number(1), index: Number(version.number(2)) };
}

function readRead(bytes: Uint8Array): Read {
  const read = Message.read(bytes, { fields: [1, 2] });
  return { key: read.text(1), version: read.has(2) ? readVersion(read.bytes(2)) : null };
}

function readWrite(bytes: Uint8Array): Write {
  const write = Message.read(bytes, { fields: [1, 2, 3] });
  const value = write.bytes(3);
  return { key: write.text(1), value: write.number(2) !== 0n || value.length === 0 ? null : value };
}

function readEntries(entries: readonly Uint8Array[]): MetadataWrite['entries'] {
  return entries.map((bytes) => {
    const entry = Message.read(bytes, { fields: [1, 2] });
    return { name: entry.text(1), value: entry.bytes(2) };
  });
}

function readMetadataWrite(bytes: Uint8Array): MetadataWrite {
  const write = Message.read(bytes, { fields: [1], repeated: [2] });
  return { key: write.text(1), entries: readEntries(write.repeated(2)) };
}

/** kvrwset.KVWriteHash; a purge deletes, too. */
function readHashedWrite(bytes: Uint8Array): Write {
  const write = Message.read(bytes, { fields: [1, 2, 3, 4] });
  const isGone = write.number(2) !== 0n || write.number(4) !== 0n || write.bytes(3).length === 0;
  return { key: bytesToHex(write.bytes(1)), value: isGone ? null : write.bytes(3) };
}

function readHashedMetadata(bytes: Uint8Array): MetadataWrite {
  const write = Message.read(bytes, { fields: [1], repeated: [2] });
  return { key: bytesToHex(write.bytes(1)), entries: readEntries(write.repeated(2)) };
}

/** A name twice in one list would let two readers see two results. */
function assertOnce(names: readonly string[], what: string): void {
  rejectUnless(new Set(names).size === names.length, 'NOT_WELL_FORMED', { what: `${what} twice` });
}

function keyed<T extends { readonly key: string }>(items: T[], what: string): T[] {
  assertOnce(
    items.map(({ key }) => key),
    what,
  );
  return items;
}

function readCollection(raw: Uint8Array): CollectionSet {
  const outer = Message.read(raw, { fields: [1, 2, 3] });
  const hashed = Message.read(outer.bytes(2), { fields: [], repeated: [1, 2, 3] });
  return {
    name: outer.text(1),
    writes: keyed(hashed.repeated(2).map(readHashedWrite), 'a key hash written'),
    metadataWrites: keyed(hashed.repeated(3).map(readHashedMetadata), 'metadata of a key hash'),
    raw,
  };
}

function readNamespace(bytes: Uint8Array): NamespaceSet {
  const outer = Message.read(bytes, { fields: [1, 2], repeated: [3] });
  const set = Message.read(outer.bytes(2), { fields: [], repeated: [1, 2, 3, 4] });
  const collections = outer.repeated(3).map(readCollection);
  assertOnce(
    collections.map(({ name }) => name),
    'a collection',
  );
  return {
    namespace: outer.text(1),
    reads: keyed(set.repeated(1).map(readRead), 'a key read'),
    writes: keyed(set.repeated(3).map(readWrite), 'a key written'),
    metadataWrites: keyed(set.repeated(4).map(readMetadataWrite), 'metadata of a key'),
    hasRangeQueries: set.repeated(2).length > 0,
    collections,
  };
}

/**
 * Reads rwset.TxReadWriteSet (data model KV). No bytes at all are no namespaces: system chaincodes have none.
 * @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, NOT_WELL_FORMED
 */
export function readReadWriteSet(results: Uint8Array): NamespaceSet[] {
  const set = Message.read(results, { fields: [1], repeated: [2] });
  rejectUnless(set.number(1) === 0n, 'NOT_WELL_FORMED', { what: 'a data model other than KV' });
  const namespaces = set.repeated(2).map(readNamespace);
  assertOnce(
    namespaces.map(({ namespace }) => namespace),
    'a namespace',
  );
  return namespaces;
}
