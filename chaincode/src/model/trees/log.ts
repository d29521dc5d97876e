import { sha256 } from '../sha256.js';
import { domainHash, isSameHash, proveUnless, TreeError, type Hash } from './hash.js';

const LEAF = 0x00;
const NODE = 0x01;

/** Hash of a leaf of a log (RFC 9162, section 2.1.1). */
export const logLeafHash = (leaf: Uint8Array): Hash => domainHash(LEAF, leaf);
/** Hash of two subtrees of a log. */
export const logNodeHash = (left: Hash, right: Hash): Hash => domainHash(NODE, left, right);

/** A complete subtree of a log: 2^level leaves from leaf `index * 2^level` on. */
export interface LogNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

/**
 * An append-only Merkle tree, known by its size and the hashes of the complete subtrees that its leaves fall into, largest first. It is
 * all that is needed to append and to tell the root.
 */
export class LogFrontier {
  #size: number;
  readonly #peaks: Hash[];

  /** @throws TreeError PROOF_INVALID unless there is one hash for each binary digit 1 of the size */
  constructor(size = 0, peaks: readonly Hash[] = []) {
    proveUnless(Number.isSafeInteger(size) && size >= 0, 'a size');
    proveUnless(peaks.length === ones(size), `${peaks.length} hashes for ${size} leaves`);
    proveUnless(peaks.every(isHash), 'hashes of 32 bytes');
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Hash[] {
    return this.#peaks;
  }

  /** Appends a leaf by its hash. @returns the subtrees that became complete, the leaf first */
  append(leafHash: Hash): readonly LogNode[] {
    const made: LogNode[] = [{ level: 0, index: this.#size, hash: leafHash }];
    let hash = leafHash;
    for (let rest = this.#size, level = 1; rest % 2 === 1; rest = (rest - 1) / 2, level += 1) {
      const left = this.#peaks.pop();
      if (left === undefined) throw new Error('a frontier has a hash for each binary digit 1 of its size');
      hash = logNodeHash(left, hash);
      made.push({ level, index: (rest - 1) / 2, hash });
    }
    this.#peaks.push(hash);
    this.#size += 1;
    if (!Number.isSafeInteger(this.#size))
      throw new TreeError('PROOF_INVALID', 'more leaves than can be counted');
    return made;
  }

  /** Root (RFC 9162, section 2.1.1); of no leaves, the hash of nothing. */
  root(): Hash {
    const [last, ...larger] = [...this.#peaks].reverse();
    return last === undefined
      ? sha256(new Uint8Array())
      : larger.reduce((right, left) => logNodeHash(left, right), last);
  }
}

/** Nodes have one reading only while what they are made of has one length. */
const isHash = (hash: Hash): boolean => hash.length === 32;

function ones(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = half(rest)) count += rest % 2;
  return count;
}

// Sizes go beyond 32 bits, where shifts do not.
const half = (value: number): number => (value - (value % 2)) / 2;

/** Root of a log of these leaf hashes. */
export function logRoot(leafHashes: Iterable<Hash>): Hash {
  const frontier = new LogFrontier();
  for (const hash of leafHashes) frontier.append(hash);
  return frontier.root();
}

/** Hash of a complete subtree, by level and index; a store throws TreeError NODE_MISSING. */
export type LogReader = (level: number, index: number) => Hash;

/** Root of the leaves from `start` to `end` (exclusive), out of complete subtrees. `start` is where a subtree of that size may begin. */
function rangeRoot(read: LogReader, start: number, end: number): Hash {
  const count = end - start;
  const size = largestPower(count);
  if (size === count) return read(levelOf(size), start / size);
  return logNodeHash(rangeRoot(read, start, start + size), rangeRoot(read, start + size, end));
}

/** Largest power of two that is no greater. */
function largestPower(count: number): number {
  let power = 1;
  while (power * 2 <= count) power *= 2;
  return power;
}

function levelOf(power: number): number {
  let level = 0;
  for (let rest = power; rest > 1; rest /= 2) level += 1;
  return level;
}

/** Hashes of the complete subtrees of the first `size` leaves, largest first: what `LogFrontier` begins with. */
export function peaksOf(read: LogReader, size: number): Hash[] {
  const peaks: Hash[] = [];
  for (let start = 0; start < size;) {
    const power = largestPower(size - start);
    peaks.push(read(levelOf(power), start / power));
    start += power;
  }
  return peaks;
}

/** Inclusion proof of leaf `index` in the log of the first `size` leaves, nearest sibling first (RFC 9162, section 2.1.3.1). */
export function proveInclusion(read: LogReader, index: number, size: number): Hash[] {
  const path: Hash[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const span = largestPower(end - start - 1);
    const isLeft = index < start + span;
    path.push(isLeft ? rangeRoot(read, start + span, end) : rangeRoot(read, start, start + span));
    if (isLeft) end = start + span;
    else start += span;
  }
  return path.reverse();
}

/**
 * Checks that a leaf stands at `index` of the log of `size` leaves with that root (RFC 9162, section 2.1.3.2).
 * @throws TreeError PROOF_INVALID
 */
export function checkInclusion(
  leafHash: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): void {
  proveUnless(Number.isSafeInteger(index) && Number.isSafeInteger(size), 'places that are whole numbers');
  proveUnless(index >= 0 && index < size, `leaf ${index} of ${size}`);
  let hash = leafHash;
  let first = index;
  let last = size - 1;
  for (const sibling of path) {
    proveUnless(last > 0, 'a path that is too long');
    if (first % 2 === 1 || first === last) {
      hash = logNodeHash(sibling, hash);
      while (first % 2 === 0 && first !== 0) [first, last] = [half(first), half(last)];
    } else hash = logNodeHash(hash, sibling);
    [first, last] = [half(first), half(last)];
  }
  proveUnless(last === 0, 'a path that is too short');
  proveUnless(isSameHash(hash, root), 'another root');
}
