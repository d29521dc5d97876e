import { EncodingError } from '../../canonical.js';
import { hashOfText, isSameHash, proveUnless, TreeError, type Hash } from '../hash.js';
import { EMPTY_MAP, mapLeafHash, mapNodeHash, mapPath, type MapEntry } from './entry.js';
import { BITS, isSamePrefix } from './path.js';
import type { MapProof } from './proof.js';

export type Subtree =
  | 'hidden'
  | 'empty'
  | { readonly entry: MapEntry }
  | { readonly left: Subtree; readonly right: Subtree };

interface Part {
  readonly hash: Hash;
  readonly tree: Subtree;
}

/**
 * How many empty subtrees a proof may have, over those of one path, for each hash and leaf. A map of digests has fewer than one; each
 * costs the reader a hash and the sender two bytes, so that without a limit few megabytes keep a reader busy for long.
 */
const EMPTY_PER_PART = 3;

/** Reads the parts of a proof in the order of its shape. */
export class Reading {
  readonly #proof: MapProof;
  /** The bits that lead to the subtree being read; those after its depth are 0. */
  readonly #prefix = new Uint8Array(BITS / 8);
  #at = 0;
  #hash = 0;
  #leaf = 0;

  constructor(proof: MapProof) {
    this.#proof = proof;
  }

  /** @throws TreeError PROOF_INVALID */
  whole(): Part {
    const { shape, hashes, leaves } = this.#proof;
    const shown = hashes.length + leaves.length;
    // In a binary tree there is one node less than there are ends.
    const empty = (shape.length + 1) / 2 - shown;
    proveUnless(empty <= BITS + EMPTY_PER_PART * shown, 'more empty subtrees than a map has');
    const part = this.#subtree(0);
    proveUnless(this.#at === shape.length, 'a tree that goes on');
    proveUnless(this.#hash === hashes.length, 'hashes without a place');
    proveUnless(this.#leaf === leaves.length, 'leaves without a place');
    return part;
  }

  #subtree(depth: number): Part {
    const mark = this.#proof.shape.charAt(this.#at);
    this.#at += 1;
    if (mark === 'N') return this.#node(depth);
    if (mark === 'L') return this.#nextLeaf(depth);
    if (mark === 'H') return { hash: this.#nextHash(), tree: 'hidden' };
    proveUnless(mark === 'E', mark === '' ? 'a tree that ends too early' : 'a mark that is none');
    return { hash: EMPTY_MAP, tree: 'empty' };
  }

  #node(depth: number): Part {
    proveUnless(depth < BITS, 'a tree deeper than its paths');
    const left = this.#subtree(depth + 1);
    this.#flip(depth);
    const right = this.#subtree(depth + 1);
    this.#flip(depth);
    proveUnless(!isLessThanTwo(left.tree, right.tree), 'a node over fewer than two entries');
    return { hash: mapNodeHash(left.hash, right.hash), tree: { left: left.tree, right: right.tree } };
  }

  #flip(depth: number): void {
    const byte = this.#prefix[depth >> 3] ?? 0;
    this.#prefix[depth >> 3] = byte ^ (0x80 >> (depth & 7));
  }

  #nextHash(): Hash {
    const text = this.#proof.hashes[this.#hash];
    this.#hash += 1;
    proveUnless(text !== undefined, 'a hash too few');
    const hash = hashOfText(text);
    proveUnless(!isSameHash(hash, EMPTY_MAP), 'an empty subtree spelled as a hash');
    return hash;
  }

  #nextLeaf(depth: number): Part {
    const entry = this.#proof.leaves[this.#leaf];
    this.#leaf += 1;
    proveUnless(entry !== undefined, 'a leaf too few');
    const path = mapPath(entry.space, entry.key);
    proveUnless(
      isSamePrefix(path, this.#prefix, depth),
      `${entry.space} ${entry.key} at a place that is not its own`,
    );
    return { hash: leafHashOf(entry), tree: { entry } };
  }
}

/** One entry alone is a leaf at whatever depth, none are an empty subtree: a map has one form. */
const isLessThanTwo = (left: Subtree, right: Subtree): boolean =>
  (left === 'empty' && (right === 'empty' || isLeaf(right))) || (right === 'empty' && isLeaf(left));

const isLeaf = (tree: Subtree): boolean => typeof tree === 'object' && 'entry' in tree;

function leafHashOf(entry: MapEntry): Hash {
  try {
    return mapLeafHash(entry);
  } catch (error) {
    if (error instanceof EncodingError)
      throw new TreeError('PROOF_INVALID', `${entry.space}: ${error.message}`);
    throw error;
  }
}
