import { peer, type common } from '@hyperledger/fabric-protos';
import { dataHash, headerHash, MalformedMessage, partsOf, type DecodedBlock } from '@tallystick/network/wire';
import { newCreatorParser } from './creator.js';
import { headersOf } from './envelope.js';
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

/**
 * The parts of a block whose data belongs to its header.
 * @throws ChainBroken for another, and for bytes that are no block
 */
export function verifiedParts(read: () => DecodedBlock): DecodedBlock {
  const parts = unlessMalformed(read);
  const { header, envelopes } = parts;
  if (dataHash(envelopes).equals(header.dataHash)) return parts;
  throw new ChainBroken(BigInt(header.number), 'the data does not match the header');
}

const NO_NUMBER = -1n;

function unlessMalformed(read: () => DecodedBlock): DecodedBlock {
  try {
    return read();
  } catch (error) {
    throw new ChainBroken(NO_NUMBER, error instanceof MalformedMessage ? error.message : 'no block');
  }
}

// A genesis block carries one configuration transaction and, as a file, no flags at all.
function validationFlags({ flags, header, envelopes }: DecodedBlock): Uint8Array {
  const count = envelopes.length;
  if (flags.length === count) return flags;
  if (header.number === 0 && flags.length === 0) return new Uint8Array(count);
  throw new ChainBroken(BigInt(header.number), `${flags.length} validation flags for ${count} transactions`);
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
  const creatorOf = newCreatorParser();

  function decode(block: common.Block): LedgerBlock {
    const parts = verifiedParts(() => partsOf(block));
    const flags = validationFlags(parts);
    const transactions = parts.envelopes.map((envelope, index): LedgerTransaction => {
      const validation = flags[index] ?? VALID;
      const headers = headersOf(envelope, creatorOf);
      return { ...headers, index, code: validationCodeName(validation), validation, envelope };
    });
    const { header } = parts;
    return {
      number: BigInt(header.number),
      hash: headerHash(header).toString('hex'),
      previousHash: Buffer.from(header.previousHash).toString('hex'),
      transactions,
    };
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
