import { IntakeError } from './intake-error.js';
import { inflate } from './inflate.js';
import { Output } from './output.js';

const FIXED_HEADER = 10;
const TRAILER = 8;
/** Flags of a member (RFC 1952, section 2.3.1). */
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/** Whether bytes begin as gzip does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 (RFC 1952, section 8). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const cutShort = (): IntakeError => new IntakeError('CUT_SHORT', 'within a header or trailer');

/** @returns where the compressed data of a member begins */
function afterHeader(bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  if (view.byteLength < FIXED_HEADER) throw cutShort();
  const flags = view.getUint8(3);
  if (view.getUint8(2) !== 8 || (flags & FLAG.reserved) !== 0) throw new IntakeError('DAMAGED', 'a header');
  let at = start + FIXED_HEADER;
  if (flags & FLAG.extra) {
    if (at + 2 > bytes.length) throw cutShort();
    at += 2 + view.getUint16(at - start, true);
  }
  for (const flag of [FLAG.name, FLAG.comment]) if (flags & flag) at = afterZero(bytes, at);
  if (flags & FLAG.headerCrc) at += 2;
  if (at > bytes.length) throw cutShort();
  return at;
}

function afterZero(bytes: Uint8Array, from: number): number {
  const zero = bytes.indexOf(0, from);
  if (zero < 0) throw cutShort();
  return zero + 1;
}

/** @returns where the member ended */
function member(bytes: Uint8Array, start: number, output: Output): number {
  const before = output.length;
  const end = inflate(bytes, afterHeader(bytes, start), output);
  if (end + TRAILER > bytes.length) throw cutShort();
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, TRAILER);
  const data = output.from(before);
  const isSame = trailer.getUint32(0, true) === crc32(data) && trailer.getUint32(4, true) === data.length;
  if (!isSame) throw new IntakeError('DAMAGED', 'its checksum is another');
  return end + TRAILER;
}

/**
 * Unpacks gzip (RFC 1952): members one after another, and zeros behind the last, with which media and transfer programs fill up. Anything
 * else there is refused, and so is what does not have its checksum.
 * @param limit bytes that are unpacked at most
 * @throws IntakeError DAMAGED, CUT_SHORT, TOO_LARGE
 */
export function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  const output = new Output(limit);
  let at = member(bytes, 0, output);
  while (at < bytes.length && bytes[at] !== 0) {
    if (bytes[at] !== 0x1f) throw new IntakeError('DAMAGED', 'something stands behind it');
    if (at + 1 < bytes.length && bytes[at + 1] !== 0x8b)
      throw new IntakeError('DAMAGED', 'something stands behind it');
    at = member(bytes, at, output);
  }
  if (bytes.subarray(at).some((byte) => byte !== 0))
    throw new IntakeError('DAMAGED', 'something stands behind it');
  return output.from(0);
}
