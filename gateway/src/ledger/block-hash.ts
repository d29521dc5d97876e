import { createHash } from 'node:crypto';

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;

/** DER with a short length: everything in a block header is shorter than 128 bytes. */
function tlv(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

/** Minimal two's complement of a number that is never negative. */
function unsigned(value: bigint): Buffer {
  const hex = value.toString(16);
  const padded = hex.length % 2 === 1 ? `0${hex}` : hex;
  return Buffer.from(/^[89a-f]/.test(padded) ? `00${padded}` : padded, 'hex');
}

export interface HeaderFields {
  readonly number: bigint;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}

/** SHA-256 over the DER header (fabric:protoutil/blockutils.go, BlockHeaderBytes): what the next block points back to. */
export function headerHash({ number, previousHash, dataHash }: HeaderFields): Buffer {
  const content = [
    tlv(INTEGER, unsigned(number)),
    tlv(OCTET_STRING, previousHash),
    tlv(OCTET_STRING, dataHash),
  ];
  return createHash('sha256')
    .update(tlv(SEQUENCE, Buffer.concat(content)))
    .digest();
}

/** SHA-256 over all envelopes, without separators (fabric:protoutil/blockutils.go, ComputeBlockDataHash). */
export function dataHash(envelopes: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const envelope of envelopes) hash.update(envelope);
  return hash.digest();
}
