import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { encode, type Json } from '../canonical.js';
import { domainHash, hashText, isSameHash, proveUnless, TreeError, type Hash } from './hash.js';

const LEAF = 0x02;
const NODE = 0x03;
const BITS = 256;

/** What keys of a map are of: records of the ledger, notes about them, lists of usages. */
export const mapSpace = z.enum(['record', 'note', 'list']);
export type MapSpace = z.infer<typeof mapSpace>;

/** A key of a map with its value, which is canonical JSON. */
export const mapEntry = z.strictObject({ space: mapSpace, key: z.string().min(1).max(400), value: z.json() });
export interface MapEntry {
  readonly space: MapSpace;
  readonly key: string;
  readonly value: Json;
}

/** Root of a subtree without entries. */
export const EMPTY_MAP: Hash = new Uint8Array(32);

/** Where a key stands: the bits of its path, first bit first, lead from the root to it. */
export const mapPath = (space: MapSpace, key: string): Hash =>
  sha256(utf8ToBytes(`tallystick/map/path/v1\n${space}\n${key}`));

/** Hash of an entry: the whole key is in it, so that a path alone proves nothing. */
export const mapLeafHash = ({ space, key, value }: MapEntry): Hash =>
  domainHash(LEAF, utf8ToBytes(encode([space, key, value])));

export const mapNodeHash = (left: Hash, right: Hash): Hash => domainHash(NODE, left, right);

export type MapNode = { readonly left: Hash; readonly right: Hash } | { readonly entry: MapEntry };

/** Nodes by their hash. */
export interface MapNodes {
  /** @throws TreeError NODE_MISSING */
  get(hash: Hash): MapNode;
  put(hash: Hash, node: MapNode): void;
  /** Told of nodes that the new tree does not need any more. The same node may be put again later. */
  drop(hash: Hash): void;
}

interface Placed {
  readonly path: Hash;
  readonly entry: MapEntry;
}

const bitAt = (path: Hash, depth: number): number => ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;

const placed = (entry: MapEntry): Placed => ({ path: mapPath(entry.space, entry.key), entry });

function split(items: readonly Placed[], depth: number): readonly [Placed[], Placed[]] {
  const halves: [Placed[], Placed[]] = [[], []];
  for (const item of items) halves[bitAt(item.path, depth) as 0 | 1].push(item);
  return halves;
}

/** A subtree of these entries: none is empty, one is its leaf at whatever depth, more are a node. */
function build(items: readonly Placed[], depth: number, nodes: MapNodes): Hash {
  const [only] = items;
  if (only === undefined) return EMPTY_MAP;
  if (items.length === 1) return put(mapLeafHash(only.entry), { entry: only.entry }, nodes);
  const [zeros, ones] = split(items, depth);
  const left = build(zeros, depth + 1, nodes);
  const right = build(ones, depth + 1, nodes);
  return put(mapNodeHash(left, right), { left, right }, nodes);
}

function put(hash: Hash, node: MapNode, nodes: MapNodes): Hash {
  nodes.put(hash, node);
  return hash;
}

/**
 * The map with these entries put in, in place of those with the same key. What was there stays readable under the old root until the
 * store lets go of what it was told to drop. @returns the new root @throws TreeError NODE_MISSING
 */
export function updateMap(root: Hash, entries: readonly MapEntry[], nodes: MapNodes): Hash {
  const last = new Map(entries.map((entry) => [`${entry.space}\n${entry.key}`, entry]));
  return update(root, [...last.values()].map(placed), 0, nodes);
}

function update(root: Hash, items: readonly Placed[], depth: number, nodes: MapNodes): Hash {
  if (items.length === 0) return root;
  if (isSameHash(root, EMPTY_MAP)) return build(items, depth, nodes);
  const node = nodes.get(root);
  nodes.drop(root);
  if ('entry' in node) {
    const kept = placed(node.entry);
    const isReplaced = items.some(({ path }) => isSameHash(path, kept.path));
    return build(isReplaced ? items : [kept, ...items], depth, nodes);
  }
  const [zeros, ones] = split(items, depth);
  const left = update(node.left, zeros, depth + 1, nodes);
  const right = update(node.right, ones, depth + 1, nodes);
  return put(mapNodeHash(left, right), { left, right }, nodes);
}

/**
 * A part of a map: its tree from the root down, cut off where nothing was asked for. `shape` in preorder: `N` a node, its two subtrees
 * follow; `L` the next of `leaves`; `H` a subtree that is not shown, the next of `hashes`; `E` an empty one.
 */
export const mapProof = z.strictObject({
  shape: z
    .string()
    .regex(/^[NLHE]+$/)
    .max(4_000_000),
  hashes: z.array(hashText).max(1_000_000),
  leaves: z.array(mapEntry).max(100_000),
});
export type MapProof = z.infer<typeof mapProof>;

/** What is asked of a map. */
export interface MapKey {
  readonly space: MapSpace;
  readonly key: string;
}

/** Shows what stands, or that nothing stands, under each of these keys. @throws TreeError NODE_MISSING */
export function proveMap(root: Hash, wanted: readonly MapKey[], nodes: Pick<MapNodes, 'get'>): MapProof {
  const proof = { shape: [] as string[], hashes: [] as string[], leaves: [] as MapProof['leaves'] };
  const show = (hash: Hash, paths: readonly Hash[], depth: number): void => {
    if (isSameHash(hash, EMPTY_MAP)) {
      proof.shape.push('E');
      return;
    }
    if (paths.length === 0) {
      proof.shape.push('H');
      proof.hashes.push(bytesToHex(hash));
      return;
    }
    const node = nodes.get(hash);
    if ('entry' in node) {
      proof.shape.push('L');
      proof.leaves.push(node.entry as MapProof['leaves'][number]);
      return;
    }
    proof.shape.push('N');
    show(
      node.left,
      paths.filter((path) => bitAt(path, depth) === 0),
      depth + 1,
    );
    show(
      node.right,
      paths.filter((path) => bitAt(path, depth) === 1),
      depth + 1,
    );
  };
  show(
    root,
    wanted.map(({ space, key }) => mapPath(space, key)),
    0,
  );
  return { shape: proof.shape.join(''), hashes: proof.hashes, leaves: proof.leaves };
}

type Subtree =
  'hidden' | 'empty' | { readonly entry: MapEntry } | { readonly left: Subtree; readonly right: Subtree };

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
   * @throws TreeError PROOF_INVALID: parts missing, too many, at a place that is not theirs, or deeper than a path is long
   */
  static read({ shape, hashes, leaves }: MapProof): ProvenMap {
    const reading = new Reading(shape, hashes, leaves);
    const { hash, tree } = reading.subtree('', 0);
    reading.assertEnd();
    return new ProvenMap(hash, tree, leaves);
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
    const { entry } = tree as { readonly entry: MapEntry };
    return entry.space === space && entry.key === key ? entry.value : undefined;
  }
}

class Reading {
  readonly #shape: string;
  readonly #hashes: readonly string[];
  readonly #leaves: MapProof['leaves'];
  #at = 0;
  #hash = 0;
  #leaf = 0;

  constructor(shape: string, hashes: readonly string[], leaves: MapProof['leaves']) {
    this.#shape = shape;
    this.#hashes = hashes;
    this.#leaves = leaves;
  }

  /** @param prefix the bits that lead here */
  subtree(prefix: string, depth: number): { readonly hash: Hash; readonly tree: Subtree } {
    const mark = this.#shape[this.#at];
    this.#at += 1;
    switch (mark) {
      case 'E':
        return { hash: EMPTY_MAP, tree: 'empty' };
      case 'H':
        return { hash: this.#nextHash(), tree: 'hidden' };
      case 'L':
        return this.#nextLeaf(prefix);
      case 'N':
        return this.#node(prefix, depth);
      default:
        throw new TreeError('PROOF_INVALID', 'a tree that ends too early');
    }
  }

  assertEnd(): void {
    proveUnless(this.#at === this.#shape.length, 'a tree that goes on');
    proveUnless(this.#hash === this.#hashes.length, 'hashes without a place');
    proveUnless(this.#leaf === this.#leaves.length, 'leaves without a place');
  }

  #node(prefix: string, depth: number): { readonly hash: Hash; readonly tree: Subtree } {
    proveUnless(depth < BITS, 'a tree deeper than its paths');
    const left = this.subtree(`${prefix}0`, depth + 1);
    const right = this.subtree(`${prefix}1`, depth + 1);
    return { hash: mapNodeHash(left.hash, right.hash), tree: { left: left.tree, right: right.tree } };
  }

  #nextHash(): Hash {
    const text = this.#hashes[this.#hash];
    this.#hash += 1;
    proveUnless(text !== undefined, 'a hash too few');
    const hash = hexToBytes(text);
    proveUnless(!isSameHash(hash, EMPTY_MAP), 'an empty subtree spelled as a hash');
    return hash;
  }

  #nextLeaf(prefix: string): { readonly hash: Hash; readonly tree: Subtree } {
    const entry = this.#leaves[this.#leaf] as MapEntry | undefined;
    this.#leaf += 1;
    proveUnless(entry !== undefined, 'a leaf too few');
    const path = mapPath(entry.space, entry.key);
    const isHere = [...prefix].every((bit, depth) => bitAt(path, depth) === Number(bit));
    proveUnless(isHere, `${entry.space} ${entry.key} at a place that is not its own`);
    return { hash: mapLeafHash(entry), tree: { entry } };
  }
}

/** Nodes in memory: everything there ever was, until it is let go of. */
export class MemoryNodes implements MapNodes {
  readonly #nodes = new Map<string, MapNode>();

  get(hash: Hash): MapNode {
    const node = this.#nodes.get(bytesToHex(hash));
    if (node === undefined) throw new TreeError('NODE_MISSING', bytesToHex(hash));
    return node;
  }

  put(hash: Hash, node: MapNode): void {
    this.#nodes.set(bytesToHex(hash), node);
  }

  drop(): void {
    // Old roots stay readable.
  }
}
