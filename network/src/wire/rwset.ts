import { ledger } from '@hyperledger/fabric-protos';
import { decode } from './decode.js';
import { sortedEntries } from './order.js';

const { KVRWSet, KVRead, KVWrite, Version: VersionMessage } = ledger.rwset.kvrwset;
const { NsReadWriteSet, TxReadWriteSet } = ledger.rwset;

/** Where a value was written: the block and the place of the transaction in it. */
export interface Version {
  readonly block: number;
  readonly transaction: number;
}

export interface Read {
  readonly key: string;
  /** Absent: the key did not exist. */
  readonly version: Version | undefined;
}

export interface Write {
  readonly key: string;
  /** Absent: the key is deleted. Fabric treats an empty value as a delete. */
  readonly value: Uint8Array | undefined;
}

/** Hashed writes of a private collection; keys are the raw key hash, one latin-1 character a byte. */
export interface CollectionWrites {
  readonly name: string;
  readonly writes: readonly Write[];
  readonly hasReads: boolean;
  readonly hasMetadata: boolean;
}

export interface NamespaceSet {
  readonly namespace: string;
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly string[];
  readonly hasRanges: boolean;
  readonly collections: readonly CollectionWrites[];
}

export function sameVersion(a: Version | undefined, b: Version | undefined): boolean {
  return a?.block === b?.block && a?.transaction === b?.transaction;
}

function readVersion(version: ledger.rwset.kvrwset.Version | undefined): Version | undefined {
  return version && { block: version.getBlockNum(), transaction: version.getTxNum() };
}

function decodeCollection(set: ledger.rwset.CollectionHashedReadWriteSet): CollectionWrites {
  const hashed = decode(ledger.rwset.kvrwset.HashedRWSet, set.getHashedRwset_asU8());
  return {
    name: set.getCollectionName(),
    writes: hashed.getHashedWritesList().map((write) => ({
      key: Buffer.from(write.getKeyHash_asU8()).toString('latin1'),
      value: write.getIsDelete() || write.getValueHash().length === 0 ? undefined : write.getValueHash_asU8(),
    })),
    hasReads: hashed.getHashedReadsList().length > 0,
    hasMetadata: hashed.getMetadataWritesList().length > 0,
  };
}

function decodeNamespace(set: ledger.rwset.NsReadWriteSet): NamespaceSet {
  const kv = decode(KVRWSet, set.getRwset_asU8());
  return {
    namespace: set.getNamespace(),
    reads: kv.getReadsList().map((read) => ({ key: read.getKey(), version: readVersion(read.getVersion()) })),
    writes: kv.getWritesList().map((write) => ({
      key: write.getKey(),
      value: write.getIsDelete() || write.getValue().length === 0 ? undefined : write.getValue_asU8(),
    })),
    metadataWrites: kv.getMetadataWritesList().map((write) => write.getKey()),
    hasRanges: kv.getRangeQueriesInfoList().length > 0,
    collections: set.getCollectionHashedRwsetList().map(decodeCollection),
  };
}

/** Decodes a TxReadWriteSet. Throws on bytes that are no read-write set. */
export function decodeReadWriteSet(bytes: Uint8Array): NamespaceSet[] {
  return decode(TxReadWriteSet, bytes).getNsRwsetList().map(decodeNamespace);
}

function encodeRead({ key, version }: Read): ledger.rwset.kvrwset.KVRead {
  const read = new KVRead();
  read.setKey(key);
  if (!version) return read;
  const at = new VersionMessage();
  at.setBlockNum(version.block);
  at.setTxNum(version.transaction);
  read.setVersion(at);
  return read;
}

function encodeWrite({ key, value }: Write): ledger.rwset.kvrwset.KVWrite {
  const write = new KVWrite();
  write.setKey(key);
  if (value) write.setValue(value);
  else write.setIsDelete(true);
  return write;
}

/** What one simulation read and wrote in one namespace. */
export interface NamespaceAccess {
  readonly reads: Map<string, Version | undefined>;
  readonly writes: Map<string, Uint8Array | undefined>;
}

/** Encodes reads and writes as a peer's simulator does: namespaces and keys in byte order, one entry per key. */
export function encodeReadWriteSet(accesses: ReadonlyMap<string, NamespaceAccess>): Uint8Array {
  const transaction = new TxReadWriteSet();
  for (const [namespace, { reads, writes }] of sortedEntries(accesses)) {
    const kv = new KVRWSet();
    kv.setReadsList(sortedEntries(reads).map(([key, version]) => encodeRead({ key, version })));
    kv.setWritesList(sortedEntries(writes).map(([key, value]) => encodeWrite({ key, value })));
    const set = new NsReadWriteSet();
    set.setNamespace(namespace);
    set.setRwset(kv.serializeBinary());
    transaction.addNsRwset(set);
  }
  return transaction.serializeBinary();
}
