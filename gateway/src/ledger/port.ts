/** What the gateway needs of a ledger. The only adapter speaks Fabric's Gateway service (fabric-gateway). */

/** A transaction to be made by one enrolled identity of this organisation. */
export interface Submission {
  /** Enrolled identity that signs, by its name in this gateway. */
  readonly identity: string;
  /** Transaction name, `<contract>:<Verb>`. */
  readonly transaction: string;
  /** The single argument: canonical JSON (RFC 8785) of one request or a list of requests. */
  readonly argument: string;
  /** Openings of sealed fields; sent to endorsers, never recorded. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** Organisations (MSP ids) that may see the transient data; the peer's own plan when absent. */
  readonly endorsers?: readonly string[];
}

/** A signed proposal, not yet sent. Its id is known, so a caller can write it down before anything happens. */
export interface Prepared {
  readonly txId: string;
  /** Endorse, order and wait for the commit. May be called again after a crash-free failure; the id never changes. */
  submit(signal?: AbortSignal): Promise<Committed>;
}

export interface Committed {
  readonly txId: string;
  readonly blockNumber: bigint;
  /** Canonical JSON returned by the contract. */
  readonly result: string;
}

export type Outcome =
  | {
      readonly state: 'VALID';
      readonly blockNumber: bigint;
      /** As in `Committed`. */ readonly result: string;
    }
  | { readonly state: 'INVALID'; readonly blockNumber: bigint; readonly code: string }
  | { readonly state: 'UNKNOWN' };

/** A decoded transaction of a block, whatever its validation code. */
export interface LedgerTransaction {
  /** Empty for configuration transactions and for envelopes that hold none. */
  readonly txId: string;
  readonly index: number;
  /** Validation code name of Fabric (`VALID`, `MVCC_READ_CONFLICT`, ...). */
  readonly code: string;
  /** `undefined` for a configuration transaction, and for an invalid one whose bytes mean nothing. */
  readonly call?: LedgerCall;
}

export interface LedgerCall {
  readonly mspId: string;
  /** PEM certificate of the submitter. */
  readonly certificate: string;
  /** True when the submitter's signature over the envelope verifies under that certificate. */
  readonly signed: boolean;
  /** Transaction time chosen by the submitter, RFC 3339 UTC with milliseconds. */
  readonly time: string;
  /** `<contract>:<Verb>`; `<chaincode>/<function>` when another chaincode was called, so it never equals one of ours. */
  readonly transaction: string;
  /** The single argument; empty when there was not exactly one, or it was no UTF-8 text. */
  readonly argument: string;
  /** Canonical JSON that the contract returned; empty when it returned none. */
  readonly result: string;
  /** Public writes in the namespace of our chaincode, in the order of the block. */
  readonly writes: readonly LedgerWrite[];
}

export interface LedgerWrite {
  readonly key: string;
  /** UTF-8 canonical JSON, or `null` for a delete. */
  readonly value: string | null;
}

export interface LedgerBlock {
  readonly number: bigint;
  /** SHA-256 of the DER header, lower-case hex. */
  readonly hash: string;
  readonly previousHash: string;
  readonly transactions: readonly LedgerTransaction[];
}

export interface Ledger {
  prepare(submission: Submission): Prepared;
  /** What became of a transaction id, by this organisation's own peers. */
  outcome(txId: string): Promise<Outcome>;
  /** Number of the last block that one of this organisation's peers holds. */
  height(): Promise<bigint>;
  /** Committed value of a record key (`records:Get`), no older than what this ledger has told before. */
  read(identity: string, key: string): Promise<string | undefined>;
  /** Blocks from a number on, verified (data hash, header chain), until aborted. */
  blocks(from: bigint, signal: AbortSignal): AsyncIterable<LedgerBlock>;
  /** Transactions now in flight, for back-pressure. */
  readonly inFlight: number;
  close(): void;
}
