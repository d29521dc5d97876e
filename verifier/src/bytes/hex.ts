import { bytesToHex } from '@noble/hashes/utils.js';

/** Lower-case hex. */
export const hexOf = (bytes: Uint8Array): string => bytesToHex(bytes);

/** Whether two byte strings are the same. Nothing here is secret, so time may tell. */
export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
