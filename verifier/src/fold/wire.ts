/**
 * Protobuf as Fabric's own parser reads it (google.golang.org/protobuf, proto3): leniently where that is lenient, so that fold and peers
 * never see two messages in the same bytes. What a peer would pass over is told as lint.
 */

/** Bytes that Fabric's parser refuses, or a message that lacks what Fabric asks for. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code = 'UNREADABLE';
}

/** Oddities that Fabric's parser takes. */
type WireLint = 'UNKNOWN_FIELD' | 'REPEATED_FIELD' | 'IDLE_BYTES';

/**
 * How a field is taken: `number`, `bytes` and `string`, the last one counts; `message`, all of them merge; `list`, each counts.
 */
export type FieldKind = 'number' | 'bytes' | 'string' | 'message' | 'list';
export type Shape = ReadonlyMap<number, FieldKind>;

/** A message's fields that are looked at, by number. */
export const shape = (fields: Readonly<Record<number, FieldKind>>): Shape =>
  new Map(Object.entries(fields).map(([number, kind]) => [Number(number), kind]));

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const MAX_FIELD = 2 ** 29 - 1;
const MAX_FIELD_IN_GROUP = 2 ** 31 - 1;
/** protowire.DefaultRecursionLimit. */
const MAX_GROUPS = 10_001;

const EMPTY = new Uint8Array();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws Unreadable */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Unreadable('text that is not UTF-8', { cause });
  }
}

class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Whether a number was spelled with more bytes than it needs. */
  isIdle = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** 64 bits in at most ten bytes (protowire.ConsumeVarint). */
  varint(): bigint {
    let value = 0n;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#next();
      if (count === 9 && byte > 1) break;
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte >= 0x80) continue;
      this.isIdle ||= byte === 0 && count > 0;
      return value;
    }
    throw new Unreadable('a number beyond 64 bits');
  }

  /** A tag or a length: exact as far as any that is valid goes. */
  small(): number {
    const first = this.#bytes[this.#at] ?? 0x80;
    if (first < 0x80) {
      this.#at += 1;
      return first;
    }
    const second = this.#bytes[this.#at + 1] ?? 0x80;
    if (second < 0x80 && second > 0) {
      this.#at += 2;
      return (first & 0x7f) | (second << 7);
    }
    return Number(this.varint());
  }

  slice(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Unreadable('a length beyond the message');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Passes over a value of an unknown field. */
  skip(field: number, wire: number): void {
    if (wire === START_GROUP) this.#skipGroup(field);
    else this.#skipPlain(wire);
  }

  #skipGroup(field: number): void {
    const open = [field];
    while (open.length > 0) {
      const { number, wire } = tagOf(this.small(), MAX_FIELD_IN_GROUP);
      if (wire === START_GROUP) open.push(number);
      else if (wire !== END_GROUP) this.#skipPlain(wire);
      else if (open.pop() !== number) throw new Unreadable('a group that another ends');
      if (open.length > MAX_GROUPS) throw new Unreadable('groups nested too deep');
    }
  }

  #skipPlain(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === DELIMITED) this.slice(this.small());
    else if (wire === FIXED64) this.slice(8);
    else if (wire === FIXED32) this.slice(4);
    else throw new Unreadable(`wire type ${wire}`);
  }

  #next(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Unreadable('a message that ends too early');
    this.#at += 1;
    return byte;
  }
}

function tagOf(tag: number, maximum: number): { readonly number: number; readonly wire: number } {
  const wire = tag % 8;
  const number = (tag - wire) / 8;
  if (number < 1 || number > maximum) throw new Unreadable('a field number');
  return { number, wire };
}

/** A message, of which the fields of its shape are kept. A missing field reads as zero or empty (proto3). */
export class Message {
  readonly #shape: Shape;
  readonly #lint: Set<string>;
  readonly #numbers = new Map<number, bigint>();
  readonly #bytes = new Map<number, Uint8Array>();
  readonly #texts = new Map<number, string>();
  readonly #lists = new Map<number, Uint8Array[]>();

  private constructor(fields: Shape, lint: Set<string>) {
    this.#shape = fields;
    this.#lint = lint;
  }

  /**
   * @param parts one message, or a singular one that came in several parts, which merge
   * @param lint is told of oddities @throws Unreadable
   */
  static read(parts: Uint8Array | readonly Uint8Array[], fields: Shape, lint: Set<string>): Message {
    const message = new Message(fields, lint);
    if (parts instanceof Uint8Array) message.#merge(parts);
    else for (const part of parts) message.#merge(part);
    return message;
  }

  has(field: number): boolean {
    return [this.#numbers, this.#bytes, this.#texts, this.#lists].some((fields) => fields.has(field));
  }

  /** 64 bits, unsigned. */
  number(field: number): bigint {
    return this.#numbers.get(field) ?? 0n;
  }

  /** The same as an int32 or an enum: cut to 32 bits. */
  int32(field: number): number {
    return Number(BigInt.asIntN(32, this.number(field)));
  }

  bytes(field: number): Uint8Array {
    return this.#bytes.get(field) ?? EMPTY;
  }

  text(field: number): string {
    return this.#texts.get(field) ?? '';
  }

  /** Of a `list` its members, of a `message` its parts. */
  list(field: number): readonly Uint8Array[] {
    return this.#lists.get(field) ?? [];
  }

  #merge(bytes: Uint8Array): void {
    const cursor = new Cursor(bytes);
    while (!cursor.isAtEnd) {
      const { number, wire } = tagOf(cursor.small(), MAX_FIELD);
      const kind = this.#shape.get(number);
      // A known number with another wire type is an unknown field.
      if (kind === undefined || wire !== (kind === 'number' ? VARINT : DELIMITED)) {
        this.#lint.add('UNKNOWN_FIELD');
        cursor.skip(number, wire);
      } else if (kind === 'number') this.#put(this.#numbers, number, cursor.varint());
      else this.#take(number, kind, cursor.slice(cursor.small()));
    }
    if (cursor.isIdle) this.#lint.add('IDLE_BYTES');
  }

  #take(field: number, kind: FieldKind, value: Uint8Array): void {
    if (kind === 'bytes') this.#put(this.#bytes, field, value);
    else if (kind === 'string') this.#put(this.#texts, field, textOf(value));
    else this.#append(field, kind, value);
  }

  #append(field: number, kind: FieldKind, value: Uint8Array): void {
    const list = this.#lists.get(field);
    if (!list) this.#lists.set(field, [value]);
    else {
      list.push(value);
      if (kind === 'message') this.#lint.add('REPEATED_FIELD' satisfies WireLint);
    }
  }

  #put<T>(fields: Map<number, T>, field: number, value: T): void {
    if (fields.has(field)) this.#lint.add('REPEATED_FIELD' satisfies WireLint);
    fields.set(field, value);
  }
}
