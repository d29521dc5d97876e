import { common, peer } from '@hyperledger/fabric-protos';
import { dataHash, headerHash } from './block-hash.js';
import { newCreatorParser } from './creator.js';
import { headersOf } from './envelope.js';
import { boundInnerMessages } from './bounded-messages.js';
import { ChainBroken } from './port-errors.js';
import type { LedgerBlock, LedgerTransaction } from './port.js';

const VALID = 0;

const codeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(peer.TxValidationCode).map(([name, code]) => [code, name]),
);

/** Fabric's name of a validation code (`peer.TxValidationCode`). */
export function validationCodeName(code: number): string {
  return codeNames.get(code) ?? `CODE_${code}`;
}

function verifiedHeader(block: common.Block): { number: bigint; hash: string; previousHash: string } {
  const header = block.getHeader();
  if (header === undefined) throw new ChainBroken(-1n, 'no header');
  const number = BigInt(header.getNumber());
  const fields = { number, previousHash: header.getPreviousHash_asU8(), dataHash: header.getDataHash_asU8() };
  if (!dataHash(block.getData()?.getDataList_asU8() ?? []).equals(fields.dataHash)) {
    throw new ChainBroken(number, 'the data does not match the header');
  }
  const hash = headerHash(fields).toString('hex');
  return { number, hash, previousHash: Buffer.from(fields.previousHash).toString('hex') };
}

// A genesis block carries one configuration transaction and, as a file, no flags at all.
function validationFlags(block: common.Block, number: bigint, count: number): Uint8Array {
  const index = common.BlockMetadataIndex.TRANSACTIONS_FILTER;
  const flags = block.getMetadata()?.getMetadataList_asU8()[index] ?? new Uint8Array();
  if (flags.length === count) return flags;
  if (number === 0n && flags.length === 0) return new Uint8Array(count);
  throw new ChainBroken(number, `${flags.length} validation flags for ${count} transactions`);
}

/** Decodes blocks as a peer delivers them. */
export interface BlockDecoder {
  /**
   * Checks that the data belongs to the header and reads the headers of every transaction, whatever its code and its bytes.
   * Throws ChainBroken. That the header follows from the one before is the caller's to check; validity is what the
   * own peer says: its flags are signed by nobody.
   */
  decode(block: common.Block): LedgerBlock;
}

export function newBlockDecoder(): BlockDecoder {
  boundInnerMessages();
  const creatorOf = newCreatorParser();

  function decode(block: common.Block): LedgerBlock {
    const header = verifiedHeader(block);
    const envelopes = block.getData()?.getDataList_asU8() ?? [];
    const flags = validationFlags(block, header.number, envelopes.length);
    const transactions = envelopes.map((envelope, index): LedgerTransaction => {
      const validation = flags[index] ?? VALID;
      const headers = headersOf(envelope, creatorOf);
      return { ...headers, index, code: validationCodeName(validation), validation, envelope };
    });
    return { ...header, transactions };
  }

  return { decode };
}

/** Throws ChainBroken unless `block` is the one that follows `previous`. */
export function assertFollows(previous: Pick<LedgerBlock, 'number' | 'hash'>, block: LedgerBlock): void {
  if (block.number !== previous.number + 1n) {
    throw new ChainBroken(block.number, `expected block ${(previous.number + 1n).toString()}`);
  }
  if (block.previousHash !== previous.hash) {
    throw new ChainBroken(block.number, 'does not point back to the block before it');
  }
}
