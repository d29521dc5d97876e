import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { BinaryWriter } from 'google-protobuf';
import { decode, MalformedMessage } from './decode.js';

export interface BlockHeader {
  readonly number: number;
  /** Empty for the genesis block. */
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}

/** A header, whoever numbers its block. */
type HashedHeader = Omit<BlockHeader, 'number'> & { readonly number: number | bigint };

/** SHA-256 over the envelopes, one after the other (protoutil/blockutils.go, ComputeBlockDataHash). */
export function dataHash(envelopes: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const envelope of envelopes) hash.update(envelope);
  return hash.digest();
}

function derElement(tag: number, content: Uint8Array): Buffer {
  if (content.length >= 0x80) throw new MalformedMessage('a block header element is never this long');
  return Buffer.concat([Uint8Array.from([tag, content.length]), content]);
}

/** Minimal two's complement of a number that is never negative. */
function derUnsigned(number: number | bigint): Buffer {
  const hex = number.toString(16);
  const padded = hex.length % 2 === 1 ? `0${hex}` : hex;
  return Buffer.from(/^[89a-f]/.test(padded) ? `00${padded}` : padded, 'hex');
}

/** The signed and hashed form of a header: DER SEQUENCE { number, previous hash, data hash }. */
export function headerBytes(header: HashedHeader): Buffer {
  const content = Buffer.concat([
    derElement(0x02, derUnsigned(header.number)),
    derElement(0x04, header.previousHash),
    derElement(0x04, header.dataHash),
  ]);
  return derElement(0x30, content);
}

/** The block hash: what the next header names as previous. */
export function headerHash(header: HashedHeader): Buffer {
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
  /** Signatures of orderers and what they cover beside the header (`common.Metadata`); empty for block 0. */
  readonly signatures: Uint8Array;
  /** Validation code of each envelope, which nobody signs. */
  readonly flags: Uint8Array;
  /** Empty where the block has none. */
  readonly commitHash: Uint8Array;
}

const metadataIn = (block: common.Block, index: number): Uint8Array =>
  block.getMetadata()?.getMetadataList_asU8()[index] ?? new Uint8Array();

const HASH_BYTES = 32;

function headerOf(header: common.BlockHeader): BlockHeader {
  const [previousHash, dataHash] = [header.getPreviousHash_asU8(), header.getDataHash_asU8()];
  if (Math.max(previousHash.length, dataHash.length) > HASH_BYTES)
    throw new MalformedMessage('a hash in a header that is longer than SHA-256');
  return { number: header.getNumber(), previousHash, dataHash };
}

/** The parts of a block that a library has decoded. @throws MalformedMessage for one without a header, or with one that is none */
export function partsOf(block: common.Block): DecodedBlock {
  const header = block.getHeader();
  if (header === undefined) throw new MalformedMessage('a block without a header');
  const { SIGNATURES, TRANSACTIONS_FILTER, COMMIT_HASH } = common.BlockMetadataIndex;
  return {
    header: headerOf(header),
    envelopes: block.getData()?.getDataList_asU8() ?? [],
    signatures: metadataIn(block, SIGNATURES),
    flags: metadataIn(block, TRANSACTIONS_FILTER),
    commitHash: decode(common.Metadata, metadataIn(block, COMMIT_HASH)).getValue_asU8(),
  };
}

/** Decodes a block. @throws MalformedMessage or another error for bytes that are no block */
export const decodeBlock = (bytes: Uint8Array): DecodedBlock => partsOf(decode(common.Block, bytes));

/**
 * Number of the configuration block in force, as the orderers signed it with the block (`OrdererBlockMetadata`). Zero leaves no
 * bytes in protobuf: nothing means block 0.
 */
export function lastConfigIn(signatures: Uint8Array): number {
  const value = decode(common.Metadata, signatures).getValue_asU8();
  return decode(common.OrdererBlockMetadata, value).getLastConfig()?.getIndex() ?? 0;
}
