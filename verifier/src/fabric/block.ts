import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@tallystick/chaincode/model';
import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';
import { kindOf, unusualTail } from './envelope.js';
import { sha256Hex } from './proposal.js';

/** common.BlockHeader. */
export interface BlockHeader {
  readonly number: bigint;
  /** Empty for block 0. */
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}

/** common.Block. What `metadata` holds beside the orderers' signatures is signed by nobody. */
export interface Block extends BlockHeader {
  /** Envelopes. */
  readonly data: readonly Uint8Array[];
  readonly metadata: readonly Uint8Array[];
}

/** Places in a block's metadata (common.BlockMetadataIndex). */
export const METADATA = { signatures: 0, flags: 2, commitHash: 4 } as const;

/** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD */
export function readBlock(bytes: Uint8Array): Block {
  const block = Message.read(bytes, { fields: [1, 2, 3] });
  const header = Message.read(block.bytes(1), { fields: [1, 2, 3] });
  const list = { fields: [], repeated: [1] };
  return {
    number: header.number(1),
    previousHash: header.bytes(2),
    dataHash: header.bytes(3),
    data: Message.read(block.bytes(2), list).repeated(1),
    metadata: Message.read(block.bytes(3), list).repeated(1),
  };
}

/** A DER element of fewer than 128 bytes. @throws Rejection MALFORMED: nothing in a header is longer */
function element(tag: number, content: Uint8Array): Uint8Array {
  rejectUnless(content.length < 0x80, 'MALFORMED', { what: 'a block header of such length' });
  return concatBytes(Uint8Array.from([tag, content.length]), content);
}

/** The content of a DER INTEGER that is not negative. */
function unsigned(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  if ((bytes[0] ?? 0x80) >= 0x80) bytes.unshift(0);
  return Uint8Array.from(bytes);
}

/** What is hashed and signed of a header: DER SEQUENCE { number, previous hash, data hash } (fabric:protoutil/blockutils.go). */
export function headerBytes({ number, previousHash, dataHash }: BlockHeader): Uint8Array {
  return element(
    0x30,
    concatBytes(element(0x02, unsigned(number)), element(0x04, previousHash), element(0x04, dataHash)),
  );
}

/** SHA-256 of the header: what the next block names as previous. */
export function headerHash(header: BlockHeader): Uint8Array {
  return sha256(headerBytes(header));
}

/** Validation codes, one byte a transaction. Signed by nobody: believe them with a commit hash or an endorsed answer only. */
export function flagsOf({ metadata }: Pick<Block, 'metadata'>): Uint8Array {
  return metadata[METADATA.flags] ?? new Uint8Array();
}

/** The peer's commit hash; empty where the block has none. @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD */
export function commitHashOf({ metadata }: Pick<Block, 'metadata'>): Uint8Array {
  return Message.read(metadata[METADATA.commitHash] ?? new Uint8Array(), { fields: [1] }).bytes(1);
}

/** common.Metadata with the orderers' signatures; empty where the block has none. */
export function signaturesOf({ metadata }: Pick<Block, 'metadata'>): Uint8Array {
  return metadata[METADATA.signatures] ?? new Uint8Array();
}

/** Whether a block is a configuration block: nothing but one configuration transaction. */
export function isConfigBlock({ data }: Pick<Block, 'data'>): boolean {
  const [only] = data;
  return data.length === 1 && only !== undefined && kindOf(only) === 'CONFIG';
}

/** What is right with the data, yet odd. */
export interface BlockData {
  /** Places of envelopes with unknown fields behind the signature: Fabric takes them, no client writes them. */
  readonly unusual: readonly number[];
}

/**
 * That these transactions, cut at these places, are what the header stands for. A lone configuration transaction need not be framed like
 * the others: there is no second one to move bytes to. @throws Rejection DATA_HASH_DIFFERS, NOT_WELL_FORMED, MALFORMED
 */
export function checkBlockData(block: Pick<Block, 'number' | 'dataHash' | 'data'>): BlockData {
  const { number, data } = block;
  const isSame = sha256Hex(...data) === bytesToHex(block.dataHash);
  rejectUnless(isSame, 'DATA_HASH_DIFFERS', { block: `${number}` });
  rejectUnless(data.length > 0, 'NOT_WELL_FORMED', { block: `${number}`, what: 'no transaction' });
  if (isConfigBlock(block)) return { unusual: [] };
  const isApart = !data.some((envelope) => kindOf(envelope) === 'CONFIG');
  rejectUnless(isApart, 'NOT_WELL_FORMED', {
    block: `${number}`,
    what: 'a configuration beside transactions',
  });
  return {
    unusual: [...data.keys()].filter((index) => unusualTail(data[index] ?? new Uint8Array()).length > 0),
  };
}
