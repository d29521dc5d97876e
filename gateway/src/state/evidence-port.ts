/**
 * What is kept of the proof of receipts: it must outlive the peers and organisations that gave it, and a projection that is made
 * anew. Blobs are packed by whoever puts them.
 */

/** A record that evidence is about. */
export interface EvidenceSubjectKey {
  readonly kind: string;
  readonly id: string;
}

export interface EvidenceSubjectEntry extends EvidenceSubjectKey {
  /** DUE: to be collected from `dueAt` on, whatever was collected before. */
  readonly state: 'DUE' | 'COLLECTED';
  /** RFC 3339 UTC, milliseconds. */
  readonly dueAt: string;
  /** Failures in a row. */
  readonly attempts: number;
  /** Code of the last failure, for an operator. */
  readonly reason?: string;
  /** Transaction that last wrote the record when the present statement was collected; absent before the first. */
  readonly collectedFor?: string;
  /** What was collected for the subject as a whole. */
  readonly statement?: Uint8Array;
}

/** Everything that one collection found, kept at once. */
export interface Collected {
  /** Endorsed answers about transactions, by transaction id. */
  readonly answers: ReadonlyMap<string, Uint8Array>;
  /** Configuration blocks by number. */
  readonly blocks: ReadonlyMap<bigint, Uint8Array>;
  readonly subject?: EvidenceSubjectKey & {
    readonly collectedFor: string;
    readonly statement: Uint8Array;
  };
}

export interface EvidenceToken {
  readonly txId: string;
  readonly authority: string;
  /** DER. */
  readonly token: Uint8Array;
}

export interface EvidenceArchive {
  answer(txId: string): Promise<Uint8Array | undefined>;
  /** Configuration blocks by number, all that are kept. */
  block(number: bigint): Promise<Uint8Array | undefined>;
  /** What is there already of answers and blocks stays as it is. A subject that nobody wanted is COLLECTED; else `settle` says so. */
  keep(collected: Collected): Promise<void>;
  subject(of: EvidenceSubjectKey): Promise<EvidenceSubjectEntry | undefined>;
  /** Notes subjects as DUE, and up to which block the ledger has been looked through, in one step. */
  want(
    subjects: readonly (EvidenceSubjectKey & { readonly dueAt: string })[],
    lookedThrough?: bigint,
  ): Promise<void>;
  /** The block up to which the ledger has been looked through, or -1n. */
  lookedThrough(): Promise<bigint>;
  /** DUE by that time, the longest waiting first. */
  due(now: string, limit: number): Promise<readonly EvidenceSubjectEntry[]>;
  /** The earliest time at which something becomes due. */
  nextDue(): Promise<string | undefined>;
  /** COLLECTED, unless it has become due anew since it was taken up as due at that time. */
  settle(of: EvidenceSubjectKey, dueAt: string): Promise<void>;
  /** Counts a failure and makes the subject due at a later time. */
  putOff(of: EvidenceSubjectKey, dueAt: string, reason: string): Promise<void>;
  /** How many are DUE. */
  backlog(): Promise<number>;
  tokens(txIds: readonly string[]): Promise<readonly EvidenceToken[]>;
  /** A token of the same authority over the same transaction stays as it is. */
  keepToken(token: EvidenceToken): Promise<void>;
}
