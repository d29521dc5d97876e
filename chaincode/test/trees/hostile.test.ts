import { mapProof, ProvenMap, type MapProof } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { refusalOf } from './vectors.js';

/** Processor time; even that is twice as much on a busy machine, and what is refused here would take minutes. */
function secondsOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Everything that a reader does before it looks at a root. */
function readText(text: string): string {
  const parsed = mapProof.safeParse(JSON.parse(text));
  if (!parsed.success) return 'MALFORMED';
  return refusalOf(() => ProvenMap.read(parsed.data)) ?? 'READ';
}

const MEGABYTES_4 = 4_000_000;
const hash = 'ab'.repeat(32);

/** A whole tree of a depth, with an end under each of its last nodes. */
function treeOf(depth: number, end: string): string {
  const side = depth === 0 ? end : treeOf(depth - 1, end);
  return depth === 0 ? side : `N${side}${side}`;
}

/** Chains with an empty subtree on one side, as long as they may be or longer, with two hashes at each end. */
function chains(depth: number, length: number): MapProof {
  const shape = treeOf(depth, `${'NE'.repeat(length)}NHH`);
  return { shape, hashes: Array.from({ length: 2 ** (depth + 1) }, () => hash), leaves: [] };
}

const leavesWithout = (count: number): MapProof => ({
  shape: 'N'.repeat(count - 1) + 'L'.repeat(count),
  hashes: [],
  leaves: Array.from({ length: count }, (_, at) => ({ space: 'note', key: at.toString(36), value: 0 })),
});

const nested = (depth: number): string =>
  `{"shape":"L","hashes":[],"leaves":[{"space":"note","key":"a","value":${'['.repeat(depth)}${']'.repeat(depth)}}]}`;

const hostile: Readonly<Record<string, readonly [text: string, answer: string]>> = {
  'chains as long as they may be': [JSON.stringify(chains(14, 5)), 'READ'],
  'longer chains': [JSON.stringify(chains(13, 100)), 'PROOF_INVALID'],
  'the longest chains': [JSON.stringify(chains(12, 240)), 'PROOF_INVALID'],
  'a shape without parts': [
    JSON.stringify({ shape: 'N'.repeat(3_900_000), hashes: [], leaves: [] }),
    'PROOF_INVALID',
  ],
  'a shape of nothing': [
    JSON.stringify({ shape: 'E'.repeat(3_900_000), hashes: [], leaves: [] }),
    'PROOF_INVALID',
  ],
  'hashes without a place': [
    JSON.stringify({ shape: 'H', hashes: Array.from({ length: 59_000 }, () => hash), leaves: [] }),
    'PROOF_INVALID',
  ],
  'leaves one below the other': [JSON.stringify(leavesWithout(80_000)), 'PROOF_INVALID'],
  'a value nested as deep as it goes': [nested(1_950_000), 'MALFORMED'],
  'one long key': [
    `{"shape":"L","hashes":[],"leaves":[{"space":"note","key":"${'k'.repeat(3_900_000)}","value":0}]}`,
    'MALFORMED',
  ],
};

describe('a hostile proof of a map', () => {
  for (const [name, [text, answer]] of Object.entries(hostile)) {
    it(`is read or refused soon: ${name}`, () => {
      expect(text.length).to.be.lessThan(MEGABYTES_4);
      let found = '';
      const seconds = secondsOf(() => (found = readText(text)));
      expect(found).to.equal(answer);
      expect(seconds, `${seconds} s of processor time`).to.be.lessThan(12);
    });
  }
});
