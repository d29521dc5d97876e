import { isSameHash, TreeError, type Hash } from '../hash.js';
import { EMPTY_MAP, mapLeafHash, mapNodeHash, mapPath, type MapEntry } from './entry.js';
import type { MapNode, MapNodes } from './nodes.js';
import { BITS, comparePaths, halvesAt, type Placed } from './path.js';

interface Item extends Placed {
  readonly hash: Hash;
  /** What the store lacks; absent of a leaf that only moves. */
  readonly entry?: MapEntry;
}

/** The leaf first: it refuses keys without a canonical form, two of which could have one path. */
function itemOf(entry: MapEntry): Item {
  const hash = mapLeafHash(entry);
  return { hash, path: mapPath(entry.space, entry.key), entry };
}

/**
 * The map with these entries put in, in place of those with the same key; of several with one key the last. What was there stays
 * readable under the old root until the store lets go of what it was told to drop.
 * @returns the new root @throws TreeError NODE_MISSING @throws EncodingError
 */
export function updateMap(root: Hash, entries: readonly MapEntry[], nodes: MapNodes): Hash {
  const last = new Map(entries.map((entry) => [`${entry.space}\n${entry.key}`, entry]));
  return update(root, [...last.values()].map(itemOf).sort(comparePaths), 0, nodes);
}

function update(root: Hash, items: readonly Item[], depth: number, nodes: MapNodes): Hash {
  if (items.length === 0) return root;
  if (isSameHash(root, EMPTY_MAP)) return build(items, depth, nodes);
  const node = nodes.get(root);
  if ('entry' in node) return build(besideLeaf(root, node.entry, items, nodes), depth, nodes);
  if (depth === BITS) throw new TreeError('NODE_MISSING', 'a tree deeper than its paths');
  const [zeros, ones] = halvesAt(items, depth);
  const left = update(node.left, zeros, depth + 1, nodes);
  const right = update(node.right, ones, depth + 1, nodes);
  if (isSameHash(left, node.left) && isSameHash(right, node.right)) return root;
  nodes.drop(root);
  return put(mapNodeHash(left, right), { left, right }, nodes);
}

/** What stands where a leaf stood alone. A leaf that stays, at whatever depth, is neither dropped nor put. */
function besideLeaf(hash: Hash, entry: MapEntry, items: readonly Item[], nodes: MapNodes): readonly Item[] {
  const kept: Item = { hash, path: mapPath(entry.space, entry.key) };
  const at = items.findIndex((item) => comparePaths(item, kept) >= 0);
  const found = at < 0 ? undefined : items[at];
  const isReplaced = found !== undefined && comparePaths(found, kept) === 0;
  if (!isReplaced) return at < 0 ? [...items, kept] : items.toSpliced(at, 0, kept);
  if (isSameHash(found.hash, hash)) return items.toSpliced(at, 1, kept);
  nodes.drop(hash);
  return items;
}

/** A subtree of these entries: none is empty, one is its leaf at whatever depth, more are a node. */
function build(items: readonly Item[], depth: number, nodes: MapNodes): Hash {
  const [only] = items;
  if (only === undefined) return EMPTY_MAP;
  if (items.length === 1)
    return only.entry === undefined ? only.hash : put(only.hash, { entry: only.entry }, nodes);
  if (depth === BITS) throw new Error('two keys with one path');
  const [zeros, ones] = halvesAt(items, depth);
  const left = build(zeros, depth + 1, nodes);
  const right = build(ones, depth + 1, nodes);
  return put(mapNodeHash(left, right), { left, right }, nodes);
}

function put(hash: Hash, node: MapNode, nodes: MapNodes): Hash {
  nodes.put(hash, node);
  return hash;
}
