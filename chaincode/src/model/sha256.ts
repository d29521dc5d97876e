import { sha256 as portable } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** SHA-256 (FIPS 180-4) of bytes, or of the UTF-8 form of a well-formed string. */
export interface Sha256 {
  /** 32 bytes. */
  bytes(input: Uint8Array | string): Uint8Array;
  /** 64 lower-case hex digits. */
  hex(input: Uint8Array | string): string;
}

const bytes = (input: Uint8Array | string): Uint8Array =>
  portable(typeof input === 'string' ? utf8ToBytes(input) : input);

const PORTABLE: Sha256 = { bytes, hex: (input) => bytesToHex(bytes(input)) };

let current = PORTABLE;

export const sha256 = (input: Uint8Array | string): Uint8Array => current.bytes(input);
export const sha256Hex = (input: Uint8Array | string): string => current.hex(input);

/** A block more and a block less than SHA-256 pads to, text beyond ASCII, and nothing. */
const TRIALS: readonly (Uint8Array | string)[] = [
  '',
  'abc',
  '钢 🔩',
  '\ud800',
  new Uint8Array(55),
  new Uint8Array(64),
];

const isSame = (one: Sha256, other: Sha256, input: Uint8Array | string): boolean =>
  one.hex(input) === other.hex(input) && bytesToHex(one.bytes(input)) === other.hex(input);

/**
 * Has the whole process compute SHA-256 by its platform: whoever follows a ledger hashes several kilobytes for each transaction, which the
 * portable implementation is ten times slower at. The model itself knows no platform. Endorsers stay with the portable one.
 * @throws Error when it does not compute the same
 */
export function computeSha256By(platform: Sha256): void {
  if (!TRIALS.every((input) => isSame(platform, PORTABLE, input))) throw new Error('this is not SHA-256');
  current = platform;
}
