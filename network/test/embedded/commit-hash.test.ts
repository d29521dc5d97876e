import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { BinaryReader } from 'google-protobuf';
import {
  commitHash,
  updateBytes,
  updatesOf,
  versionBytes,
  type BlockUpdates,
} from '../../src/embedded/commit-hash.js';
import { compareUtf8 } from '../../src/wire/index.js';

interface Written {
  readonly namespace: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

function updatesFrom(writes: readonly Written[]): BlockUpdates {
  const updates: BlockUpdates = new Map();
  for (const { namespace, key, value } of writes)
    updatesOf(updates, namespace).keys.set(key, { value, version: { block: 7, transaction: 3 } });
  return updates;
}

interface Entry {
  namespace: string;
  readonly key: Buffer;
  readonly isDelete: boolean;
}

/** Reads the bytes back, field by field. */
function entriesOf(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  const reader = new BinaryReader(bytes);
  let namespace = '';
  while (reader.nextField()) {
    const inner = new BinaryReader(reader.readBytes());
    let [key, isDelete] = [Buffer.alloc(0), false];
    while (inner.nextField()) {
      const field = inner.getFieldNumber();
      if (field === 1) namespace = inner.readString();
      else if (field === 3) key = Buffer.from(inner.readBytes());
      else if (field === 4) isDelete = inner.readBool();
      else inner.skipField();
    }
    entries.push({ namespace, key, isDelete });
  }
  return entries;
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
const written = fc.record({
  namespace: name,
  key: name,
  value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 4 }), { nil: undefined }),
});
const writes = fc.uniqueArray(written, {
  selector: ({ namespace, key }) => `${namespace}\n${key}`,
  maxLength: 12,
});

describe('embedded node: commit hash', () => {
  it('does not depend on the order in which transactions wrote', () => {
    fc.assert(
      fc.property(
        writes.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([one, other]) => {
          expect(Buffer.from(updateBytes(updatesFrom(one))).equals(updateBytes(updatesFrom(other)))).equals(
            true,
          );
        },
      ),
    );
  });

  it('holds every write once, in byte order of namespace and key', () => {
    fc.assert(
      fc.property(writes, (list) => {
        const entries = entriesOf(updateBytes(updatesFrom(list)));
        const expected = list
          .map(({ namespace, key, value }) => ({
            namespace,
            key: Buffer.from(key),
            isDelete: value === undefined,
          }))
          .sort((a, b) => Buffer.from(a.namespace).compare(Buffer.from(b.namespace)) || a.key.compare(b.key));
        expect(entries).deep.equals(expected);
      }),
    );
  });

  it('covers flags, updates and the hash before', () => {
    const updates = updatesFrom([{ namespace: 'cc', key: 'k', value: Buffer.from('v') }]);
    const flags = Uint8Array.of(0, 11);
    const previous = Buffer.alloc(32, 7);
    const plain = Buffer.concat([Buffer.of(2, 0, 11), updateBytes(updates), previous]);
    expect(commitHash(flags, updates, previous)).deep.equals(createHash('sha256').update(plain).digest());
    const many = new Uint8Array(300);
    const expected = createHash('sha256').update(Buffer.of(0xac, 0x02)).update(many).digest();
    expect(commitHash(many, new Map(), new Uint8Array())).deep.equals(expected);
  });

  it('writes heights so that they sort like numbers', () => {
    expect([...versionBytes({ block: 0, transaction: 0 })]).deep.equals([0, 0]);
    expect([...versionBytes({ block: 256, transaction: 5 })]).deep.equals([2, 1, 0, 1, 5]);
    const height = fc.record({ block: fc.nat({ max: 2 ** 31 - 1 }), transaction: fc.nat({ max: 100_000 }) });
    fc.assert(
      fc.property(height, height, (a, b) => {
        const order = a.block - b.block || a.transaction - b.transaction;
        expect(Math.sign(Buffer.compare(versionBytes(a), versionBytes(b)))).equals(Math.sign(order));
      }),
    );
  });

  it('compares strings by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).equals(Buffer.from(a).compare(Buffer.from(b)));
      }),
    );
    expect(compareUtf8('\uff5e', '\u{1f600}')).lessThan(0);
  });
});
