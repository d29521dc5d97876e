import {
  EMPTY_MAP,
  isSameHash,
  mapPath,
  TreeError,
  type Hash,
  type MapEntry,
  type MapNode,
  type MapNodes,
  type MapSpace,
} from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import { decodeBundle, encodeBundle, StoredLeaf, type StoredNode } from './bundle.js';

/** A node that is in memory, one whose bundle is known, or both. */
interface Slot {
  node?: StoredNode;
  bundle?: number;
}

/** A map as it is kept: its root, and the bundle that begins with it (none of an empty map). */
export interface KeptRoot {
  readonly root: Hash;
  readonly bundle: number | null;
}

/** One flat string a hash. */
const nameOf = (hash: Hash): string =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1');

const missing = (hash: Hash): TreeError => new TreeError('NODE_MISSING', Buffer.from(hash).toString('hex'));

/** Rows of bundles, by their id. */
export const bundleRows = (handle: SqliteHandle): Statement<[body: Buffer]> =>
  prepared(handle, 'SELECT body FROM map_nodes WHERE id = ?');

/** Reads one map, bundle by bundle as it is walked. */
export class MapReader implements Pick<MapNodes, 'get'> {
  protected readonly slots = new Map<string, Slot>();
  readonly #body: Statement<[body: Buffer]>;

  constructor(rows: Statement<[body: Buffer]>, { root, bundle }: KeptRoot) {
    this.#body = rows;
    if (bundle !== null) this.slots.set(nameOf(root), { bundle });
  }

  get(hash: Hash): MapNode {
    const name = nameOf(hash);
    const { node, bundle } = this.slots.get(name) ?? {};
    if (node !== undefined) return node;
    if (bundle !== undefined) this.#load(bundle);
    const loaded = this.slots.get(name)?.node;
    if (loaded === undefined) throw missing(hash);
    return loaded;
  }

  #load(bundle: number): void {
    const [body] = this.#body.first(bundle) ?? [];
    if (body === undefined) return;
    decodeBundle(body, {
      node: (hash, node) => {
        this.#slot(hash).node = node;
      },
      below: (hash, id) => {
        this.#slot(hash).bundle = id;
      },
    });
  }

  #slot(hash: Hash): Slot {
    const name = nameOf(hash);
    const known = this.slots.get(name);
    if (known !== undefined) return known;
    const slot: Slot = {};
    this.slots.set(name, slot);
    return slot;
  }
}

/** Nodes in memory at most, between blocks: some 30 MiB. */
const IN_MEMORY = 60_000;

/**
 * The newest map, changed block by block. What a block needs of it is read once; what a block makes of it is written as whole bundles, each
 * a new row, so that the maps of earlier heights stay what they were until `forget` lets go of the rows that later ones do not share.
 */
export class MapStore extends MapReader implements MapNodes {
  readonly #insert: Statement;
  readonly #forgotten: Statement;
  #kept: KeptRoot;
  #next: number;
  #dropped: number[] = [];

  constructor(handle: SqliteHandle, kept: KeptRoot) {
    super(bundleRows(handle), kept);
    this.#kept = kept;
    this.#insert = prepared(handle, 'INSERT INTO map_nodes (id, body) VALUES (?, ?)');
    this.#forgotten = prepared(handle, 'DELETE FROM map_nodes WHERE id IN (SELECT value FROM json_each(?))');
    const [last] = prepared<[number | null]>(handle, 'SELECT max(id) FROM map_nodes').first() ?? [];
    this.#next = (last ?? 0) + 1;
  }

  put(hash: Hash, node: MapNode): void {
    const name = nameOf(hash);
    const stored = 'entry' in node ? StoredLeaf.of(node.entry) : node;
    const slot = this.slots.get(name);
    if (slot === undefined) this.slots.set(name, { node: stored });
    else slot.node = stored;
  }

  drop(hash: Hash): void {
    const name = nameOf(hash);
    const bundle = this.slots.get(name)?.bundle;
    if (bundle !== undefined) this.#dropped.push(bundle);
    this.slots.delete(name);
  }

  /** Writes what is new under a root. @returns where it is kept, and the rows that only earlier maps need */
  write(root: Hash): KeptRoot & { readonly dropped: readonly number[] } {
    const bundle = isSameHash(root, EMPTY_MAP) ? null : this.#bundleOf(root);
    const dropped = this.#dropped;
    this.#kept = { root, bundle };
    this.#dropped = [];
    if (this.slots.size > IN_MEMORY) this.#forgetNodes();
    return { root, bundle, dropped };
  }

  /** Rows that no map needs any more. */
  forget(bundles: string): void {
    this.#forgotten.run(bundles);
  }

  /** Row of the bundle that begins with a node; written now where it is new. */
  #bundleOf(hash: Hash): number {
    const slot = this.slots.get(nameOf(hash));
    if (slot === undefined) throw missing(hash);
    slot.bundle ??= this.#written(hash);
    return slot.bundle;
  }

  #written(root: Hash): number {
    const body = encodeBundle(root, {
      node: (hash) => this.#inBundle(hash, root),
      bundleOf: (hash) => this.#bundleOf(hash),
    });
    const id = this.#next;
    this.#next += 1;
    this.#insert.run(id, body);
    return id;
  }

  /** A leaf that was alone in the map had a bundle of its own, which nothing begins with any more. */
  #inBundle(hash: Hash, root: Hash): StoredNode | undefined {
    const slot = this.slots.get(nameOf(hash));
    if (slot === undefined) throw missing(hash);
    if (slot.bundle !== undefined && hash !== root && slot.node instanceof StoredLeaf) {
      this.#dropped.push(slot.bundle);
      delete slot.bundle;
    }
    return slot.node;
  }

  #forgetNodes(): void {
    this.slots.clear();
    const { root, bundle } = this.#kept;
    if (bundle !== null) this.slots.set(nameOf(root), { bundle });
  }
}

const bitAt = (path: Hash, depth: number): number => ((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;

/** What a map holds under a key. @throws TreeError NODE_MISSING */
export function entryIn(
  root: Hash,
  space: MapSpace,
  key: string,
  nodes: Pick<MapNodes, 'get'>,
): MapEntry | undefined {
  const path = mapPath(space, key);
  let hash = root;
  for (let depth = 0; !isSameHash(hash, EMPTY_MAP); depth += 1) {
    const node = nodes.get(hash);
    if ('entry' in node) return node.entry.space === space && node.entry.key === key ? node.entry : undefined;
    hash = bitAt(path, depth) === 0 ? node.left : node.right;
  }
  return undefined;
}
