import { createHash } from 'node:crypto';
import { BinaryWriter } from 'google-protobuf';
import { sortedEntries, type Version } from '../wire/index.js';

/** The last write of a key in a block. Absent value: a delete. */
export interface Update {
  readonly value: Uint8Array | undefined;
  readonly version: Version;
}

export interface NamespaceUpdates {
  readonly keys: Map<string, Update>;
  /** By collection, then by key hash (latin-1). */
  readonly collections: Map<string, Map<string, Update>>;
}

/** All writes of the valid transactions of one block, by namespace. */
export type BlockUpdates = Map<string, NamespaceUpdates>;

/** The updates of a namespace, made on first use. */
export function updatesOf(updates: BlockUpdates, namespace: string): NamespaceUpdates {
  const known = updates.get(namespace) ?? { keys: new Map<string, Update>(), collections: new Map() };
  updates.set(namespace, known);
  return known;
}

/** Length byte, then big-endian bytes without leading zeros: sorts like the number (common/ledger/util). */
function orderPreserving(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [bytes.length, ...bytes];
}

/** A block height as Fabric's state database writes it. */
export function versionBytes({ block, transaction }: Version): Uint8Array {
  return Uint8Array.from([...orderPreserving(block), ...orderPreserving(transaction)]);
}

interface Entry {
  readonly namespace: string | undefined;
  readonly collection: string | undefined;
  readonly key: Uint8Array;
  readonly update: Update;
}

function* namespaceEntries(namespace: string, updates: NamespaceUpdates): Generator<Entry> {
  let name: string | undefined = namespace;
  for (const [key, update] of sortedEntries(updates.keys)) {
    yield { namespace: name, collection: undefined, key: Buffer.from(key), update };
    name = undefined;
  }
  for (const [collectionName, hashed] of sortedEntries(updates.collections)) {
    let collection: string | undefined = collectionName;
    for (const [key, update] of sortedEntries(hashed)) {
      yield { namespace: name, collection, key: Buffer.from(key, 'latin1'), update };
      name = collection = undefined;
    }
  }
}

function writeEntry(entry: Entry, writer: BinaryWriter): void {
  if (entry.namespace !== undefined) writer.writeString(1, entry.namespace);
  if (entry.collection !== undefined) writer.writeString(2, entry.collection);
  writer.writeBytes(3, entry.key);
  if (entry.update.value === undefined) writer.writeBool(4, true);
  else writer.writeBytes(5, entry.update.value);
  writer.writeBytes(6, versionBytes(entry.update.version));
}

/**
 * The deterministic bytes of a block's updates: public writes before hashed ones, everything in byte order, a namespace
 * or collection named only at its first entry (Fabric core/ledger/kvledger/txmgmt/txmgr/update_batch_bytes.go).
 */
export function updateBytes(updates: BlockUpdates): Uint8Array {
  const writer = new BinaryWriter();
  for (const [namespace, changes] of sortedEntries(updates))
    for (const entry of namespaceEntries(namespace, changes)) writer.writeMessage(1, entry, writeEntry);
  return writer.getResultBuffer();
}

function varint(number: number): number[] {
  return number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...varint(number >>> 7)];
}

/**
 * Fabric's chain over validation flags and state changes (core/ledger/kvledger/kv_ledger.go, addBlockCommitHash):
 * SHA-256(varint(number of flags) || flags || update bytes || previous commit hash); empty before block 1.
 */
export function commitHash(flags: Uint8Array, updates: BlockUpdates, previous: Uint8Array): Buffer {
  return createHash('sha256')
    .update(Uint8Array.from(varint(flags.length)))
    .update(flags)
    .update(updateBytes(updates))
    .update(previous)
    .digest();
}
