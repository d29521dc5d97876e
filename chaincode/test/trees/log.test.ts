import {
  checkInclusion,
  LogFrontier,
  logLeafHash,
  logRoot,
  peaksOf,
  proveInclusion,
  type Hash,
  type LogReader,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import * as naive from './naive.js';
import { bytes, hex, refusalOf, vectors } from './vectors.js';

interface Inclusion {
  readonly name?: string;
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
  readonly root: string;
}
const known = vectors('log') as {
  readonly leaves: readonly string[];
  readonly roots: readonly string[];
  readonly peaks: readonly (readonly string[])[];
  readonly inclusion: { readonly valid: readonly Inclusion[]; readonly invalid: readonly Inclusion[] };
};

/** Printed in RFC 6962's reference implementation, for these eight leaves. */
const printed = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const check = ({ leaf, index, size, path, root }: Inclusion): void =>
  checkInclusion(logLeafHash(bytes(leaf)), index, size, path.map(bytes), bytes(root));

/** A log with everything that a store would keep. */
function grown(leaves: readonly Hash[]): { readonly frontier: LogFrontier; readonly read: LogReader } {
  const nodes = new Map<string, Hash>();
  const frontier = new LogFrontier();
  for (const leaf of leaves)
    for (const { level, index, hash } of frontier.append(leaf)) {
      expect(nodes.has(`${level}/${index}`), 'a node made twice').to.equal(false);
      nodes.set(`${level}/${index}`, hash);
    }
  return { frontier, read: (level, index) => nodes.get(`${level}/${index}`)! };
}

const leafHashes = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => naive.logLeaf(String(index)));

describe('the log', () => {
  it('has the roots that RFC 6962’s implementation prints', () => {
    const hashes = known.leaves.map((leaf) => logLeafHash(bytes(leaf)));
    expect(printed.map((_, index) => hex(logRoot(hashes.slice(0, index + 1))))).to.deep.equal(printed);
  });

  it('has the roots and peaks of the vectors', () => {
    const hashes = known.leaves.map((leaf) => logLeafHash(bytes(leaf)));
    const { read } = grown(hashes);
    known.roots.forEach((root, size) => {
      expect(hex(logRoot(hashes.slice(0, size)))).to.equal(root);
      expect(peaksOf(read, size).map(hex)).to.deep.equal(known.peaks[size]);
    });
  });

  it('shows what the vectors show', () => {
    const hashes = known.leaves.map((leaf) => logLeafHash(bytes(leaf)));
    const { read } = grown(hashes);
    for (const vector of known.inclusion.valid) {
      check(vector);
      expect(proveInclusion(read, vector.index, vector.size).map(hex)).to.deep.equal(vector.path);
    }
  });

  for (const vector of known.inclusion.invalid) {
    it(`refuses ${vector.name}`, () => expect(refusalOf(() => check(vector))).to.equal('PROOF_INVALID'));
  }

  it('grows from its peaks at any size as from its leaves', () => {
    const sizes = fc.tuple(fc.nat(70), fc.nat(70));
    fc.assert(
      fc.property(sizes, ([before, more]) => {
        const leaves = leafHashes(before + more);
        const { read } = grown(leaves);
        const frontier = new LogFrontier(before, peaksOf(read, before));
        for (const leaf of leaves.slice(before)) frontier.append(leaf);
        expect(frontier.peaks.map(hex)).to.deep.equal(naive.logPeaks(leaves).map(hex));
        expect(frontier.peaks.map(hex)).to.deep.equal(peaksOf(read, before + more).map(hex));
        expect(hex(frontier.root())).to.equal(hex(naive.logRoot(leaves)));
      }),
    );
  });

  it('shows every leaf at every size, by the definition’s path, and at no other place', () => {
    const places = fc
      .integer({ min: 1, max: 130 })
      .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size - 1)));
    fc.assert(
      fc.property(places, ([size, index, other]) => {
        const leaves = leafHashes(size);
        const root = naive.logRoot(leaves);
        const path = proveInclusion(grown([...leaves, ...leafHashes(9)]).read, index, size);
        expect(path.map(hex)).to.deep.equal(naive.logPath(index, leaves).map(hex));
        const refusal = (at: number, of: number): string | undefined =>
          refusalOf(() => checkInclusion(leaves[index]!, at, of, path, root));
        expect(refusal(index, size)).to.equal(undefined);
        if (other !== index) expect(refusal(other, size)).to.equal('PROOF_INVALID');
      }),
    );
  });

  it('refuses a path of which any one part is changed, cut, doubled or exchanged with its neighbour', () => {
    const leaves = leafHashes(77);
    const root = naive.logRoot(leaves);
    const { read } = grown(leaves);
    const places = fc.tuple(fc.nat(76), fc.nat(), fc.constantFrom('change', 'cut', 'double', 'exchange'));
    fc.assert(
      fc.property(places, ([index, where, how]) => {
        const path = proveInclusion(read, index, 77);
        const at = where % (how === 'exchange' ? path.length - 1 : path.length);
        const sibling = path[at]!;
        const changed = Uint8Array.from(sibling);
        changed[where % 32]! ^= 1;
        if (how === 'change') path[at] = changed;
        else if (how === 'cut') path.splice(at, 1);
        else if (how === 'double') path.splice(at, 0, sibling);
        else path.splice(at, 2, path[at + 1]!, sibling);
        expect(refusalOf(() => checkInclusion(leaves[index]!, index, 77, path, root))).to.equal(
          'PROOF_INVALID',
        );
      }),
    );
  });

  it('goes on beyond 32 bits, up to the last whole number', () => {
    const peak = naive.logLeaf('peak');
    const size = 2 ** 40 + 1;
    const frontier = new LogFrontier(size, [peak, peak]);
    expect(frontier.append(peak).map(({ level, index }) => [level, index])).to.deep.equal([
      [0, size],
      [1, 2 ** 39],
    ]);
    const last = new LogFrontier(
      Number.MAX_SAFE_INTEGER,
      Array.from({ length: 53 }, () => peak),
    );
    expect(refusalOf(() => last.append(peak))).to.equal('PROOF_INVALID');
  });

  it('begins only with as many hashes as its size has binary digits 1', () => {
    const peak = naive.logLeaf('peak');
    for (const [size, peaks] of [
      [0, [peak]],
      [3, [peak]],
      [4, [peak, peak]],
      [-1, []],
      [1.5, [peak]],
      [Number.NaN, []],
      [1, [peak.subarray(1)]],
    ] as const)
      expect(
        refusalOf(() => new LogFrontier(size, peaks)),
        String(size),
      ).to.equal('PROOF_INVALID');
  });
});
