import {
  asDigest,
  bitsOf,
  digest,
  mapProof,
  mapRoot,
  type Entry,
  type Key,
  type Proof,
} from '../../../chaincode/test/trees/naive.js';

/** Entries of all spaces, two of them with one key in two spaces. */
const entries: readonly Entry[] = [
  ...Array.from({ length: 9 }, (_, at): Entry => ({
    space: 'record',
    key: `grant/grant-${at}`,
    value: { text: digest(`text ${at}`), leaf: at },
  })),
  { space: 'record', key: 'usage/gone', value: { text: null, leaf: null } },
  {
    space: 'record',
    key: 'usage/\u00e9\u4e2d\ud83d\ude00',
    value: { text: digest('t'), leaf: 3, standing: null },
  },
  { space: 'note', key: 'grant/grant-3', value: { leaf: 40 } },
  { space: 'list', key: 'dataset/d', value: { count: 2, root: digest('root') } },
];

const present: readonly Key[] = [
  { space: 'record', key: 'grant/grant-3' },
  { space: 'note', key: 'grant/grant-3' },
  { space: 'list', key: 'dataset/d' },
];
/** The last is absent in one space and present in another. */
const absent: readonly Key[] = [
  { space: 'record', key: 'grant/none' },
  { space: 'record', key: 'holds/none' },
  { space: 'list', key: 'grant/grant-3' },
];

const valueOf = (list: readonly Entry[], { space, key }: Key): unknown =>
  list.find((entry) => entry.space === space && entry.key === key)?.value;

function valid(name: string, list: readonly Entry[], wanted: readonly Key[]): unknown {
  const answers = wanted.map((key) => {
    const value = valueOf(list, key);
    return value === undefined ? { ...key, absent: true } : { ...key, value };
  });
  return { name, root: asDigest(mapRoot(list)), proof: mapProof(list, wanted), answers };
}

/** The number of a first place in a text where something stands. */
const replaced = (text: string, mark: string, by: string): string => text.replace(mark, by);

const right = mapProof(entries, [...present, ...absent]);
const root = asDigest(mapRoot(entries));
const [leaf, ...leaves] = right.leaves;
const [hash = '', ...hashes] = right.hashes;

const first = leaf as Entry;

const refused: Readonly<Record<string, Partial<Proof>>> = {
  'no tree': { shape: '' },
  'a tree that ends too early': { shape: right.shape.slice(0, -1) },
  'a tree that goes on': { shape: `${right.shape}E` },
  'a mark that is none': { shape: replaced(right.shape, 'H', 'X') },
  'a hash too few': { hashes },
  'a hash without a place': { hashes: [...right.hashes, hash] },
  'a leaf too few': { leaves },
  'a leaf without a place': { leaves: [...right.leaves, first] },
  'a leaf twice, in place of another': { leaves: [first, first, ...leaves.slice(1)] },
  'leaves in another order': { leaves: right.leaves.toReversed() },
  'a leaf marked as a hash': { shape: replaced(right.shape, 'L', 'H') },
  'a leaf marked as empty': { shape: replaced(right.shape, 'L', 'E') },
  'a hash marked as empty': { shape: replaced(right.shape, 'H', 'E') },
  'a hash marked as a leaf': { shape: replaced(right.shape, 'H', 'L') },
  'a node marked as a hash': { shape: replaced(right.shape, 'N', 'H') },
  'an empty subtree spelled as a hash': { hashes: ['0'.repeat(64), ...hashes] },
  'a hash of 31 bytes': { hashes: [hash.slice(2), ...hashes] },
  'a hash in upper case': { hashes: [hash.replaceAll(/[0-9]/g, 'a').toUpperCase(), ...hashes] },
  'a leaf of another space with the same key': { leaves: [{ ...first, space: 'list', key: 'x' }, ...leaves] },
  'a space that is none': { leaves: [{ ...first, space: 'other' as 'note' }, ...leaves] },
  'a key without a canonical form': { leaves: [{ ...first, key: 'a\ud800' }, ...leaves] },
  'a value that is no whole number': { leaves: [{ ...first, value: 0.5 }, ...leaves] },
  'a value nested too deeply': {
    leaves: [
      { ...first, value: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as Entry['value'] },
      ...leaves,
    ],
  },
};

const otherRoot: Readonly<Record<string, Partial<Proof>>> = {
  'a value changed': { leaves: [{ ...first, value: { leaf: 99 } }, ...leaves] },
  'a hash changed': { hashes: [hash.replace(/./, (digit) => (digit === 'a' ? 'b' : 'a')), ...hashes] },
  'hashes in another order': { hashes: right.hashes.toReversed() },
};

/** A leaf far down, under a prefix that its path leaves only after the first byte. */
function deeplyMisplaced(): Proof {
  const at = bitsOf(first);
  const numbered = Array.from({ length: 5000 }, (_, number): Entry => ({
    ...first,
    key: `grant/other-${number}`,
  }));
  const other = numbered.find((entry) => {
    const bits = bitsOf(entry);
    return bits.startsWith(at.slice(0, 8)) && bits[8] !== at[8];
  });
  const depth = 12;
  const marks = Array.from(at.slice(0, depth), (bit) => (bit === '0' ? ['N', 'E'] : ['NE', '']));
  const shape = `${marks.map(([before]) => before).join('')}NLH${marks
    .toReversed()
    .map(([, after]) => after)
    .join('')}`;
  return { shape, hashes: ['1'.repeat(64)], leaves: [other as Entry] };
}

/** Proofs that are no variation of the right one. */
function forms(): unknown[] {
  const one = entries.slice(0, 1);
  const side = (entry: Entry): readonly [string, string] =>
    bitsOf(entry).startsWith('0') ? ['L', 'E'] : ['E', 'L'];
  const wrongSide = side(first).toReversed();
  const of = (name: string, shape: string, more: Partial<Proof> = {}): unknown => ({
    name,
    proof: { shape, hashes: [], leaves: [], ...more },
  });
  return [
    of('a node over one entry', `N${side(first).join('')}`, { leaves: [first] }),
    of('a node over no entry', 'NEE'),
    of('a leaf at a place that is not its own', `N${wrongSide.join('').replace('E', 'H')}`, {
      leaves: [first],
      hashes: [mapRoot(one).toString('hex')],
    }),
    of('a leaf far down at a place that is not its own', '', deeplyMisplaced()),
    of('a tree deeper than its paths', `${'NE'.repeat(257)}H`, { hashes: ['1'.repeat(64)] }),
    of('a tree as deep as a stack', 'N'.repeat(20_000)),
    of('more empty subtrees than a map has', `${'N'.repeat(600)}${'E'.repeat(600)}H`, {
      hashes: ['1'.repeat(64)],
    }),
  ];
}

export function mapVectors(): unknown {
  const one = entries.slice(0, 1);
  return {
    comment:
      'Maps. answers: what the proof shows under each key. An invalid proof is refused; one with another root adds up, and not to the root that is said.',
    paths: entries.map(({ space, key }) => ({ space, key, bits: bitsOf({ space, key }).slice(0, 32) })),
    roots: entries.map((_, count) => ({
      entries: entries.slice(0, count + 1),
      root: asDigest(mapRoot(entries.slice(0, count + 1))),
    })),
    valid: [
      valid('present in every space', entries, present),
      valid('absent', entries, absent),
      valid('present and absent', entries, [...present, ...absent]),
      valid('every entry', entries, entries),
      valid('nothing asked', entries, []),
      valid('a map without entries', [], absent),
      valid('a map of one entry: present', one, one),
      valid('a map of one entry: absent', one, absent),
    ],
    invalid: [
      ...Object.entries(refused).map(([name, change]) => ({ name, proof: { ...right, ...change } })),
      ...forms(),
    ],
    'another root': Object.entries(otherRoot).map(([name, change]) => ({
      name,
      root,
      proof: { ...right, ...change },
    })),
  };
}
