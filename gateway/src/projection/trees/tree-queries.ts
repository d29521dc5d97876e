import {
  digestOf,
  headOf,
  LogFrontier,
  peaksOf,
  proveInclusion,
  proveMap,
  type CheckpointBody,
  type Hash,
  type Leaf,
  type ListHead,
  type ListRange,
  type MapKey,
  type MapProof,
  type WriteDigest,
} from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import { answer } from '../answer.js';
import {
  ProjectionError,
  type Divergence,
  type Folded,
  type LoggedLeaf,
  type Page,
  type StandingKey,
  type Trees,
} from '../port.js';
import { DivergenceQueries } from './divergences.js';
import { Bodies } from './bodies.js';
import { KeptHeights, type KeptHeight } from './kept-heights.js';
import { LeafRows } from './leaf-rows.js';
import { ListRows } from './list-rows.js';
import { bundleRows, MapReader } from './map-store.js';
import { LOG } from './sqlite-trees.js';
import { Subtrees } from './subtrees.js';

/** Leaves that one answer holds at most. */
const LONGEST = 1000;

const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');

const outOfRange = (what: string): ProjectionError =>
  new ProjectionError('OUT_OF_RANGE', `The ledger as applied has no ${what}`);
const notKept = (height: number): ProjectionError =>
  new ProjectionError('HEIGHT_NOT_KEPT', `What stood at height ${height} is not kept any more`);

/** Whole numbers, none smaller than the one before. */
const areInOrder = (...numbers: readonly number[]): boolean =>
  numbers.every((each, index) => Number.isSafeInteger(each) && each >= (numbers[index - 1] ?? each));

/** Proofs out of the trees. */
export class TreeQueries implements Trees {
  readonly #bundles: Statement<[body: Buffer]>;
  readonly #leaves: LeafRows;
  readonly #lists: ListRows;
  readonly #subtrees: Subtrees;
  readonly #heights: KeptHeights;
  readonly #bodies: Bodies;
  readonly #divergences: DivergenceQueries;
  readonly #envelope: Statement<[bytes: Buffer]>;
  readonly #texts: Statement<[key: string, text: string]>;

  /** Over tables made by `ensureTables`. */
  constructor(handle: SqliteHandle) {
    this.#bundles = bundleRows(handle);
    this.#leaves = new LeafRows(handle);
    this.#subtrees = new Subtrees(handle);
    this.#lists = new ListRows(handle, this.#subtrees);
    this.#heights = new KeptHeights(handle);
    this.#bodies = new Bodies(handle);
    this.#divergences = new DivergenceQueries(handle);
    this.#envelope = prepared<[bytes: Buffer]>(
      handle,
      `SELECT bytes FROM envelopes
         WHERE position = (SELECT position FROM transactions WHERE block = ? AND idx = ?)`,
    );
    this.#texts = prepared<[key: string, text: string]>(
      handle,
      'SELECT key, value FROM history WHERE position = ?',
    );
  }

  leafAt(position: number): Promise<Leaf | undefined> {
    return answer(() => this.#leaves.at(position));
  }

  leaves(from: number, limit: number): Promise<readonly LoggedLeaf[]> {
    return answer(() => this.#leaves.from(from, Math.min(limit, LONGEST)));
  }

  positionOf(txId: string): Promise<LoggedLeaf | undefined> {
    return answer(() => this.#leaves.byId(txId));
  }

  inclusion(position: number, size: number): Promise<readonly string[]> {
    return answer(() => {
      if (!areInOrder(0, position, size - 1, this.#heights.newest().size - 1))
        throw outOfRange(`leaf ${position} of ${size}`);
      const read = this.#subtrees.reader(LOG, (index) => this.#leaves.hashAt(index));
      return proveInclusion(read, position, size).map(hex);
    });
  }

  mapProof(height: number, keys: readonly MapKey[]): Promise<MapProof> {
    return answer(() => {
      const kept = this.#keptAt(height);
      return proveMap(kept.root, keys, new MapReader(this.#bundles, kept));
    });
  }

  body(height: number): Promise<CheckpointBody | undefined> {
    return answer(() => this.#bodies.at(height));
  }

  newestBody(): Promise<CheckpointBody | undefined> {
    return answer(() => this.#bodies.newest());
  }

  keepBody(height: number): Promise<void> {
    return answer(() => {
      if (height > this.#heights.newest().height) throw outOfRange(`height ${height}`);
      if (this.#bodies.at(height) === undefined) throw notKept(height);
      this.#bodies.name(height);
    });
  }

  envelope(blockNumber: number, txIndex: number): Promise<Uint8Array | undefined> {
    return answer(() => this.#envelope.first(blockNumber, txIndex)?.[0]);
  }

  async effectiveWrites(position: number): Promise<readonly WriteDigest[]> {
    const texts = await this.effectiveTexts(position);
    return texts.map(([key, text]) => [key, digestOf(text)]);
  }

  effectiveTexts(position: number): Promise<readonly (readonly [key: string, text: string])[]> {
    return answer(() => {
      const rows = this.#texts.all(position);
      return rows.toSorted(([a], [b]) => (a < b ? -1 : 1));
    });
  }

  listRange(list: string, from: number, to: number): Promise<ListRange> {
    return answer(() => {
      if (!areInOrder(0, from, to, this.#lists.count(list)))
        throw outOfRange(`members ${from} to ${to} of ${list}`);
      const before = from === 0 ? [] : peaksOf(this.#lists.reader(list), from);
      return { from, before: before.map(hex), usages: [...this.#lists.usages(list, from, to)] };
    });
  }

  listHeadAt(list: string, height: number): Promise<ListHead | undefined> {
    return answer(() => {
      if (height > this.#heights.newest().height) throw outOfRange(`height ${height}`);
      const count = this.#lists.countAt(list, height);
      if (count === 0) return undefined;
      return headOf(new LogFrontier(count, peaksOf(this.#lists.reader(list), count)));
    });
  }

  standing(): Promise<readonly StandingKey[]> {
    return answer(() => this.#divergences.standing());
  }

  divergingAmong(keys: readonly string[]): Promise<readonly string[]> {
    return answer(() => this.#divergences.among(keys));
  }

  divergences(page: { readonly limit: number; readonly after?: string }): Promise<Page<Divergence>> {
    return answer(() => this.#divergences.page(page));
  }

  divergenceCount(): Promise<number> {
    return answer(() => this.#divergences.count());
  }

  verdictOf(txId: string): Promise<Folded | undefined> {
    return answer(() => this.#divergences.folded(txId));
  }

  #keptAt(height: number): KeptHeight {
    const kept = this.#heights.at(height);
    if (kept !== undefined) return kept;
    throw height > this.#heights.newest().height ? outOfRange(`height ${height}`) : notKept(height);
  }
}
