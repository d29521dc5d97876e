import {
  headsOfRange,
  listHead,
  listKey,
  listLeafHash,
  listRange,
  type ListHead,
  type ListRange,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import * as naive from './naive.js';
import { refusalOf, vectors } from './vectors.js';

interface Vector {
  readonly name: string;
  readonly range: ListRange;
  readonly first: ListHead | null;
  readonly last: ListHead | null;
}
const { valid, invalid } = vectors('list') as { readonly valid: Vector[]; readonly invalid: Vector[] };

type Heads = ReturnType<typeof headsOfRange>;
const ofVector = ({ first, last }: Vector): Heads => ({ first: first ?? undefined, last: last ?? undefined });

/** Whether a range shows these heads: otherwise it is refused or has others. */
function shows(range: ListRange, heads: Heads): boolean {
  let found: Heads | undefined;
  const refusal = refusalOf(() => (found = headsOfRange(range)));
  if (refusal !== undefined) return false;
  return JSON.stringify(found) === JSON.stringify(heads);
}

const members = (count: number): string[] => Array.from({ length: count }, (_, at) => `usage-${at}`);
const hashes = (usages: readonly string[]): Buffer[] => usages.map((usage) => naive.logLeaf(usage));

function rangeOf(
  usages: readonly string[],
  from: number,
): { readonly range: ListRange; readonly heads: Heads } {
  const head = (list: readonly string[]): ListHead | undefined =>
    list.length === 0
      ? undefined
      : listHead.parse({ count: list.length, root: naive.asDigest(naive.logRoot(hashes(list))) });
  const before = naive.logPeaks(hashes(usages.slice(0, from))).map((hash) => hash.toString('hex'));
  return {
    range: { from, before, usages: usages.slice(from) },
    heads: { first: head(usages.slice(0, from)), last: head(usages) },
  };
}

describe('lists of usages', () => {
  it('show the heads of the vectors', () => {
    for (const vector of valid) {
      expect(listRange.parse(vector.range)).to.deep.equal(vector.range);
      expect(headsOfRange(vector.range)).to.deep.equal(ofVector(vector));
    }
  });

  for (const vector of invalid) {
    it(`do not show ${vector.name}`, () => expect(shows(vector.range, ofVector(vector))).to.equal(false));
  }

  it('have the heads of the definition, at both ends of any range', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (from, more) => {
        const { range, heads } = rangeOf(members(from + more), from);
        expect(headsOfRange(range)).to.deep.equal(heads);
      }),
    );
  });

  const changes: Readonly<Record<string, (list: string[], at: number, other: number) => void>> = {
    removed: (list, at) => list.splice(at, 1),
    doubled: (list, at) => list.splice(at, 0, list[at]!),
    'put in place of another': (list, at, other) => (list[other] = list[at]!),
    exchanged: (list, at, other) => ([list[at], list[other]] = [list[other]!, list[at]!]),
    replaced: (list, at) => (list[at] = `${list[at]}x`),
    'added from before': (list, at) => list.splice(at, 0, 'usage-0'),
  };
  for (const [how, change] of Object.entries(changes)) {
    it(`let a member ${how} be seen`, () => {
      const places = fc
        .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 20 }), fc.nat(), fc.nat())
        .map(([from, count, at, other]) => [from, count, at % count, other % count] as const)
        .filter(([, , at, other]) => at !== other);
      fc.assert(
        fc.property(places, ([from, count, at, other]) => {
          const { range, heads } = rangeOf(members(from + count), from);
          const usages = [...range.usages];
          change(usages, at, other);
          expect(shows(range, heads)).to.equal(true);
          expect(shows({ ...range, usages }, heads)).to.equal(false);
        }),
      );
    });
  }

  it('let another place of the range be seen', () => {
    const pairs = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(pairs, ([from, count, shift]) => {
        const { heads } = rangeOf(members(from + count), from);
        const other = rangeOf(members(from + count + shift), from + shift);
        expect(shows(other.range, heads)).to.equal(false);
      }),
    );
  });

  it('have no member that shares its bytes with another text', () => {
    expect(refusalOf(() => listLeafHash('usage-\ud800'))).to.equal('PROOF_INVALID');
    expect(refusalOf(() => listLeafHash('usage-\ufffd'))).to.equal(undefined);
  });

  it('have keys that tell kinds apart', () => {
    expect(listKey('dataset', 'x')).to.equal('dataset/x');
    expect(listKey('grant', 'x')).to.equal('grant/x');
    expect(listKey('participant', 'x')).to.equal('participant/x');
  });
});
