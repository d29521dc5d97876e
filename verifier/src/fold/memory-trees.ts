import { bytesToHex } from '@noble/hashes/utils.js';
import {
  EMPTY_MAP,
  LogFrontier,
  TreeError,
  updateMap,
  type Hash,
  type Leaf,
  type LogNode,
  type LogReader,
  type MapEntry,
  type MapNode,
  type MapNodes,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import type { TreeStore } from './trees.js';

/** Nodes of the newest map, or of all there were; and the newest entry of each key. */
class Nodes implements MapNodes {
  readonly #nodes = new Map<string, MapNode>();
  readonly #isHistoric: boolean;
  readonly entries = new Map<string, MapEntry>();

  constructor(isHistoric: boolean) {
    this.#isHistoric = isHistoric;
  }

  get(hash: Hash): MapNode {
    const node = this.#nodes.get(bytesToHex(hash));
    if (node === undefined) throw new TreeError('NODE_MISSING', bytesToHex(hash));
    return node;
  }

  put(hash: Hash, node: MapNode): void {
    this.#nodes.set(bytesToHex(hash), node);
    if ('entry' in node) this.entries.set(nameOf(node.entry), node.entry);
  }

  // No two places of a map hold the same subtree, since a leaf binds its whole key: nothing else needs this node.
  drop(hash: Hash): void {
    if (!this.#isHistoric) this.#nodes.delete(bytesToHex(hash));
  }
}

const nameOf = ({ space, key }: Pick<MapEntry, 'space' | 'key'>): string => `${space}\n${key}`;

/** Everything of one log: what a proof of any size is made from. */
class LogHistory<Member> {
  readonly members: Member[] = [];
  readonly #nodes = new Map<string, Hash>();

  take(member: Member, nodes: readonly LogNode[]): void {
    this.members.push(member);
    for (const { level, index, hash } of nodes) this.#nodes.set(`${level}/${index}`, hash);
  }

  readonly read: LogReader = (level, index) => {
    const hash = this.#nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new TreeError('NODE_MISSING', `${level}/${index}`);
    return hash;
  };
}

/** Trees that an interrupted audit writes down: the map is built again of its entries. */
export interface PlantedTrees {
  readonly log: LogFrontier;
  readonly lists: Iterable<readonly [key: string, frontier: LogFrontier]>;
  readonly entries: Iterable<MapEntry>;
}

export interface MemoryTreesOptions {
  /** Keep every node there ever was, every leaf and every member, so that proofs of each height can be made. Default: the newest only. */
  readonly isHistoric?: boolean;
  /** Where to go on. */
  readonly planted?: PlantedTrees;
}

/** Trees in memory: for an audit, for the full profile and for tests. */
export class MemoryTrees implements TreeStore {
  readonly #nodes: Nodes;
  readonly #history: { log: LogHistory<Leaf>; lists: Map<string, LogHistory<string>> } | undefined;
  readonly #lists = new Map<string, LogFrontier>();
  #log = new LogFrontier();
  #root: Hash = EMPTY_MAP;

  constructor({ isHistoric = false, planted }: MemoryTreesOptions = {}) {
    this.#nodes = new Nodes(isHistoric);
    this.#history = isHistoric ? { log: new LogHistory(), lists: new Map() } : undefined;
    if (!planted) return;
    this.#log = copyOf(planted.log);
    for (const [key, frontier] of planted.lists) this.#lists.set(key, copyOf(frontier));
    this.#root = updateMap(EMPTY_MAP, [...planted.entries], this.#nodes);
  }

  get nodes(): MapNodes {
    return this.#nodes;
  }

  mapRoot(): Hash {
    return this.#root;
  }

  log(): LogFrontier {
    return copyOf(this.#log);
  }

  list(key: string): LogFrontier {
    return copyOf(this.#lists.get(key));
  }

  record(key: string): RecordEntry | undefined {
    return this.#nodes.entries.get(nameOf({ space: 'record', key }))?.value as RecordEntry | undefined;
  }

  putLog(size: number, nodes: readonly LogNode[], leaf: Leaf): void {
    append(this.#log, size - 1, nodes);
    this.#history?.log.take(leaf, nodes);
  }

  putList(key: string, index: number, usage: string, nodes: readonly LogNode[]): void {
    const frontier = this.#lists.get(key) ?? new LogFrontier();
    this.#lists.set(key, frontier);
    append(frontier, index, nodes);
    if (!this.#history) return;
    const history = this.#history.lists.get(key) ?? new LogHistory<string>();
    this.#history.lists.set(key, history);
    history.take(usage, nodes);
  }

  putMapRoot(root: Hash): void {
    this.#root = root;
  }

  /** What to write down, so that another can go on here. */
  planted(): PlantedTrees {
    return { log: this.log(), lists: this.#lists, entries: this.#nodes.entries.values() };
  }

  /** The log's leaves in order. @throws TreeError NODE_MISSING unless historic */
  leaves(): readonly Leaf[] {
    return this.#historic().log.members;
  }

  /** Reads the log's nodes. @throws TreeError NODE_MISSING unless historic */
  logReader(): LogReader {
    return this.#historic().log.read;
  }

  /** Usages of a list in order. @throws TreeError NODE_MISSING unless historic */
  usages(key: string): readonly string[] {
    return this.#historic().lists.get(key)?.members ?? [];
  }

  /** Reads a list's nodes. @throws TreeError NODE_MISSING unless historic */
  listReader(key: string): LogReader {
    return (this.#historic().lists.get(key) ?? new LogHistory<string>()).read;
  }

  #historic(): { log: LogHistory<Leaf>; lists: Map<string, LogHistory<string>> } {
    if (!this.#history) throw new TreeError('NODE_MISSING', 'these trees keep no history');
    return this.#history;
  }
}

const copyOf = (frontier: LogFrontier | undefined): LogFrontier =>
  frontier ? new LogFrontier(frontier.size, frontier.peaks) : new LogFrontier();

/** The leaf is the first of the nodes that became complete with it. */
function append(frontier: LogFrontier, index: number, [leaf]: readonly LogNode[]): void {
  if (leaf === undefined || frontier.size !== index) throw new Error(`leaf ${index} after ${frontier.size}`);
  frontier.append(leaf.hash);
}
