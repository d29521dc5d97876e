import { createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Everything that is derived from an age file key (16 random bytes, C2SP age.md "File key").
 * Each purpose has its own HKDF info, so one derived value can be disclosed without the others:
 * the commitment salt goes to a court, the payload key to nobody.
 */
export const FILE_KEY_BYTES = 16;

const NO_SALT = new Uint8Array();
const KEY_COMMITMENT_TAG = 'tallystick/key-commitment/v1';

/** A fresh file key. Whoever holds it fills it with zeros after use. */
export function newFileKey(): Uint8Array {
  return randomBytes(FILE_KEY_BYTES);
}

function derive(fileKey: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, salt, info, 32));
}

/** Key of the payload's STREAM; `nonce` is the payload's first 16 bytes (C2SP age.md "Payload"). */
export const payloadKey = (fileKey: Uint8Array, nonce: Uint8Array): Buffer =>
  derive(fileKey, nonce, 'payload');

/** Key of the header MAC (C2SP age.md "Header MAC"). */
export const headerMacKey = (fileKey: Uint8Array): Buffer => derive(fileKey, NO_SALT, 'header');

/** Salt of the plaintext commitment. Hides a guessable plaintext from whoever lacks the file key. */
export const commitmentSalt = (fileKey: Uint8Array): Buffer => derive(fileKey, NO_SALT, 'commitment');

/** What proves that somebody has the file key, and opens nothing. */
export const possessionKey = (fileKey: Uint8Array): Buffer => derive(fileKey, NO_SALT, 'possession');

/** `sha256:<hex>` of tag || file key. Hiding, because a file key has 128 random bits; binding, by collision resistance. */
export function keyCommitment(fileKey: Uint8Array): string {
  const digest = createHash('sha256').update(KEY_COMMITMENT_TAG).update(fileKey).digest('hex');
  return `sha256:${digest}`;
}
