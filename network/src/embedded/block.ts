import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { BinaryWriter } from 'google-protobuf';

export interface BlockHeader {
  readonly number: number;
  /** Empty for the genesis block. */
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}

/** SHA-256 over the envelopes, one after the other (protoutil/blockutils.go, ComputeBlockDataHash). */
export function dataHash(envelopes: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const envelope of envelopes) hash.update(envelope);
  return hash.digest();
}

function derElement(tag: number, content: Uint8Array): Buffer {
  if (content.length >= 0x80) throw new Error('a block header element is never this long');
  return Buffer.concat([Uint8Array.from([tag, content.length]), content]);
}

function derUnsigned(number: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return Uint8Array.from(bytes);
}

/** The signed and hashed form of a header: DER SEQUENCE { number, previous hash, data hash }. */
export function headerBytes(header: BlockHeader): Buffer {
  const content = Buffer.concat([
    derElement(0x02, derUnsigned(header.number)),
    derElement(0x04, header.previousHash),
    derElement(0x04, header.dataHash),
  ]);
  return derElement(0x30, content);
}

/** The block hash: what the next header names as previous. */
export function headerHash(header: BlockHeader): Buffer {
  return createHash('sha256').update(headerBytes(header)).digest();
}

/** Metadata in the order of common.BlockMetadataIndex. */
export interface BlockMetadata {
  readonly signatures: Uint8Array;
  readonly lastConfig: Uint8Array;
  readonly flags: Uint8Array;
  readonly commitHash: Uint8Array;
}

/** Encodes a block; envelopes go in as the bytes that were hashed. */
export function encodeBlock(
  header: BlockHeader,
  envelopes: readonly Uint8Array[],
  metadata: BlockMetadata,
): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeMessage(1, header, (value: BlockHeader, inner: BinaryWriter) => {
    if (value.number > 0) inner.writeUint64(1, value.number);
    if (value.previousHash.length > 0) inner.writeBytes(2, value.previousHash);
    inner.writeBytes(3, value.dataHash);
  });
  writer.writeMessage(2, envelopes, (values: readonly Uint8Array[], inner: BinaryWriter) => {
    for (const value of values) inner.writeBytes(1, value);
  });
  writer.writeMessage(3, metadata, (value: BlockMetadata, inner: BinaryWriter) => {
    for (const part of [value.signatures, value.lastConfig, value.flags, new Uint8Array(), value.commitHash])
      inner.writeBytes(1, part);
  });
  return writer.getResultBuffer();
}

export interface DecodedBlock {
  readonly header: BlockHeader;
  readonly envelopes: readonly Uint8Array[];
  readonly flags: Uint8Array;
  /** Empty where the block has none. */
  readonly commitHash: Uint8Array;
  readonly lastConfig: number;
}

/** Decodes a block. Throws on bytes that are none. */
export function decodeBlock(bytes: Uint8Array): DecodedBlock {
  const block = common.Block.deserializeBinary(bytes);
  const metadata = (block.getMetadata() ?? new common.BlockMetadata()).getMetadataList_asU8();
  const at = (index: number): Uint8Array => metadata[index] ?? new Uint8Array();
  const header = block.getHeader() ?? new common.BlockHeader();
  return {
    header: {
      number: header.getNumber(),
      previousHash: header.getPreviousHash_asU8(),
      dataHash: header.getDataHash_asU8(),
    },
    envelopes: (block.getData() ?? new common.BlockData()).getDataList_asU8(),
    flags: at(common.BlockMetadataIndex.TRANSACTIONS_FILTER),
    commitHash: common.Metadata.deserializeBinary(at(common.BlockMetadataIndex.COMMIT_HASH)).getValue_asU8(),
    lastConfig: common.LastConfig.deserializeBinary(
      common.Metadata.deserializeBinary(at(common.BlockMetadataIndex.LAST_CONFIG)).getValue_asU8(),
    ).getIndex(),
  };
}
