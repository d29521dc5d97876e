import type { MapEntry, MapKey, MapProof } from '@tallystick/chaincode/model';
import fc, { type Arbitrary } from 'fast-check';

const spaces = ['record', 'note', 'list'] as const;

/** Keys by number: each key in all three spaces, one after the other. */
export const keyOf = (number: number): MapKey => ({
  space: spaces[number % 3] ?? 'record',
  key: `grant/${Math.floor(number / 3)}`,
});

export const someKey: Arbitrary<MapKey> = fc.nat(60).map(keyOf);

/** Entries with different keys. */
export const entriesOf = (size: {
  readonly minLength?: number;
  readonly maxLength: number;
}): Arbitrary<MapEntry[]> =>
  fc
    .uniqueArray(fc.nat(60), size)
    .map((numbers) => numbers.map((number) => ({ ...keyOf(number), value: { leaf: number } })));

interface Change {
  readonly how: string;
  readonly proof: MapProof;
}

const at = (list: { readonly length: number }, where: number): number => where % list.length;

const spliced = <T>(list: readonly T[], ...change: [number, number, ...T[]]): T[] =>
  list.toSpliced(...change);

function shapeChanged(proof: MapProof, where: number): Change {
  const marks = Array.from(proof.shape);
  const place = at(marks, where);
  const others = ['N', 'L', 'H', 'E', 'NEE', 'NE', 'EN', ''].filter((mark) => mark !== marks[place]);
  const mark = others[at(others, Math.floor(where / marks.length))] ?? '';
  return { how: 'mark', proof: { ...proof, shape: spliced(marks, place, 1, mark).join('') } };
}

function hashChanged(proof: MapProof, where: number): Change | undefined {
  const { hashes } = proof;
  if (hashes.length === 0) return undefined;
  const place = at(hashes, where);
  const hash = hashes[place] ?? '';
  const digit = at(hash, Math.floor(where / hashes.length));
  const other = hash[digit] === '0' ? '1' : '0';
  const changed = hash.slice(0, digit) + other + hash.slice(digit + 1);
  return { how: 'hash', proof: { ...proof, hashes: spliced(hashes, place, 1, changed) } };
}

function hashesChanged(proof: MapProof, where: number): Change | undefined {
  const { hashes } = proof;
  if (hashes.length < 2) return undefined;
  const place = where % (hashes.length - 1);
  const [first = '', second = ''] = hashes.slice(place);
  const ways = [
    spliced(hashes, place, 1),
    spliced(hashes, place, 0, first),
    spliced(hashes, place, 2, second, first),
    spliced(hashes, place, 1, second),
  ];
  return {
    how: 'hashes',
    proof: { ...proof, hashes: ways[at(ways, Math.floor(where / hashes.length))] ?? [] },
  };
}

function leafChanged(proof: MapProof, where: number): Change | undefined {
  const { leaves } = proof;
  const leaf = leaves[where % Math.max(1, leaves.length)];
  if (leaf === undefined) return undefined;
  const place = at(leaves, where);
  const ways = [
    { value: null },
    { key: `${leaf.key}0` },
    { space: leaf.space === 'note' ? 'list' : 'note' },
  ] as const;
  const way = ways[at(ways, Math.floor(where / leaves.length))];
  return { how: 'leaf', proof: { ...proof, leaves: spliced(leaves, place, 1, { ...leaf, ...way }) } };
}

function leavesChanged(proof: MapProof, where: number): Change | undefined {
  const { leaves } = proof;
  const [first, second = first] = leaves.slice(where % Math.max(1, leaves.length));
  if (first === undefined || second === undefined) return undefined;
  const place = at(leaves, where);
  const ways = [
    spliced(leaves, place, 1),
    spliced(leaves, place, 0, first),
    ...(second === first
      ? []
      : [spliced(leaves, place, 2, second, first), spliced(leaves, place, 1, second)]),
  ];
  return {
    how: 'leaves',
    proof: { ...proof, leaves: ways[at(ways, Math.floor(where / leaves.length))] ?? [] },
  };
}

function cut(proof: MapProof, where: number): Change {
  const ways = [
    proof.shape.slice(0, where % proof.shape.length),
    proof.shape.slice(1 + (where % proof.shape.length)),
    proof.shape + proof.shape,
    `${proof.shape}E`,
  ];
  return { how: 'cut', proof: { ...proof, shape: ways[at(ways, Math.floor(where / 7))] ?? '' } };
}

const changes = [shapeChanged, hashChanged, hashesChanged, leafChanged, leavesChanged, cut];

/** A proof with one change; `undefined` where there is nothing to change. */
export const changedOnce = (proof: MapProof, what: number, where: number): Change | undefined =>
  changes[at(changes, what)]?.(proof, where);
