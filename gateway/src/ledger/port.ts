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

/** A transaction of a block, whatever its validation code. What it calls and writes is for the fold to read out of its envelope. */
export interface LedgerTransaction {
  /** As the channel header claims; empty for configuration transactions and for envelopes that hold none. */
  readonly txId: string;
  readonly index: number;
  /** Validation code name of Fabric (`VALID`, `MVCC_READ_CONFLICT`, ...). */
  readonly code: string;
  /** The same as its number (`peer.TxValidationCode`). */
  readonly validation: number;
  /** `common.Envelope` as it stands in the block. */
  readonly envelope: Uint8Array;
  /** `undefined` for a configuration transaction, and for one that names nobody. */
  readonly creator?: LedgerCreator;
}

/** Who submitted a transaction, as its signature header says. */
export interface LedgerCreator {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  /** True when the signature over the envelope verifies under that certificate. */
  readonly signed: boolean;
}

export interface LedgerBlock {
  readonly number: bigint;
  /** SHA-256 of the DER header, lower-case hex. */
  readonly hash: string;
  readonly previousHash: string;
  readonly transactions: readonly LedgerTransaction[];
}

export interface Ledger {
  /** @throws Refusal LIMIT_EXCEEDED when the argument or the transient data are larger than the contract takes */
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
