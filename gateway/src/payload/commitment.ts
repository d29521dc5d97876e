import { createHash } from 'node:crypto';
import { commitmentSalt } from './file-key.js';
import type { Opened } from './port.js';

/** Digests of a plaintext, taken piece by piece while it streams by. */
export interface PlaintextTally {
  add(plain: Uint8Array): void;
  /** Plaintext bytes so far. */
  readonly bytes: bigint;
  /** To be called once, after the last piece. */
  total(): Opened;
}

/**
 * Commitment = SHA-256(salt || plaintext), salt = HKDF-SHA-256(file key, "commitment"). The salt hides a guessable
 * plaintext; disclosing it proves the plaintext without disclosing the file key.
 */
export function newTally(fileKey: Uint8Array): PlaintextTally {
  const committed = createHash('sha256').update(commitmentSalt(fileKey));
  const bare = createHash('sha256');
  let bytes = 0n;
  return {
    add(plain) {
      committed.update(plain);
      bare.update(plain);
      bytes += BigInt(plain.length);
    },
    get bytes() {
      return bytes;
    },
    total: () => ({
      bytes,
      commitment: `sha256:${committed.digest('hex')}`,
      plainDigest: bare.digest('hex'),
    }),
  };
}
