import {
  digestOfHash,
  headOf,
  leafHash,
  listLeafHash,
  updateMap,
  type CheckpointBody,
  type Digest,
  type Json,
  type LogFrontier,
  type MapEntry,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import { digestsOf } from './digests.js';
import type { FoldedBlock, FoldedTransaction, Listed } from './folded.js';
import type { TreeStore } from './trees.js';

/** Which ledger: the same in every checkpoint of it. */
export interface LedgerName {
  readonly channel: string;
  /** SHA-256 of the DER header of block 0. */
  readonly genesis: Digest;
}

/**
 * Appends a block to the log and the lists, and puts into the map what its transactions changed.
 * @returns what everybody who folded the same ledger signs for this height @throws TreeError NODE_MISSING
 */
export function plantBlock(block: FoldedBlock, trees: TreeStore, ledger: LedgerName): CheckpointBody {
  const log = trees.log();
  const changes = new MapChanges(trees);
  for (const transaction of block.transactions) {
    const nodes = log.append(leafHash(transaction.leaf));
    trees.putLog(log.size, nodes, transaction.leaf);
    changes.take(transaction, log.size - 1);
  }
  const root = updateMap(trees.mapRoot(), changes.entries(), trees.nodes);
  trees.putMapRoot(root);
  return {
    ...ledger,
    height: block.number,
    block: block.hash,
    size: log.size,
    log: digestOfHash(log.root()),
    map: digestOfHash(root),
    editions: block.editions,
  };
}

/** What the transactions of one block change in the map: one entry a key, whoever touched it last. */
class MapChanges {
  readonly #trees: TreeStore;
  readonly #records = new Map<string, RecordEntry>();
  readonly #notes = new Map<string, number>();
  readonly #lists = new Map<string, LogFrontier>();

  constructor(trees: TreeStore) {
    this.#trees = trees;
  }

  take({ writes, standing, noted, listed }: FoldedTransaction, position: number): void {
    for (const [key, text] of digestsOf(writes)) this.#write(key, { text, leaf: position });
    for (const [key, digest] of standing) this.#stand(key, digest);
    for (const key of noted) this.#notes.set(key, position);
    for (const each of listed) this.#append(each);
  }

  entries(): MapEntry[] {
    const records = [...this.#records].map(([key, value]): MapEntry => ({
      space: 'record',
      key,
      value: value as Json,
    }));
    const notes = [...this.#notes].map(([key, leaf]): MapEntry => ({ space: 'note', key, value: { leaf } }));
    const lists = [...this.#lists].flatMap(([key, frontier]): MapEntry[] => {
      const head = headOf(frontier);
      return head ? [{ space: 'list', key, value: head }] : [];
    });
    return [...records, ...notes, ...lists];
  }

  #entry(key: string): RecordEntry | undefined {
    return this.#records.get(key) ?? this.#trees.record(key);
  }

  #write(key: string, written: RecordEntry): void {
    const { standing } = this.#entry(key) ?? {};
    this.#records.set(key, standing === undefined ? written : { ...written, standing });
  }

  #stand(key: string, digest: Digest | null | undefined): void {
    const { text, leaf } = this.#entry(key) ?? { text: null, leaf: null };
    this.#records.set(key, digest === undefined ? { text, leaf } : { text, leaf, standing: digest });
  }

  #append({ list, usage }: Listed): void {
    const frontier = this.#lists.get(list) ?? this.#trees.list(list);
    this.#lists.set(list, frontier);
    const index = frontier.size;
    this.#trees.putList(list, index, usage, frontier.append(listLeafHash(usage)));
  }
}
