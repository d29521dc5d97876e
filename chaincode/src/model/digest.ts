import { sha256, sha256Hex } from './sha256.js';

/** A digest that names its algorithm: `sha256:<64 lower-case hex digits>`. */
export type Digest = `sha256:${string}`;

/** SHA-256 of bytes, or of the UTF-8 form of a string. */
export function digestOf(input: Uint8Array | string): Digest {
  return `sha256:${sha256Hex(input)}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32, lower case, without padding: the alphabet of ids and of CIDv1 (multibase `b`). */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >>> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (5 - bits)) & 31);
}

/** CIDv1, codec raw (0x55), sha2-256: the content identifier of one block of bytes (multiformats CID spec). */
export function rawCid(bytes: Uint8Array): string {
  return `b${base32(Uint8Array.of(0x01, 0x55, 0x12, 0x20, ...sha256(bytes)))}`;
}
