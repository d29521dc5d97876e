import { Rejection, rejectUnless } from '../rejection.js';

/** A field of a protobuf message: a number, or bytes that are a slice of the message, never a copy made anew. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Fields that a message may have, by number; `repeated` ones more than once. */
export interface Shape {
  readonly fields: readonly number[];
  readonly repeated?: readonly number[];
}

class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** At most ten bytes, and no more of them than needed: a second spelling of a number is no number. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at];
      rejectUnless(byte !== undefined, 'MALFORMED', { what: 'a number that ends too early' });
      this.#at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        rejectUnless(byte !== 0 || shift === 0n, 'MALFORMED', { what: 'a number with idle bytes' });
        rejectUnless(value < 1n << 64n, 'MALFORMED', { what: 'a number beyond 64 bits' });
        return value;
      }
    }
    throw new Rejection('MALFORMED', { what: 'a number of more than ten bytes' });
  }

  slice(length: bigint): Uint8Array {
    const rest = this.#bytes.length - this.#at;
    rejectUnless(length <= BigInt(rest), 'MALFORMED', { what: 'a length beyond the message' });
    const start = this.#at;
    this.#at += Number(length);
    return this.#bytes.subarray(start, this.#at);
  }
}

function valueOf(cursor: Cursor, wire: number): bigint | Uint8Array {
  switch (wire) {
    case VARINT:
      return cursor.varint();
    case LENGTH_DELIMITED:
      return cursor.slice(cursor.varint());
    default:
      // Fixed-width numbers and groups: no message of Fabric's has them.
      throw new Rejection('MALFORMED', { what: `wire type ${wire}` });
  }
}

/**
 * The fields of a message in the order they stand there (protobuf encoding guide). Slices, never re-encodes: what is hashed and signed
 * are these bytes. @throws Rejection MALFORMED
 */
export function fieldsOf(message: Uint8Array): Field[] {
  const cursor = new Cursor(message);
  const fields: Field[] = [];
  while (!cursor.isAtEnd) {
    const tag = cursor.varint();
    const number = Number(tag >> 3n);
    rejectUnless(number > 0 && number < 1 << 29, 'MALFORMED', { what: 'a field number' });
    fields.push({ number, value: valueOf(cursor, Number(tag & 7n)) });
  }
  return fields;
}

const EMPTY = new Uint8Array();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A message of which every field is known. proto3 leaves out what is zero or empty, so a missing field reads as that. A singular field
 * that appears twice is refused, although protobuf lets the last one win: two readers could see two messages.
 */
export class Message {
  readonly #fields: readonly Field[];

  private constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  /** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD */
  static read(bytes: Uint8Array, { fields, repeated = [] }: Shape): Message {
    const found = fieldsOf(bytes);
    const seen = new Set<number>();
    for (const { number } of found) {
      if (repeated.includes(number)) continue;
      rejectUnless(fields.includes(number), 'UNKNOWN_FIELD', { field: `${number}` });
      rejectUnless(!seen.has(number), 'DUPLICATE_FIELD', { field: `${number}` });
      seen.add(number);
    }
    return new Message(found);
  }

  /**
   * The same, for messages of a configuration, which grow with Fabric's versions: fields that are not asked for are passed over.
   * @throws Rejection MALFORMED, DUPLICATE_FIELD
   */
  static readKnown(bytes: Uint8Array, shape: Shape): Message {
    const wanted = [...shape.fields, ...(shape.repeated ?? [])];
    const known = fieldsOf(bytes).filter(({ number }) => wanted.includes(number));
    const singular = known.filter(({ number }) => shape.repeated?.includes(number) !== true);
    const isOnce = new Set(singular.map(({ number }) => number)).size === singular.length;
    rejectUnless(isOnce, 'DUPLICATE_FIELD');
    return new Message(known);
  }

  /** Whether the field is there at all, be it empty. */
  has(number: number): boolean {
    return this.#fields.some((field) => field.number === number);
  }

  /** @throws Rejection MALFORMED when it is a number */
  bytes(number: number): Uint8Array {
    return this.repeated(number)[0] ?? EMPTY;
  }

  /** @throws Rejection MALFORMED when one is a number */
  repeated(number: number): Uint8Array[] {
    return this.#all(number).map((value) => {
      rejectUnless(typeof value !== 'bigint', 'MALFORMED', { what: `field ${number} is a number` });
      return value;
    });
  }

  /** Unsigned. @throws Rejection MALFORMED when it is bytes */
  number(number: number): bigint {
    const [value = 0n] = this.#all(number);
    rejectUnless(typeof value === 'bigint', 'MALFORMED', { what: `field ${number} is no number` });
    return value;
  }

  /** @throws Rejection MALFORMED unless it is UTF-8 */
  text(number: number): string {
    return textOf(this.bytes(number));
  }

  #all(number: number): (bigint | Uint8Array)[] {
    return this.#fields.filter((field) => field.number === number).map(({ value }) => value);
  }
}

/** @throws Rejection MALFORMED unless the bytes are UTF-8 */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Rejection('MALFORMED', { what: 'text that is not UTF-8' });
  }
}
