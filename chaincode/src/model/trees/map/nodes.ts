import { bytesToHex } from '@noble/hashes/utils.js';
import { TreeError, type Hash } from '../hash.js';
import type { MapEntry } from './entry.js';

export type MapNode = { readonly left: Hash; readonly right: Hash } | { readonly entry: MapEntry };

/** Nodes by their hash. */
export interface MapNodes {
  /** @throws TreeError NODE_MISSING */
  get(hash: Hash): MapNode;
  /** Given each node that the new tree has and the old one had not. */
  put(hash: Hash, node: MapNode): void;
  /** Told of each node that the old tree had and the new one has not. The same node may be put again later. */
  drop(hash: Hash): void;
}

/** One flat string a hash: hex, put together digit by digit, costs a store several times as much. */
const nameOf = (hash: Hash): string => String.fromCharCode(...hash);

/** Nodes in memory: everything there ever was, so that old roots stay readable; or only the newest tree. */
export class MemoryNodes implements MapNodes {
  readonly #nodes = new Map<string, MapNode>();
  readonly #keeps: 'all' | 'newest';

  constructor(keeps: 'all' | 'newest' = 'all') {
    this.#keeps = keeps;
  }

  get(hash: Hash): MapNode {
    const node = this.#nodes.get(nameOf(hash));
    if (node === undefined) throw new TreeError('NODE_MISSING', bytesToHex(hash));
    return node;
  }

  put(hash: Hash, node: MapNode): void {
    this.#nodes.set(nameOf(hash), node);
  }

  drop(hash: Hash): void {
    if (this.#keeps === 'newest') this.#nodes.delete(nameOf(hash));
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#nodes.size;
  }
}
