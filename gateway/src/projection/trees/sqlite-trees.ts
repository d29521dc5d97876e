import {
  LogFrontier,
  peaksOf,
  type Hash,
  type Leaf,
  type LogNode,
  type MapNodes,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import type { TreeStore } from '@tallystick/verifier/fold';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { grown } from './grown.js';
import { KeptHeights } from './kept-heights.js';
import { LeafRows } from './leaf-rows.js';
import { ListRows } from './list-rows.js';
import { entryIn, MapStore } from './map-store.js';
import { Subtrees } from './subtrees.js';

/** The log is tree 0; the lists are those of their ids. */
export const LOG = 0;

/**
 * Log, lists and map of the newest block in a database. Every change is one of the database transaction under way; what is remembered in
 * between is of what was committed, so after a failure it has to be made anew. Reference: `MemoryTrees`.
 */
export class SqliteTrees implements TreeStore {
  readonly nodes: MapNodes;
  readonly #map: MapStore;
  readonly #heights: KeptHeights;
  readonly #subtrees: Subtrees;
  readonly #lists: ListRows;
  #log: LogFrontier;
  #root: Hash;
  #height: number;

  constructor(handle: SqliteHandle) {
    this.#heights = new KeptHeights(handle);
    this.#subtrees = new Subtrees(handle);
    this.#lists = new ListRows(handle, this.#subtrees);
    const newest = this.#heights.newest();
    this.#map = new MapStore(handle, newest);
    this.nodes = this.#map;
    this.#root = newest.root;
    this.#height = newest.height;
    const leaves = new LeafRows(handle);
    const read = this.#subtrees.reader(LOG, (position) => leaves.hashAt(position));
    this.#log = new LogFrontier(newest.size, peaksOf(read, newest.size));
  }

  /** Transactions in the log. */
  get size(): number {
    return this.#log.size;
  }

  mapRoot(): Hash {
    return this.#root;
  }

  log(): LogFrontier {
    return new LogFrontier(this.#log.size, this.#log.peaks);
  }

  list(key: string): LogFrontier {
    const { size, peaks } = this.#lists.frontier(key);
    return new LogFrontier(size, peaks);
  }

  record(key: string): RecordEntry | undefined {
    return entryIn(this.#root, 'record', key, this.#map)?.value as RecordEntry | undefined;
  }

  putLog(_size: number, nodes: readonly LogNode[], _leaf: Leaf): void {
    this.#subtrees.keep(LOG, nodes);
    this.#log = grown(this.#log, nodes);
  }

  putList(key: string, _index: number, usage: string, nodes: readonly LogNode[]): void {
    this.#lists.append(key, usage, this.#height + 1, nodes);
  }

  putMapRoot(root: Hash): void {
    this.#root = root;
  }

  /** Ends a block: what it made is written, and what only a height that is not kept any more needs is let go of. */
  write(): void {
    this.#height += 1;
    this.#lists.write();
    const { dropped, ...kept } = this.#map.write(this.#root);
    this.#heights.add({ ...kept, height: this.#height, size: this.#log.size }, dropped);
    const gone = this.#heights.takeDropped(this.#height);
    if (gone !== undefined) this.#map.forget(gone);
  }
}
