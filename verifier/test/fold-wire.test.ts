import { expect } from 'chai';
import fc from 'fast-check';
import { Message, shape, Unreadable } from '../src/fold/wire.js';
import { message } from './fabric-parties.js';
import { odd, oddness, varint, type Tree } from './odd-protobuf.js';
import { times } from '../../test/sampling.js';

const SHAPE = shape({ 1: 'number', 2: 'bytes', 3: 'string', 4: 'message', 5: 'list' });
const INNER = shape({ 1: 'number', 2: 'string' });

const read = (...bytes: readonly number[]): Message => Message.read(Uint8Array.from(bytes), SHAPE, new Set());
const lintOf = (bytes: Uint8Array): string[] => {
  const lint = new Set<string>();
  Message.read(bytes, SHAPE, lint);
  return [...lint].sort();
};
const isUnreadable = (...bytes: readonly number[]): boolean => {
  try {
    read(...bytes);
    return false;
  } catch (error) {
    if (error instanceof Unreadable) return true;
    throw error;
  }
};

/** What google.golang.org/protobuf does with the same bytes (encoding/protowire/wire.go, internal/impl/decode.go). */
describe('Fold: protobuf as Fabric reads it', () => {
  it('reads what is missing as zero or empty', () => {
    const nothing = read();
    expect([
      nothing.number(1),
      nothing.int32(1),
      nothing.text(3),
      nothing.list(4),
      nothing.list(5),
    ]).deep.equals([0n, 0, '', [], []]);
    expect(nothing.bytes(2)).length(0);
    expect(nothing.has(4)).equals(false);
    expect(read(0x22, 0).has(4)).equals(true);
  });

  it('takes the last of a singular field, and every one of a list', () => {
    const both = read(0x08, 1, 0x08, 2, 0x12, 1, 7, 0x12, 1, 8, 0x2a, 1, 7, 0x2a, 1, 8);
    expect(both.number(1)).equals(2n);
    expect([...both.bytes(2)]).deep.equals([8]);
    expect(both.list(5).map((each) => each[0])).deep.equals([7, 8]);
  });

  it('merges the parts of a message, each of which must be whole', () => {
    const parts = read(0x22, 2, 0x08, 1, 0x22, 3, 0x12, 1, 0x41).list(4);
    const merged = Message.read(parts, INNER, new Set());
    expect([merged.number(1), merged.text(2)]).deep.equals([1n, 'A']);
    const broken = read(0x22, 1, 0x08, 0x22, 1, 0x01).list(4);
    expect(() => Message.read(broken, INNER, new Set())).throws(Unreadable);
  });

  it('passes over unknown fields of every wire type, and over known numbers of another', () => {
    const unknown = [
      0x78, 1, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 2, 1, 2, 0x7d, 1, 2, 3, 4, 0x7b, 0x7b, 0x7c, 0x08, 1, 0x7c,
    ];
    expect(read(0x08, 5, ...unknown).number(1)).equals(5n);
    expect(read(0x0a, 1, 9, 0x10, 3, 0x22, 0, 0x25, 1, 2, 3, 4).has(1)).equals(false);
    expect(lintOf(Uint8Array.from([0x08, 5, ...unknown]))).deep.equals(['UNKNOWN_FIELD']);
  });

  it('cuts numbers to 32 bits where they are int32 or enums', () => {
    expect(Message.read(message([1, (1n << 40n) + 3n]), SHAPE, new Set()).int32(1)).equals(3);
    expect(Message.read(message([1, (1n << 64n) - 1n]), SHAPE, new Set()).int32(1)).equals(-1);
    expect(Message.read(message([1, 1n << 31n]), SHAPE, new Set()).int32(1)).equals(-(2 ** 31));
  });

  it('takes numbers with idle bytes, up to ten of them and 64 bits', () => {
    expect(read(0x08, 0x85, 0x80, 0x00).number(1)).equals(5n);
    expect(read(0x88, 0x80, 0x00, 7).number(1)).equals(7n);
    expect(read(0x08, ...Array<number>(9).fill(0xff), 0x01).number(1)).equals((1n << 64n) - 1n);
    expect(isUnreadable(0x08, ...Array<number>(9).fill(0xff), 0x02)).equals(true);
    expect(isUnreadable(0x08, ...Array<number>(10).fill(0x80), 0x00)).equals(true);
    expect(lintOf(Uint8Array.of(0x08, 0x85, 0x00))).deep.equals(['IDLE_BYTES']);
  });

  it('refuses what is cut off, field numbers beyond bounds, reserved wire types and groups that do not match', () => {
    expect(isUnreadable(0x08)).equals(true);
    expect(isUnreadable(0x12, 2, 1)).equals(true);
    expect(isUnreadable(0x79, 1, 2)).equals(true);
    expect(isUnreadable(0x00, 1)).equals(true);
    expect(isUnreadable(...varint(2n ** 32n), 1)).equals(true);
    expect(isUnreadable(...varint((2n ** 29n - 1n) * 8n), 1)).equals(false);
    expect(isUnreadable(0x7e)).equals(true);
    expect(isUnreadable(0x7c)).equals(true);
    expect(isUnreadable(0x7b)).equals(true);
    expect(isUnreadable(0x7b, 0x84, 0x01)).equals(true);
    expect(isUnreadable(0x12, ...varint(2n ** 63n))).equals(true);
  });

  it('refuses text that is not UTF-8, also where another follows; keeps a byte order mark', () => {
    expect(isUnreadable(0x1a, 1, 0xff, 0x1a, 1, 0x41)).equals(true);
    expect(isUnreadable(0x1a, 3, 0xed, 0xa0, 0x80)).equals(true);
    expect(read(0x1a, 4, 0xef, 0xbb, 0xbf, 0x41).text(3)).equals('\ufeffA');
  });

  it('stands groups as deep as Go does, without a stack', () => {
    const nested = (depth: number): Uint8Array =>
      Uint8Array.from([...Array<number>(depth).fill(0x7b), ...Array<number>(depth).fill(0x7c)]);
    expect(lintOf(nested(10_001))).deep.equals(['UNKNOWN_FIELD']);
    expect(() => lintOf(nested(10_002))).throws(Unreadable);
    expect(() => lintOf(Uint8Array.from(Array<number>(1_000_000).fill(0x7b)))).throws(Unreadable);
  });

  it('reads any odd spelling as the plain one, and says that it is odd', () => {
    const tree: Tree = {
      1: { kind: 'number' },
      2: { kind: 'bytes' },
      3: { kind: 'string' },
      4: { kind: 'message', inside: { 1: { kind: 'number' }, 2: { kind: 'string' } } },
      5: { kind: 'list' },
    };
    const seen = (bytes: Uint8Array): { readonly fields: unknown; readonly lint: ReadonlySet<string> } => {
      const lint = new Set<string>();
      const found = Message.read(bytes, SHAPE, lint);
      const inner = Message.read(found.list(4), INNER, lint);
      const list = found.list(5).map((each) => [...each]);
      const fields = [
        found.number(1),
        [...found.bytes(2)],
        found.text(3),
        inner.number(1),
        inner.text(2),
        list,
      ];
      return { fields, lint };
    };
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
        fc.string({ minLength: 1 }),
        oddness,
        (number, text, how) => {
          const inner = message([1, number], [2, text]);
          const plain = message([1, number], [2, inner], [3, text], [4, inner], [5, inner], [5, 'b']);
          const other = odd(plain, tree, how);
          expect(seen(other).fields).deep.equals(seen(plain).fields);
          expect(seen(other).lint.size > 0 || Buffer.compare(other, plain) === 0).equals(true);
        },
      ),
    );
  });

  it('ends with any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => isUnreadable(...bytes)).not.throws();
      }),
      { numRuns: times(2000) },
    );
  });
});
