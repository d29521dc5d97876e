import { expect } from 'chai';
import fc from 'fast-check';
import { commitHash, updatesOf, type BlockUpdates } from '../../network/src/embedded/commit-hash.js';
import { CommitHashes } from '../src/fabric/commit-hash.js';
import type { NamespaceSet, Write } from '../src/fabric/rwset.js';
import { reasonOf } from './fabric-parties.js';
import { times } from '../../test/sampling.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function set(namespace: string, more: Partial<NamespaceSet>): NamespaceSet {
  return {
    namespace,
    reads: [],
    writes: [],
    metadataWrites: [],
    hasRangeQueries: false,
    collections: [],
    ...more,
  };
}

const of = (...namespaces: NamespaceSet[]) => ({ namespaces });
const write = (key: string, value: string | null): Write => ({
  key,
  value: value === null ? null : bytes(value),
});
const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 });
const writes = fc.uniqueArray(
  fc.record({ key, value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 5 })) }),
  { selector: (each) => each.key, maxLength: 5 },
);
const transactions = fc.array(fc.dictionary(key, writes, { maxKeys: 3, noNullPrototype: true }), {
  minLength: 1,
  maxLength: 4,
});

describe('The commit hash', () => {
  it('is the one that the embedded node makes of the same writes', () => {
    fc.assert(
      fc.property(fc.array(transactions, { minLength: 1, maxLength: 3 }), fc.nat(), (blocks, salt) => {
        const hashes = new CommitHashes();
        let previous: Uint8Array = new Uint8Array();
        for (const [at, block] of blocks.entries()) {
          const flags = Uint8Array.from(block, (_, index) => ((salt >> index) % 3 === 0 ? 11 : 0));
          const updates: BlockUpdates = new Map();
          for (const [index, namespaces] of block.entries())
            for (const [name, written] of Object.entries(namespaces))
              for (const { key: named, value } of flags[index] === 0 ? written : [])
                updatesOf(updates, name).keys.set(named, {
                  value: value ?? undefined,
                  version: { block: at + 1, transaction: index },
                });
          previous = commitHash(flags, updates, previous);
          const sets = block.map((namespaces) =>
            of(...Object.entries(namespaces).map(([name, written]) => set(name, { writes: written }))),
          );
          expect(hex(hashes.append(BigInt(at + 1), flags, sets))).to.equal(hex(previous));
        }
      }),
      { numRuns: times(200) },
    );
  });

  const valid = Uint8Array.of(0);
  const metadata = (name: string) => ({ metadataWrites: [{ key: name, entries: [] }] });

  it('takes a write of metadata alone as a write of the value that stood there, and of nothing as none', () => {
    const renewed = new CommitHashes();
    const written = new CommitHashes();
    for (const hashes of [renewed, written])
      hashes.append(1n, valid, [of(set('cc', { writes: [write('k', 'v')] }))]);
    const one = renewed.append(2n, valid, [of(set('cc', metadata('k')))]);
    expect(hex(one)).to.equal(hex(written.append(2n, valid, [of(set('cc', { writes: [write('k', 'v')] }))])));
    const two = renewed.append(3n, valid, [of(set('cc', metadata('absent')))]);
    expect(hex(two)).to.equal(hex(written.append(3n, valid, [undefined])));
  });

  it('does not renew what an earlier transaction of the block deleted', () => {
    const both = Uint8Array.of(0, 0);
    const [a, b] = [new CommitHashes(), new CommitHashes()];
    for (const hashes of [a, b]) hashes.append(1n, valid, [of(set('cc', { writes: [write('k', 'v')] }))]);
    const gone = of(set('cc', { writes: [write('k', null)] }));
    expect(hex(a.append(2n, both, [gone, of(set('cc', metadata('k')))]))).to.equal(
      hex(b.append(2n, both, [gone, undefined])),
    );
  });

  it('tells every difference: a flag, a value, a namespace, a position', () => {
    const hashOf = (flags: Uint8Array, ...sets: NamespaceSet[]): string =>
      hex(
        new CommitHashes().append(
          1n,
          flags,
          sets.map((each) => of(each)),
        ),
      );
    const base = set('cc', { writes: [write('k', 'v')] });
    const collection = {
      name: 'c',
      writes: [{ key: 'aa', value: bytes('v') }],
      metadataWrites: [],
      raw: bytes(''),
    };
    const all = [
      hashOf(valid, base),
      hashOf(Uint8Array.of(11), base),
      hashOf(valid, set('cc', { writes: [write('k', 'w')] })),
      hashOf(valid, set('cc', { writes: [write('k', null)] })),
      hashOf(valid, set('cd', { writes: [write('k', 'v')] })),
      hashOf(valid, set('cc', { collections: [collection] })),
      hashOf(valid, set('cc', { collections: [{ ...collection, name: 'd' }] })),
      hashOf(Uint8Array.of(0, 0), set('none', {}), base),
      hashOf(Uint8Array.of(0, 0), base, set('none', {})),
    ];
    expect(new Set(all).size).to.equal(all.length);
  });

  it('goes on where a pass ended', () => {
    const whole = new CommitHashes();
    whole.append(1n, valid, [of(set('cc', { writes: [write('k', 'v')] }))]);
    const rest = new CommitHashes(undefined, whole.point);
    const next = [of(set('cc', { writes: [write('l', 'w')] }))];
    expect(hex(rest.append(2n, valid, next))).to.equal(hex(whole.append(2n, valid, next)));
  });

  it('needs every block and one flag a transaction', async () => {
    const hashes = new CommitHashes();
    expect(await reasonOf(() => hashes.append(2n, valid, [undefined]))).to.equal('SEQUENCE_BROKEN');
    expect(await reasonOf(() => hashes.append(1n, Uint8Array.of(0, 0), [undefined]))).to.equal(
      'FLAGS_DIFFER',
    );
  });
});
