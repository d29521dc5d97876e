import { bytesToHex } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { hashText, isSameHash, TreeError, type Hash } from '../hash.js';
import { EMPTY_MAP, mapEntry, mapPath, type MapKey } from './entry.js';
import type { MapNodes } from './nodes.js';
import { BITS, comparePaths, halvesAt, type Placed } from './path.js';

/**
 * A part of a map: its tree from the root down, cut off where nothing was asked for. `shape` in preorder: `N` a node, its two subtrees
 * follow; `L` the next of `leaves`; `H` a subtree that is not shown, the next of `hashes`; `E` an empty one.
 */
export const mapProof = z.strictObject({
  shape: z
    .string()
    .max(4_000_000)
    .regex(/^[NLHE]+$/),
  hashes: z.array(hashText).max(1_000_000),
  leaves: z.array(mapEntry).max(100_000),
});
export type MapProof = z.infer<typeof mapProof>;

/** Shows what stands, or that nothing stands, under each of these keys. @throws TreeError NODE_MISSING */
export function proveMap(root: Hash, wanted: readonly MapKey[], nodes: Pick<MapNodes, 'get'>): MapProof {
  const showing = new Showing(nodes);
  showing.show(root, wanted.map(({ space, key }) => ({ path: mapPath(space, key) })).sort(comparePaths), 0);
  return { shape: showing.shape.join(''), hashes: showing.hashes, leaves: showing.leaves };
}

class Showing {
  readonly shape: string[] = [];
  readonly hashes: string[] = [];
  readonly leaves: MapProof['leaves'] = [];
  readonly #nodes: Pick<MapNodes, 'get'>;

  constructor(nodes: Pick<MapNodes, 'get'>) {
    this.#nodes = nodes;
  }

  show(hash: Hash, wanted: readonly Placed[], depth: number): void {
    if (isSameHash(hash, EMPTY_MAP)) this.shape.push('E');
    else if (wanted.length === 0) this.#hide(hash);
    else this.#open(hash, wanted, depth);
  }

  #hide(hash: Hash): void {
    this.shape.push('H');
    this.hashes.push(bytesToHex(hash));
  }

  #open(hash: Hash, wanted: readonly Placed[], depth: number): void {
    const node = this.#nodes.get(hash);
    if ('entry' in node) {
      this.shape.push('L');
      this.leaves.push(node.entry);
      return;
    }
    if (depth === BITS) throw new TreeError('NODE_MISSING', 'a tree deeper than its paths');
    const [zeros, ones] = halvesAt(wanted, depth);
    this.shape.push('N');
    this.show(node.left, zeros, depth + 1);
    this.show(node.right, ones, depth + 1);
  }
}
