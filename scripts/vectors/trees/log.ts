import { asDigest, logLeaf, logPath, logPeaks, logRoot } from '../../../chaincode/test/trees/naive.js';

const hex = (hash: Buffer): string => hash.toString('hex');

/** Leaf data of the known answers of RFC 6962's reference implementation. */
const known = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];

const hashesOf = (leaves: readonly string[]): Buffer[] =>
  leaves.map((leaf) => logLeaf(Buffer.from(leaf, 'hex')));

interface Inclusion {
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
  readonly root: string;
}

function inclusion(index: number, size: number): Inclusion {
  const hashes = hashesOf(known.slice(0, size));
  const leaf = known[index] ?? '';
  return { leaf, index, size, path: logPath(index, hashes).map(hex), root: hex(logRoot(hashes)) };
}

const base = inclusion(2, 7);
const [nearest = '', second = '', third = ''] = base.path;

const wrong: Readonly<Record<string, Partial<Inclusion>>> = {
  'another leaf': { leaf: '11' },
  'another index': { index: 3 },
  'an index beyond the log': { index: 7 },
  'a negative index': { index: -1 },
  'an index between two leaves': { index: 2.5 },
  'a larger log': { size: 9 },
  'a smaller log': { size: 3 },
  'a log without leaves': { size: 0, index: 0 },
  'a log of more leaves than can be counted': { size: 1e300 },
  'another root': { root: hex(logRoot(hashesOf(known))) },
  'no path': { path: [] },
  'a path cut at its end': { path: [nearest, second] },
  'a path cut at its beginning': { path: [second, third] },
  'a path that goes on': { path: [...base.path, third] },
  'a path in another order': { path: [second, nearest, third] },
  'a sibling changed': { path: [nearest, third, third] },
  'a sibling of 31 bytes': { path: [nearest.slice(2), second, third] },
  'a sibling of 33 bytes': { path: [`${nearest}00`, second, third] },
};

/** An inner node shown as a leaf: without bytes of their own for both kinds it would be one. */
function nodeAsLeaf(): Inclusion {
  const [first, next] = [logRoot(hashesOf(known.slice(0, 2))), logRoot(hashesOf(known.slice(2, 4)))];
  const [left, right] = hashesOf(known.slice(0, 2));
  const leaf = hex(Buffer.concat([left ?? Buffer.alloc(0), right ?? Buffer.alloc(0)]));
  return { leaf, index: 0, size: 2, path: [hex(next)], root: hex(logRoot([first, next])) };
}

export function logVectors(): unknown {
  const sizes = Array.from({ length: known.length + 1 }, (_, size) => size);
  return {
    comment:
      'Logs (RFC 9162, section 2.1; leaves are hex). roots: by the number of leaves, the first ones of RFC 6962’s reference implementation. peaks: roots of the complete subtrees, largest first. Invalid inclusions are refused.',
    leaves: known,
    roots: sizes.map((size) => hex(logRoot(hashesOf(known.slice(0, size))))),
    peaks: sizes.map((size) => logPeaks(hashesOf(known.slice(0, size))).map(hex)),
    inclusion: {
      valid: sizes.flatMap((size) => Array.from({ length: size }, (_, index) => inclusion(index, size))),
      invalid: [
        ...Object.entries(wrong).map(([name, change]) => ({ name, ...base, ...change })),
        { name: 'a node shown as a leaf', ...nodeAsLeaf() },
      ],
    },
  };
}

const usages = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `usage-${letter.repeat(52)}`);
const usageHashes = (list: readonly string[]): Buffer[] => list.map((usage) => logLeaf(usage));

const head = (list: readonly string[]): unknown =>
  list.length === 0 ? null : { count: list.length, root: asDigest(logRoot(usageHashes(list))) };

interface Range {
  readonly from: number;
  readonly before: readonly string[];
  readonly usages: readonly string[];
}

const range = (from: number, to: number): Range => ({
  from,
  before: logPeaks(usageHashes(usages.slice(0, from))).map(hex),
  usages: usages.slice(from, to),
});

/** What heads a wrong range has is not said: that they are not both these. */
function wrongRanges(): unknown[] {
  const right = range(3, 6);
  const [, , , d = '', e = '', f = '', g = ''] = usages;
  const changes: Readonly<Record<string, Partial<Range>>> = {
    'the first member missing': { usages: [e, f] },
    'a member missing in the middle': { usages: [d, f] },
    'the last member missing': { usages: [d, e] },
    'all members missing': { usages: [] },
    'a member more': { usages: [d, e, f, g] },
    'a member twice': { usages: [d, e, e, f] },
    'a member in place of another': { usages: [d, d, f] },
    'two members exchanged': { usages: [e, d, f] },
    'a member that was before': { usages: [usages[2] ?? '', d, e, f] },
    'a count too low': { from: 2, before: right.before.slice(0, 1) },
    'hashes before in another order': { before: right.before.toReversed() },
    'a hash before missing': { before: right.before.slice(1) },
    'a hash before too many': { before: [...right.before, ...right.before] },
    'a hash before changed': { before: [right.before[1] ?? '', right.before[1] ?? ''] },
    'a hash before of 31 bytes': { before: [(right.before[0] ?? '').slice(2), right.before[1] ?? ''] },
    'a negative count': { from: -1 },
    'a member that is no text': { usages: [d, '\ud800', f] },
  };
  const heads = { first: head(usages.slice(0, 3)), last: head(usages.slice(0, 6)) };
  return Object.entries(changes).map(([name, change]) => ({
    name,
    range: { ...right, ...change },
    ...heads,
  }));
}

export function listVectors(): unknown {
  const ends = [
    [0, 0],
    [0, 1],
    [0, 7],
    [1, 2],
    [3, 6],
    [4, 7],
    [7, 7],
  ] as const;
  return {
    comment:
      'Ranges of a list of usages, and its heads before and after (null: no members). Invalid ones are refused, or have other heads.',
    valid: ends.map(([from, to]) => ({
      range: range(from, to),
      first: head(usages.slice(0, from)),
      last: head(usages.slice(0, to)),
    })),
    invalid: wrongRanges(),
  };
}
