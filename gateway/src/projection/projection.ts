import type { AnyRecord, Key, RecordKind, RecordOfKind } from '@tallystick/chaincode/model';
import { editionIn, EditionUnknown, type FoldSettings, type InForce } from '@tallystick/verifier/fold';
import type { Ledger, LedgerBlock } from '../ledger/port.js';
import { assertFollows } from '../ledger/block.js';
import { ChainBroken, LedgerUnavailable } from '../ledger/port-errors.js';
import { openSqlite, type SqliteFile } from '../database/sqlite/database.js';
import { answer } from './answer.js';
import { inBatches } from './batches.js';
import { BlockWriter, type Fold, type Tip } from './block-writer.js';
import { projectionDigest } from './digest.js';
import { EdgeQueries } from './edges/edge-queries.js';
import { EventQueries } from './events.js';
import type { ProjectionFailpoints } from './failpoint.js';
import { hashNatively } from './native-sha256.js';
import {
  ProjectionError,
  type Edge,
  type EdgeQuery,
  type EventQuery,
  type FollowedProjection,
  type ListQuery,
  type Page,
  type ProjectedEvent,
  type ProjectedRecord,
  type ProjectedTransaction,
  type ProjectionStatus,
  type RulesInForce,
  type TransactionResult,
  type WrittenText,
} from './port.js';
import { newProjectionQueries, type ProjectionQueries } from './queries.js';
import { ensureTables, recreateTables, tuneForReplay, type ProjectionSchema } from './schema.js';
import { TreeQueries } from './trees/tree-queries.js';
import { newWaiters, type Waiters } from './waiters.js';

export interface ProjectionOptions {
  /** Path of the SQLite database; `:memory:` for one that is rebuilt at every start. */
  readonly file: string;
  readonly ledger: Pick<Ledger, 'blocks'>;
  /** Name of the channel: it is in every checkpoint. */
  readonly channel: string;
  /** Name under which our chaincode is committed. */
  readonly chaincode: string;
  /** Transactions per database transaction when far behind. */
  readonly batch?: number;
  /** Told when the follower stops for good: a person has to look. */
  readonly onAlarm?: (error: unknown) => void;
  /** Which definitions name which rules; the table of this software where none is given. */
  readonly editions?: FoldSettings['editions'];
  /** The rules over a block; those of this version where none is given. */
  readonly fold?: Fold;
  readonly failpoints?: ProjectionFailpoints;
}

/** Small enough that requests are served in between (some 50 ms are written at a time), large enough that commits cost nothing. */
const BATCH = 200;
/** Milliseconds between two database transactions under load: what a block waits for others at most. */
const APART_MS = 25;
const NO_BLOCK = -1n;

function opened(file: string): SqliteFile<ProjectionSchema> {
  hashNatively();
  const database = openSqlite<ProjectionSchema>(file, { synchronous: 'NORMAL' });
  tuneForReplay(database.handle);
  ensureTables(database.handle);
  return database;
}

class SqliteProjection extends TreeQueries implements FollowedProjection {
  readonly #options: ProjectionOptions;
  readonly #file: SqliteFile<ProjectionSchema>;
  readonly #queries: ProjectionQueries;
  readonly #events: EventQueries;
  readonly #edges: EdgeQueries;
  readonly #waiters: Waiters = newWaiters();
  readonly #listeners = new Set<(blockNumber: bigint) => void>();
  #writer: BlockWriter;
  #tip: Tip | undefined;
  #failure: unknown;
  /** Height that a rebuild has to come back to. */
  #regaining = NO_BLOCK;
  #following: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: ProjectionOptions, file = opened(options.file)) {
    super(file.handle);
    this.#options = options;
    this.#file = file;
    this.#queries = newProjectionQueries(file);
    this.#events = new EventQueries(file.handle);
    this.#edges = new EdgeQueries(file.handle);
    this.#writer = this.#newWriter();
    this.#tip = this.#writer.tip();
  }

  record<T extends AnyRecord>(key: Key<T>): Promise<ProjectedRecord<T> | undefined> {
    return this.#queries.record(key);
  }

  list<K extends RecordKind>(query: ListQuery<K>): Promise<Page<ProjectedRecord<RecordOfKind<K>>>> {
    return this.#queries.list(query);
  }

  history<T extends AnyRecord>(key: Key<T>): Promise<readonly ProjectedRecord<T>[]> {
    return this.#queries.history(key);
  }

  text(key: string): Promise<WrittenText | undefined> {
    return this.#queries.text(key);
  }

  texts(key: string): Promise<readonly WrittenText[]> {
    return this.#queries.texts(key);
  }

  transaction(txId: string): Promise<ProjectedTransaction | undefined> {
    return this.#queries.transaction(txId);
  }

  results(contract: string, after: bigint, upTo: bigint): Promise<readonly TransactionResult[]> {
    return this.#queries.results(contract, after, upTo);
  }

  idAt(blockNumber: bigint, txIndex: number): Promise<string | undefined> {
    return this.#queries.idAt(blockNumber, txIndex);
  }

  configurationAt(blockNumber: bigint): Promise<bigint | undefined> {
    return this.#queries.configurationAt(blockNumber);
  }

  firstBlockFrom(time: string): Promise<number | undefined> {
    return this.#queries.firstBlockFrom(time);
  }

  lastBlockBefore(time: string): Promise<number | undefined> {
    return this.#queries.lastBlockBefore(time);
  }

  events(query: EventQuery): Promise<readonly ProjectedEvent[]> {
    return answer(() => this.#events.page(query));
  }

  edges(query: EdgeQuery): Promise<Page<Edge>> {
    return answer(() => this.#edges.page(query, Number(this.#height)));
  }

  height(): Promise<bigint> {
    return Promise.resolve(this.#height);
  }

  digest(): Promise<string> {
    return Promise.resolve(projectionDigest(this.#file.handle));
  }

  async reached(blockNumber: bigint, signal?: AbortSignal): Promise<void> {
    if (blockNumber <= this.#height) return;
    if (this.#failure !== undefined) throw this.#stopped();
    await this.#waiters.wait(blockNumber, signal);
  }

  onBlock(listener: (blockNumber: bigint) => void): () => void {
    const own = (blockNumber: bigint): void => listener(blockNumber);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  status(): ProjectionStatus {
    const height = this.#height;
    if (this.#failure !== undefined) return { state: 'STOPPED', height, reason: reasonOf(this.#failure) };
    if (this.#following === undefined) return { state: 'IDLE', height };
    return { state: height < this.#regaining ? 'REBUILDING' : 'FOLLOWING', height };
  }

  rules(): RulesInForce {
    if (this.#failure instanceof EditionUnknown) return { version: this.#failure.version };
    const { version, decided } = this.#writer.inForce();
    if (version === null) return {};
    const edition = knownEdition({ version, decided }, this.#options.editions);
    return { version, ...(edition !== undefined && { edition }) };
  }

  start(): void {
    if (this.#following !== undefined) return;
    this.#failure = undefined;
    this.#writer = this.#newWriter();
    const abort = new AbortController();
    const done = Promise.resolve().then(() => this.#follow(abort.signal));
    this.#following = { abort, done };
  }

  async stop(): Promise<void> {
    this.#following?.abort.abort();
    await this.#following?.done;
    this.#following = undefined;
  }

  async rebuild(): Promise<void> {
    const before = this.#height;
    await this.stop();
    recreateTables(this.#file.handle);
    this.#tip = undefined;
    this.#regaining = before > this.#regaining ? before : this.#regaining;
    this.start();
    await this.reached(before);
  }

  async close(): Promise<void> {
    await this.stop();
    this.#waiters.fail(new ProjectionError('STOPPED', 'The projection was closed'));
    await this.#file.close();
  }

  get #height(): bigint {
    return this.#tip?.number ?? NO_BLOCK;
  }

  // The last applied block is read again first: a peer whose ledger was made anew would otherwise be followed silently.
  async #follow(signal: AbortSignal): Promise<void> {
    try {
      const known = this.#tip;
      const blocks = this.#options.ledger.blocks(known?.number ?? 0n, signal);
      let isFirst = true;
      for await (const batch of inBatches(blocks, { most: this.#options.batch ?? BATCH, apart: APART_MS })) {
        await this.#apply(isFirst && known !== undefined ? withoutKnown(known, batch) : batch, signal);
        isFirst = false;
      }
      if (!signal.aborted) throw new LedgerUnavailable('The ledger ended its stream of blocks', {});
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  async #apply(blocks: readonly LedgerBlock[], signal: AbortSignal): Promise<void> {
    let tip = this.#tip;
    for (const block of blocks) {
      assertFollows(tip ?? { number: NO_BLOCK, hash: '' }, block);
      tip = block;
    }
    try {
      await this.#writer.apply(blocks, signal);
    } finally {
      this.#tip = this.#writer.tip();
    }
    this.#waiters.advance(this.#height);
    for (const { number } of blocks) for (const listener of this.#listeners) listener(number);
  }

  #newWriter(): BlockWriter {
    const { channel, chaincode, editions, fold, failpoints } = this.#options;
    return new BlockWriter({ handle: this.#file.handle, channel, chaincode, editions, fold, failpoints });
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#following?.abort.abort();
    this.#following = undefined;
    this.#waiters.fail(this.#stopped());
    this.#options.onAlarm?.(error);
  }

  #stopped(): ProjectionError {
    return new ProjectionError('STOPPED', `The projection has stopped: ${reasonOf(this.#failure)}`, {
      cause: this.#failure,
    });
  }
}

const reasonOf = (failure: unknown): string => (failure instanceof Error ? failure.message : 'unknown');

function knownEdition(inForce: InForce, table: FoldSettings['editions']): string | undefined {
  try {
    return editionIn(inForce, table)?.name;
  } catch (error) {
    if (error instanceof EditionUnknown) return undefined;
    throw error;
  }
}

function withoutKnown(known: Tip, batch: readonly LedgerBlock[]): readonly LedgerBlock[] {
  const [first, ...rest] = batch;
  if (first?.number !== known.number || first.hash !== known.hash) {
    throw new ChainBroken(known.number, 'the ledger no longer holds the block that was applied last');
  }
  return rest;
}

/**
 * Opens or creates a projection; `start` makes it follow. Rows change only together with the checkpoint, so that a crash at any moment
 * leaves the rows of some height exactly. A block that does not fit, or cannot be written, stops it; it never skips.
 */
export function newProjection(options: ProjectionOptions): FollowedProjection {
  return new SqliteProjection(options);
}
