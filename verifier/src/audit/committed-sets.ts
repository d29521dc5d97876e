import { bytesToHex } from '@noble/hashes/utils.js';
import type { CollectionSet, MetadataWrite, NamespaceSet, Read, Write } from '../fabric/rwset.js';
import { Message, shape, type Shape } from '../fold/wire.js';
import { rejectUnless } from '../rejection.js';
import { readRanges } from './ranges.js';

const TX_SET = shape({ 2: 'list' });
const NAMESPACE = shape({ 1: 'string', 2: 'bytes', 3: 'list' });
const KV_SET = shape({ 1: 'list', 2: 'list', 3: 'list', 4: 'list' });
const READ = shape({ 1: 'string', 2: 'message' });
const HASHED_READ = shape({ 1: 'bytes', 2: 'message' });
const VERSION = shape({ 1: 'number', 2: 'number' });
const WRITE = shape({ 1: 'string', 2: 'number', 3: 'bytes' });
const HASHED_WRITE = shape({ 1: 'bytes', 2: 'number', 3: 'bytes', 4: 'number' });
const METADATA = shape({ 1: 'string', 2: 'list' });
const HASHED_METADATA = shape({ 1: 'bytes', 2: 'list' });
const ENTRY = shape({ 1: 'string', 2: 'bytes' });
const COLLECTION = shape({ 1: 'string', 2: 'bytes', 3: 'bytes' });
const HASHED_SET = shape({ 1: 'list', 2: 'list', 3: 'list' });

/** As Fabric's parser reads it; oddities are told by the fold. @throws Unreadable */
export const read = (parts: Uint8Array | readonly Uint8Array[], fields: Shape): Message =>
  Message.read(parts, fields, new Set());

/** Namespaces of a rwset.TxReadWriteSet. @throws Unreadable; Rejection NOT_WELL_FORMED */
export function namespacesIn(results: Uint8Array): readonly NamespaceSet[] {
  const sets = read(results, TX_SET).list(2).map(namespaceIn);
  const isOnce = new Set(sets.map(({ namespace }) => namespace)).size === sets.length;
  rejectUnless(isOnce, 'NOT_WELL_FORMED', { what: 'a namespace twice' });
  return sets;
}

function namespaceIn(bytes: Uint8Array): NamespaceSet {
  const outer = read(bytes, NAMESPACE);
  const set = read(outer.bytes(2), KV_SET);
  readRanges(outer.text(1), set.list(2));
  return {
    namespace: outer.text(1),
    reads: set.list(1).map((each) => readIn(read(each, READ), (message) => message.text(1))),
    writes: set.list(3).map((each) => writeIn(read(each, WRITE), (message) => message.text(1))),
    metadataWrites: set.list(4).map((each) => metadataIn(read(each, METADATA), (message) => message.text(1))),
    hasRangeQueries: set.list(2).length > 0,
    collections: outer.list(3).map(collectionIn),
  };
}

const hashIn = (message: Message): string => bytesToHex(message.bytes(1));

function collectionIn(raw: Uint8Array): CollectionSet {
  const outer = read(raw, COLLECTION);
  const hashed = read(outer.bytes(2), HASHED_SET);
  hashed.list(1).forEach((each) => readIn(read(each, HASHED_READ), hashIn));
  return {
    name: outer.text(1),
    writes: hashed.list(2).map((each) => writeIn(read(each, HASHED_WRITE), hashIn)),
    metadataWrites: hashed.list(3).map((each) => metadataIn(read(each, HASHED_METADATA), hashIn)),
    raw,
  };
}

/** What a transaction read of a private collection, by the hex hash of the key. */
export function hashedReads({ raw }: CollectionSet): readonly Read[] {
  const hashed = read(read(raw, COLLECTION).bytes(2), HASHED_SET);
  return hashed.list(1).map((each) => readIn(read(each, HASHED_READ), hashIn));
}

function readIn(message: Message, keyOf: (message: Message) => string): Read {
  if (!message.has(2)) return { key: keyOf(message), version: null };
  const version = read(message.list(2), VERSION);
  return { key: keyOf(message), version: { block: version.number(1), index: Number(version.number(2)) } };
}

/** A purge of a private key deletes, too; public writes have none. */
function writeIn(message: Message, keyOf: (message: Message) => string): Write {
  const value = message.bytes(3);
  const isGone = message.number(2) !== 0n || message.number(4) !== 0n || value.length === 0;
  return { key: keyOf(message), value: isGone ? null : value };
}

function metadataIn(message: Message, keyOf: (message: Message) => string): MetadataWrite {
  const entries = message.list(2).map((bytes) => {
    const entry = read(bytes, ENTRY);
    return { name: entry.text(1), value: entry.bytes(2) };
  });
  return { key: keyOf(message), entries };
}
