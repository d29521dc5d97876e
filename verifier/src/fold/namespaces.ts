import { Message, shape } from './wire.js';

/** What endorsers changed in the namespace of one chaincode. */
export interface NamespaceWrites {
  readonly namespace: string;
  /** Values by key, the last of several; `null` deletes. Fabric takes an empty value as a delete. */
  readonly writes: ReadonlyMap<string, Uint8Array | null>;
  /** Keys whose metadata is written. */
  readonly metadata: readonly string[];
  /** Private data collections that are written to. */
  readonly collections: readonly string[];
}

const TX_SET = shape({ 1: 'number', 2: 'list' });
const NAMESPACE = shape({ 1: 'string', 2: 'bytes', 3: 'list' });
const KV_SET = shape({ 1: 'list', 2: 'list', 3: 'list', 4: 'list' });
const WRITE = shape({ 1: 'string', 2: 'number', 3: 'bytes' });
const METADATA = shape({ 1: 'string', 2: 'list' });
const COLLECTION = shape({ 1: 'string', 2: 'bytes', 3: 'bytes' });
const HASHED_SET = shape({ 1: 'list', 2: 'list', 3: 'list' });

/** The writes of a rwset.TxReadWriteSet; what was read is Fabric's to check. @throws Unreadable */
export const readNamespaces = (results: Uint8Array, lint: Set<string>): NamespaceWrites[] =>
  Message.read(results, TX_SET, lint)
    .list(2)
    .map((bytes) => readNamespace(bytes, lint));

function readNamespace(bytes: Uint8Array, lint: Set<string>): NamespaceWrites {
  const outer = Message.read(bytes, NAMESPACE, lint);
  const set = Message.read(outer.bytes(2), KV_SET, lint);
  return {
    namespace: outer.text(1),
    writes: new Map(set.list(3).map((write) => readWrite(write, lint))),
    metadata: set.list(4).map((write) => Message.read(write, METADATA, lint).text(1)),
    collections: outer.list(3).flatMap((collection) => writtenCollection(collection, lint)),
  };
}

/** fabric:core/ledger/kvledger/txmgmt/rwsetutil/rwset_proto_util.go, IsKVWriteDelete. */
function readWrite(bytes: Uint8Array, lint: Set<string>): [string, Uint8Array | null] {
  const write = Message.read(bytes, WRITE, lint);
  const value = write.bytes(3);
  return [write.text(1), write.number(2) !== 0n || value.length === 0 ? null : value];
}

/** Its name when anything in it is written. */
function writtenCollection(bytes: Uint8Array, lint: Set<string>): string[] {
  const collection = Message.read(bytes, COLLECTION, lint);
  const hashed = Message.read(collection.bytes(2), HASHED_SET, lint);
  return hashed.list(2).length + hashed.list(3).length > 0 ? [collection.text(1)] : [];
}

/** Whether anything is changed there (fabric:core/committer/txvalidator/v20/plugindispatcher/dispatcher.go, txWritesToNamespace). */
export const isTouched = ({ writes, metadata, collections }: NamespaceWrites): boolean =>
  writes.size + metadata.length + collections.length > 0;
