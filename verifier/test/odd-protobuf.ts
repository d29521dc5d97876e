import fc from 'fast-check';
import type { FieldKind } from '../src/fold/wire.js';

/**
 * A message's fields by number: how each is taken, and what is inside of it. `whole`: a message of which a reader takes the last
 * occurrence alone, so that it is never split.
 */
export type Tree = Readonly<Record<number, { readonly kind: FieldKind | 'whole'; readonly inside?: Tree }>>;

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Without the tag; a length-delimited one without its length. */
  readonly value: Uint8Array;
}

const DELIMITED = 2;
const EMPTY = new Uint8Array();
const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** @param idle bytes more than a number needs */
export function varint(value: bigint, idle = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  for (let left = Math.min(idle, 10 - bytes.length); left > 0; left -= 1) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}

function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(number());
    const wire = tag & 7;
    if (wire === DELIMITED) {
      const length = Number(number());
      fields.push({ number: tag >> 3, wire, value: message.subarray(at, at + length) });
      at += length;
    } else fields.push({ number: tag >> 3, wire, value: varint(number()) });
  }
  return fields;
}

const spelled = ({ number, wire, value }: Field, idle: number): Uint8Array => {
  const tag = varint(BigInt((number << 3) | wire), idle);
  return wire === DELIMITED ? join(tag, varint(BigInt(value.length), idle), value) : join(tag, value);
};

/** How odd an encoding gets; drawn by fast-check, so that a failure shrinks. */
export interface Oddness {
  /** Below `share` something odd is done at this place. */
  readonly draw: () => number;
  readonly share: number;
}

/** An oddness that looks at each of many places in turn. */
export const oddness = fc
  .record({
    share: fc.constantFrom(0, 10, 30),
    draws: fc.array(fc.nat(99), { minLength: 200, maxLength: 200 }),
  })
  .map(({ share, draws }): Oddness => {
    let at = 0;
    return {
      share,
      draw: () => {
        at += 1;
        return draws[at % draws.length] ?? 0;
      },
    };
  });

const happens = ({ draw, share }: Oddness): boolean => draw() < share;

/** A field that nobody asks for: of an unused number, or of a known one in another wire type. */
function unknown(tree: Tree, { draw }: Oddness): Uint8Array {
  const number = 100 + draw();
  const group = join(
    varint(BigInt((number << 3) | 3)),
    Uint8Array.of(0x08, 0x05, 0x12, 0x01, 0x41),
    varint(BigInt((number << 3) | 4)),
  );
  const tagged = (wire: number, value: Uint8Array): Uint8Array =>
    join(varint(BigInt((number << 3) | wire)), value);
  const known = Object.entries(tree)[0];
  const [first, kind] = known ? [Number(known[0]), known[1].kind] : [1, 'bytes'];
  const mistyped =
    kind === 'number' ? Uint8Array.of((first << 3) | 2, 1, 0x41) : Uint8Array.of((first << 3) | 0, 0x07);
  const choices = [
    tagged(0, Uint8Array.of(0x96, 0x01)),
    tagged(1, new Uint8Array(8).fill(7)),
    tagged(2, Uint8Array.of(2, 0xff, 0xfe)),
    tagged(5, new Uint8Array(4).fill(7)),
    group,
    mistyped,
  ];
  return choices[draw() % choices.length] ?? EMPTY;
}

/** What a later occurrence of the same field does away with. */
function overridden({ number, wire, value }: Field, kind: FieldKind | 'whole', tree: Tree): Uint8Array {
  if (kind === 'number') return spelled({ number, wire, value: varint(99n) }, 0);
  if (kind === 'whole') return spelled({ number, wire, value: Uint8Array.of(0x08, 0x01) }, 0);
  if (kind === 'bytes' || kind === 'string')
    return spelled({ number, wire, value: Buffer.from('before') }, 0);
  return spelled({ number, wire, value: tree[number]?.kind === 'message' ? EMPTY : value }, 0);
}

/** The same message for Fabric, in other bytes. */
export function odd(message: Uint8Array, tree: Tree, how: Oddness): Uint8Array {
  const parts = fieldsOf(message).flatMap((field) => {
    const known = tree[field.number];
    if (!known) return [spelled(field, 0)];
    const inner =
      field.wire === DELIMITED && known.inside ? odd(field.value, known.inside, how) : field.value;
    const made = { ...field, value: inner };
    const before = known.kind !== 'list' && happens(how) ? [overridden(field, known.kind, tree)] : [];
    const around = happens(how) ? [unknown(tree, how)] : [];
    return [...around, ...before, ...split(made, known, how)];
  });
  return join(...parts, ...(happens(how) ? [unknown(tree, how)] : []));
}

/** A singular message in two parts, cut between its fields. */
function split(field: Field, { kind }: Tree[number], how: Oddness): Uint8Array[] {
  const idle = happens(how) ? how.draw() % 3 : 0;
  if (kind !== 'message' || !happens(how)) return [spelled(field, idle)];
  const inner = cuts(field.value);
  const at = inner[how.draw() % inner.length] ?? 0;
  const [one, two] = [field.value.subarray(0, at), field.value.subarray(at)];
  return [spelled({ ...field, value: one }, idle), spelled({ ...field, value: two }, 0)];
}

/** Where fields begin and end: odd ones are known by their tags, whatever they are. */
function cuts(message: Uint8Array): number[] {
  const places = [0];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  let depth = 0;
  while (at < message.length) {
    const wire = number() & 7;
    if (wire === 0) number();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === DELIMITED) {
      const length = number();
      at += length;
    } else depth += wire === 3 ? 1 : -1;
    if (depth === 0) places.push(at);
  }
  return places;
}
