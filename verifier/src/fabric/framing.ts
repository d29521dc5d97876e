import { concatBytes } from '@noble/hashes/utils.js';

/** A protobuf number in as few bytes as it needs. */
export function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))];
}

/**
 * A length-delimited field as every writer of protobuf spells it. For bytes that Fabric itself makes anew (commit hash, well-formedness)
 * and for looking somebody up; what was hashed or signed as it stands is sliced, never framed.
 */
export function frame(number: number, value: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.from([...varint((number << 3) | 2), ...varint(value.length)]), value);
}
