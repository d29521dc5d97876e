/** The droppable read side: the fold of the rules over the signed calls of the ledger, and what is proven of it. */

import type {
  AnyRecord,
  FoldVerdict,
  Json,
  Key,
  RecordKind,
  RecordOfKind,
} from '@tallystick/chaincode/model';
import type { EdgeEnd, EdgeKind } from './edges/references.js';
import type { Page } from './page.js';
import type { Trees } from './trees-port.js';

export { edgeKinds, type EdgeEnd } from './edges/references.js';
export type { Page } from './page.js';
export type { Divergence, Folded, LoggedLeaf, StandingKey, Trees } from './trees-port.js';

/** What stood under a key after a transaction, and which one that was. */
export interface WrittenText {
  readonly key: string;
  /** Canonical JSON, byte for byte as the rules gave it: what digests are made of, and what replays read. */
  readonly text: string;
  readonly txId: string;
  readonly blockNumber: bigint;
  readonly txIndex: number;
}

export interface ProjectedRecord<T extends AnyRecord = AnyRecord> extends WrittenText {
  /** The record in the present form of its kind, whichever it was written in. */
  readonly value: T;
}

export interface ProjectedTransaction {
  readonly txId: string;
  readonly blockNumber: bigint;
  readonly txIndex: number;
  readonly code: string;
  readonly mspId: string;
  /** PEM certificate of the submitter. */
  readonly certificate: string;
  readonly signed: boolean;
  readonly time: string;
  readonly transaction: string;
  readonly argument: string;
  /** Canonical JSON that the rules returned; empty when nothing took effect, or the endorsers' where none is judged. */
  readonly result: string;
  readonly verdict: FoldVerdict;
}

export interface ListQuery<K extends RecordKind = RecordKind> {
  readonly kind: K;
  /** Equality filters on top-level string members of the record (for example state, dataset, consumer). */
  readonly where?: Readonly<Record<string, string>>;
  /** Top-level members that hold an instant earlier than this one; a record without the member is left out. */
  readonly before?: Readonly<Record<string, string>>;
  readonly limit: number;
  /** Opaque cursor from an earlier page. */
  readonly after?: string;
}

export interface Projection {
  record<T extends AnyRecord>(key: Key<T>): Promise<ProjectedRecord<T> | undefined>;
  /** In key order, so that a page begun stays where it was. Throws ProjectionError BAD_CURSOR or BAD_FILTER. */
  list<K extends RecordKind>(query: ListQuery<K>): Promise<Page<ProjectedRecord<RecordOfKind<K>>>>;
  /** Every version a record had, oldest first: the transactions that wrote its key effectively. */
  history<T extends AnyRecord>(key: Key<T>): Promise<readonly ProjectedRecord<T>[]>;
  /** The text of a record of any kind, for who needs its bytes. */
  text(key: string): Promise<WrittenText | undefined>;
  /** Every text that there was under a key, oldest first. */
  texts(key: string): Promise<readonly WrittenText[]>;
  transaction(txId: string): Promise<ProjectedTransaction | undefined>;
  /** Number of the last applied block, or -1n. */
  height(): Promise<bigint>;
  /** SHA-256 over all rows in key order: equal for a follower and a rebuild at one height. */
  digest(): Promise<string>;
  /** Resolves when a block with at least this number has been applied; rejects with ProjectionError STOPPED, or the signal's reason. */
  reached(blockNumber: bigint, signal?: AbortSignal): Promise<void>;
  /** Calls back after each applied block; returns the unsubscriber. A listener must not throw: that stops the follower. */
  onBlock(listener: (blockNumber: bigint) => void): () => void;
}

export interface ProjectionStatus {
  /**
   * REBUILDING: rows of blocks once applied are missing until they have been applied anew. STOPPED: a block did not fit, or could not
   * be written; an operator has to look. Rows are those of `height`.
   */
  readonly state: 'IDLE' | 'FOLLOWING' | 'REBUILDING' | 'STOPPED';
  readonly height: bigint;
  /** Why it is STOPPED. */
  readonly reason?: string;
}

/** What a transaction that took effect returned, for whoever looks through the ledger once. */
export interface TransactionResult {
  readonly transaction: string;
  /** Canonical JSON that the contract returned. */
  readonly result: string;
}

export interface TransactionLog {
  /** Results of the REPLAYED and CORRECTED transactions of a contract in the blocks after one number, up to another, in their order. */
  results(contract: string, after: bigint, upTo: bigint): Promise<readonly TransactionResult[]>;
  /** Id of the transaction at a place, whatever chaincode it called. */
  idAt(blockNumber: bigint, txIndex: number): Promise<string | undefined>;
  /** Number of the configuration block in force at a block; `undefined` before block 0. */
  configurationAt(blockNumber: bigint): Promise<bigint | undefined>;
  /**
   * Number of the first block with a transaction that took effect and claims this time (RFC 3339 UTC with milliseconds) or a later one; `undefined` when
   * none does. Times are what submitters say: one that is far ahead stands for every time up to it.
   */
  firstBlockFrom(time: string): Promise<number | undefined>;
  /**
   * Number of the last block with a transaction that took effect and claims an earlier time than this; `undefined` when none does. One that is far ahead hides
   * nothing behind it.
   */
  lastBlockBefore(time: string): Promise<number | undefined>;
}

/** Which rules decide at the height of the projection. */
export interface RulesInForce {
  /** Version of the chaincode definition in force; `undefined` before the first. */
  readonly version?: string;
  /** Name of the edition that decides; `undefined`: none that is known here. */
  readonly edition?: string;
}

export interface Definitions {
  /** Which rules decide the next transaction. */
  rules(): RulesInForce;
}

/** Where an event stands: that of its transaction in the log, and its own among those of the transaction. */
export interface EventPlace {
  readonly position: number;
  readonly index: number;
}

/** What the rules say that happened, in a transaction that took effect: a dotted name, and ids and words by name. */
export interface ProjectedEvent extends EventPlace {
  readonly name: string;
  readonly members: Readonly<Record<string, Json>>;
  readonly txId: string;
  readonly blockNumber: bigint;
  readonly txIndex: number;
}

export interface EventQuery {
  /** Go on after this event: the last that was taken in. */
  readonly after?: EventPlace;
  readonly limit: number;
  /** Only events of these names. */
  readonly names?: readonly string[];
}

/** That a record refers to another: from when on, and until when. */
export interface Edge {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly kind: EdgeKind;
  /** The transaction that made it. */
  readonly txId: string;
  readonly height: number;
  /** Height from which on it stands no more: the record came to an end state, or names another since. */
  readonly until?: number;
}

export type EdgeQuery = ({ readonly from: EdgeEnd } | { readonly to: EdgeEnd }) & {
  readonly kind?: EdgeKind;
  /** Only those that stood at this height; without it all there ever were. */
  readonly at?: number;
  readonly limit: number;
  /** Opaque cursor from an earlier page. */
  readonly after?: string;
};

/** What happened, and what refers to what: derived from the blocks, like the records. */
interface Happenings {
  /** Events in the order of the ledger; at most `limit`, and at most 1,000. */
  events(query: EventQuery): Promise<readonly ProjectedEvent[]>;
  /**
   * Edges from an id, or to it; by kind, and of one kind the oldest first. Rejects with ProjectionError BAD_CURSOR, or OUT_OF_RANGE for a
   * height that is not there yet.
   */
  edges(query: EdgeQuery): Promise<Page<Edge>>;
}

/** A projection with its follower, as `main` owns it. */
export interface FollowedProjection extends Projection, TransactionLog, Happenings, Trees, Definitions {
  status(): ProjectionStatus;
  /** Follows the ledger from the checkpoint on, until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Drops all rows and follows again from block 0; resolves at the height there was before. */
  rebuild(): Promise<void>;
  /** Stops and closes the database. */
  close(): Promise<void>;
}

/** Blocks that the projection is behind; rejects when the peer cannot be asked. */
export type Lag = () => Promise<number>;

/**
 * BAD_CURSOR, BAD_FILTER: change the question. HEIGHT_NOT_KEPT: it was there, and is let go of. OUT_OF_RANGE: it is not there (yet).
 * STOPPED: the follower has stopped, or was closed.
 */
export type ProjectionErrorCode =
  | 'BAD_CURSOR'
  | 'BAD_FILTER'
  | 'HEIGHT_NOT_KEPT'
  | 'OUT_OF_RANGE'
  | 'STOPPED';

/** A question the projection cannot answer as asked, or a wait that will not end. */
export class ProjectionError extends Error {
  readonly code: ProjectionErrorCode;
  constructor(code: ProjectionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProjectionError';
    this.code = code;
  }
}
