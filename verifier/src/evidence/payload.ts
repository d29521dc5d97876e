import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Version } from '@tallystick/chaincode/model';
import { rejectUnless, type Facts } from '../rejection.js';

/**
 * Whether a file is the plaintext that a version commits to: SHA-256(salt || plaintext), and its length. The salt follows from the file
 * key (HKDF-SHA-256, info "commitment") and is disclosed alone.
 * @throws Rejection PAYLOAD_DIFFERS
 */
export async function checkPayload(
  { commitment }: Version,
  salt: string,
  payload: AsyncIterable<Uint8Array>,
): Promise<Facts> {
  const hash = sha256.create().update(hexToBytes(salt));
  let bytes = 0n;
  for await (const piece of payload) {
    hash.update(piece);
    bytes += BigInt(piece.length);
  }
  const digest = `sha256:${bytesToHex(hash.digest())}`;
  const facts = { bytes: bytes.toString(), commitment: digest };
  rejectUnless(
    digest === commitment.digest && bytes.toString() === commitment.bytes,
    'PAYLOAD_DIFFERS',
    facts,
  );
  return facts;
}
