/**
 * Trees as their definitions say, with Node's own means and without thought for speed: from all leaves, every time. Nothing here is
 * shared with chaincode/src/model/trees; the vectors of test/vectors/trees are made with it.
 */
import { createHash } from 'node:crypto';

export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 8785 for values without floats. */
export function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${value.map((item: Value) => canonical(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

export const digest = (text: string): string => `sha256:${sha256(text).toString('hex')}`;
export const asDigest = (hash: Buffer): string => `sha256:${hash.toString('hex')}`;

const byte = (value: number): Buffer => Buffer.from([value]);

export const logLeaf = (leaf: Buffer | string): Buffer => sha256(byte(0), leaf);

const splitOf = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);

/** MTH of RFC 9162, section 2.1.1, over hashes of leaves. */
export function logRoot(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (first === undefined) return sha256();
  if (hashes.length === 1) return first;
  const k = splitOf(hashes.length);
  return sha256(byte(1), logRoot(hashes.slice(0, k)), logRoot(hashes.slice(k)));
}

/** PATH of RFC 9162, section 2.1.3.1. */
export function logPath(index: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 1) return [];
  const k = splitOf(hashes.length);
  return index < k
    ? [...logPath(index, hashes.slice(0, k)), logRoot(hashes.slice(k))]
    : [...logPath(index - k, hashes.slice(k)), logRoot(hashes.slice(0, k))];
}

/** Roots of the complete subtrees, largest first: one for each binary digit of the count. */
export function logPeaks(hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 0) return [];
  const size = 2 ** Math.floor(Math.log2(hashes.length));
  return [logRoot(hashes.slice(0, size)), ...logPeaks(hashes.slice(size))];
}

export interface Entry {
  readonly space: 'record' | 'note' | 'list';
  readonly key: string;
  readonly value: Value;
}
export type Key = Pick<Entry, 'space' | 'key'>;

/** The path of a key as 256 digits 0 and 1. */
export const bitsOf = ({ space, key }: Key): string =>
  [...sha256(`tallystick/map/path/v1\n${space}\n${key}`)]
    .map((part) => part.toString(2).padStart(8, '0'))
    .join('');

const mapLeaf = ({ space, key, value }: Entry): Buffer => sha256(byte(2), canonical([space, key, value]));

const under = <T extends Key>(items: readonly T[], prefix: string): T[] =>
  items.filter((item) => bitsOf(item).startsWith(prefix));

export function mapRoot(entries: readonly Entry[], prefix = ''): Buffer {
  const [first] = entries;
  if (first === undefined) return Buffer.alloc(32);
  if (entries.length === 1) return mapLeaf(first);
  const sides = [`${prefix}0`, `${prefix}1`].map((side) => mapRoot(under(entries, side), side));
  return sha256(byte(3), ...sides);
}

export interface Proof {
  readonly shape: string;
  readonly hashes: readonly string[];
  readonly leaves: readonly Entry[];
}

const joined = (...proofs: readonly Proof[]): Proof => ({
  shape: proofs.map(({ shape }) => shape).join(''),
  hashes: proofs.flatMap(({ hashes }) => hashes),
  leaves: proofs.flatMap(({ leaves }) => leaves),
});

const part = (shape: string, more: Partial<Proof> = {}): Proof => ({
  shape,
  hashes: [],
  leaves: [],
  ...more,
});

export function mapProof(entries: readonly Entry[], wanted: readonly Key[], prefix = ''): Proof {
  if (entries.length === 0) return part('E');
  if (wanted.length === 0) return part('H', { hashes: [mapRoot(entries, prefix).toString('hex')] });
  if (entries.length === 1) return part('L', { leaves: entries });
  const sides = [`${prefix}0`, `${prefix}1`].map((side) =>
    mapProof(under(entries, side), under(wanted, side), side),
  );
  return joined(part('N'), ...sides);
}
