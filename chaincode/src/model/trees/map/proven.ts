import type { Json } from '../../canonical.js';
import { TreeError, type Hash } from '../hash.js';
import { mapPath, type MapEntry, type MapSpace } from './entry.js';
import { bitAt } from './path.js';
import type { MapProof } from './proof.js';
import { Reading, type Subtree } from './reading.js';

/** What a proof shows of the map with one root. */
export class ProvenMap {
  readonly root: Hash;
  readonly #tree: Subtree;
  readonly #entries: readonly MapEntry[];

  private constructor(root: Hash, tree: Subtree, entries: readonly MapEntry[]) {
    this.root = root;
    this.#tree = tree;
    this.#entries = entries;
  }

  /**
   * Puts the part of the tree together again. That its root is the right one is the caller's to check.
   * @throws TreeError PROOF_INVALID: parts missing, too many, at a place that is not theirs, in a form that no map has
   */
  static read(proof: MapProof): ProvenMap {
    const { hash, tree } = new Reading(proof).whole();
    return new ProvenMap(hash, tree, proof.leaves);
  }

  /** Every entry that the proof shows, in the order of their paths. */
  get entries(): readonly MapEntry[] {
    return this.#entries;
  }

  /** What stands under a key; `undefined`: nothing, and that is proven. @throws TreeError NOT_COVERED */
  get(space: MapSpace, key: string): Json | undefined {
    const path = mapPath(space, key);
    let tree = this.#tree;
    for (let depth = 0; typeof tree === 'object' && 'left' in tree; depth += 1)
      tree = bitAt(path, depth) === 0 ? tree.left : tree.right;
    if (tree === 'hidden') throw new TreeError('NOT_COVERED', `${space} ${key}`);
    if (tree === 'empty') return undefined;
    return tree.entry.space === space && tree.entry.key === key ? tree.entry.value : undefined;
  }
}
