import type { descriptors, Instant, RequestOf, Usage, UsageAsk } from '@tallystick/chaincode/model';
import { face } from '../../feature/face.js';
import type { CustodyState, Offers } from './stores/port.js';
import type { Worker } from '../../workers/worker.js';
import type { Erased } from './erasure.js';

export { CustodyError } from './errors.js';

/** What routes ask of custody: the steps of a use that touch keys or payloads. Everything else is a plain transaction. */

type RegisterRequest = RequestOf<typeof descriptors.datasets.Register>;
type AppendRequest = RequestOf<typeof descriptors.datasets.Append>;
type VersionBody = RegisterRequest['version'];

/** What the sealing cannot know of a version. */
export interface VersionMetadata {
  readonly collection: VersionBody['collection'];
  /** Said by the owner beside what is measured (digest, bytes). */
  readonly commitment?: Pick<VersionBody['commitment'], 'records' | 'schemaDigest'>;
}

/** `datasets:Register` without what sealing finds out. A nonce is made when none is given. */
export type RegisterMetadata = Omit<RegisterRequest, 'nonce' | 'version'> & {
  readonly nonce?: string;
  readonly version: VersionMetadata;
};

/** `datasets:Append` without what sealing finds out. */
export type AppendMetadata = Omit<AppendRequest, 'nonce' | 'version'> & {
  readonly nonce?: string;
  readonly version: VersionMetadata;
};

/** `usage:Request` without the one-time recipient, which is made here. */
export type UseAsk = Omit<UsageAsk, 'recipient'> & { readonly nonce?: string };

/** Who acts, and how. */
export interface By {
  /** Enrolled identity that signs, by its name in this gateway. */
  readonly identity: string;
  /** Openings of sealed fields, as the ledger port takes them. */
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  readonly endorsers?: readonly string[];
  /**
   * Called with the transaction id before anything is sent, and awaited: write it down there. Called again, with another
   * id, when a read conflict made the first one invalid for good and the transaction is made anew.
   */
  readonly onPrepared?: (txId: string, transaction: string) => Promise<void> | void;
}

interface Receipt {
  readonly txId: string;
  readonly blockNumber: bigint;
}

/** A file that is stored, and whose version is on the ledger. */
export interface Stored<Result> extends Receipt {
  readonly result: Result;
  readonly cid: string;
  /** `sha256:<hex>`, salted. */
  readonly commitment: string;
  /** SHA-256 of the bare plaintext, lower-case hex; for the owner's eyes, never on the ledger. */
  readonly plainDigest: string;
  readonly bytes: bigint;
}

export type Registered = Stored<{
  readonly datasetId: string;
  readonly versionId: string;
  readonly claimId: string;
}>;
export type Appended = Stored<{ readonly datasetId: string; readonly versionId: string }>;

export interface Requested extends Receipt {
  readonly usageId: string;
  readonly state: Usage['state'];
}

/** A claim with custody that is to pass to somebody. */
export type HandOver = Pick<RequestOf<typeof descriptors.claims.OfferTransfer>, 'to' | 'grants'>;

export interface HandedOver extends Receipt {
  readonly claimId: string;
  /** What the receiver names when it takes over. */
  readonly offerDigest: string;
  /** Versions whose keys are handed over. */
  readonly versions: readonly string[];
}

export interface TakenOver extends Receipt {
  /** The claim that follows the one offered. */
  readonly claimId: string;
  readonly versions: readonly string[];
}

/** How the consumer's half of the receipt ended. Never rejects: the bytes are the caller's by then. */
export type Acknowledgement =
  | ({ readonly state: 'ACKNOWLEDGED' } & Partial<Receipt>)
  /** Nobody asked for it. */
  | { readonly state: 'NOT_ASKED' }
  /** The stream failed, was left before its end, or the ledger would not take it. `code` of the error, where it has one. */
  | { readonly state: 'FAILED'; readonly code: string; readonly cause?: unknown };

export interface OpenedUse {
  readonly usageId: string;
  readonly versionId: string;
  /** Committed length of the plaintext. */
  readonly bytes: bigint;
  /**
   * Plaintext, to be read once. Only verified bytes; it throws PayloadError (COMMITMENT_MISMATCH after the last byte) when
   * the whole is not what the ledger committed to: destroy the response then.
   */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Aborted when the lease ends while it is served; the stream throws then, too. */
  readonly ending: AbortSignal;
  /** Resolves after the stream has ended and the acknowledgement was committed, was not asked for, or failed. */
  readonly acknowledged: Promise<Acknowledgement>;
}

/** What this gateway knows of a use beyond the ledger's record. */
export interface UsageStatus {
  readonly usageId: string;
  /** State on the ledger as projected; absent while our projection has not seen the request. */
  readonly state?: Usage['state'];
  /** Our part in it. */
  readonly side: 'CONSUMER' | 'CUSTODIAN' | 'NEITHER';
  /** True when the one-time key is here, so that the use can be opened here. */
  readonly isKeyHere: boolean;
  readonly answer?: Usage['answer'];
  /** Until when it can be answered, while it is not: afterwards whoever asked lapses it. */
  readonly answerDue?: Instant;
  /** The custodian's journal. */
  readonly custody?: {
    readonly state: CustodyState;
    readonly attempts: number;
    readonly txId?: string;
    readonly reason?: string;
  };
}

/**
 * Errors of all: CustodyError, LedgerError and PayloadError; each has a closed `code`. An OutcomeUnknown of the ledger
 * leaves what was stored in place, because the transaction may still be committed.
 */
export interface UseCases {
  /** The organisation's own age recipient (`age1...`): part of its profile in `participants:Admit`. */
  readonly recipient: string;
  /**
   * Seal and store a file as it streams, keep its key, then submit `datasets:Register`. The metadata is judged before the
   * first byte is read. When the ledger refuses, no record is left and nobody can ask for what was stored.
   */
  registerFile(
    by: By,
    metadata: RegisterMetadata,
    source: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Registered>;
  /** The same for `datasets:Append`. */
  appendFile(
    by: By,
    metadata: AppendMetadata,
    source: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Appended>;
  /** Make and keep a one-time key, then submit `usage:Request`. `by.identity` must be that of the named component. */
  requestUse(by: By, ask: UseAsk, signal?: AbortSignal): Promise<Requested>;
  /**
   * Fetch the wrapped key and the payload of an allowed use and stream the plaintext. Everything that can be found wrong
   * before the first verified piece of plaintext rejects here.
   */
  openUse(
    by: Pick<By, 'identity'>,
    usageId: string,
    options: { readonly acknowledge: boolean },
    signal?: AbortSignal,
  ): Promise<OpenedUse>;
  /** The plaintext of a version whose key is here, verified as `openUse` does; no use, and no receipt. */
  openOwn(versionId: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Forget a use for ever: its one-time key, what is served of it, and our copies. May be repeated. */
  eraseUse(usageId: string): Promise<Erased>;
  usageStatus(usageId: string): Promise<UsageStatus>;
  /**
   * Wrap the key of every sealed version to another participant, publish that, and offer it the claim with custody. From then on it can
   * open the data, whether it accepts or not.
   */
  handOver(by: By, claimId: string, to: HandOver, signal?: AbortSignal): Promise<HandedOver>;
  /** Fetch, open and keep everything that an offer hands over to us, and accept it with the proof that we have it. May be repeated. */
  takeOver(by: By, claimId: string, offerDigest: string, signal?: AbortSignal): Promise<TakenOver>;
  /** Waits for acknowledgements under way; to be called on shutdown after the last response. */
  drain(): Promise<void>;
}

export interface CustodianStatus {
  readonly isRunning: boolean;
  /** Journal entries that still need work, by state. */
  readonly open: Readonly<Record<'SEEN' | 'PREPARED' | 'SUBMITTED', number>>;
  /** Answer transactions under way. */
  readonly inFlight: number;
  /** Requests that wait because Fabric holds something else than the rules gave under keys that a decision reads. */
  readonly hindered: readonly Hindrance[];
  /** Code of the last failure of the loop itself; absent after a pass without one. */
  readonly failure?: string;
}

/** A request that cannot be decided until records are restored. */
export interface Hindrance {
  readonly usageId: string;
  /** Record keys that diverge. */
  readonly keys: readonly string[];
}

/** The provider's side: answers requests from the own peer's blocks and releases wrapped keys. */
export interface Custodian extends Worker {
  /** Resumes what a crash left, then follows the projection. */
  start(): void;
  /** Stops taking up work and waits for the step under way; what is unfinished resumes at the next start. */
  stop(): Promise<void>;
  /** Resolves when nothing is left to answer, to look up, to release or to deliver. */
  idle(): Promise<void>;
  status(): Promise<CustodianStatus>;
}

export const USE_CASES = face<UseCases>('use cases of custody');
/** What this organisation signed: custody releases nothing under other terms. */
export const SIGNED_TERMS = face<Offers>('terms that were signed');
/** Salt of the commitment to the plaintext of a version, lower-case hex, where its file key is here. */
export const SALTS = face<(versionId: string) => Promise<string | undefined>>('salts of commitments');

export { usesOf } from './erasure.js';
export { recordAt, recordsOf } from './projected.js';
export { componentOf } from './signers.js';
