/**
 * What an organisation's gateway must not lose: it is backed up, and nothing on a ledger can restore it.
 * Every method is one durable step (the disk has it when the promise settles). Times are RFC 3339 UTC, milliseconds.
 */

import type { CheckpointArchive } from './checkpoint-port.js';
import type { EvidenceArchive } from './evidence-port.js';

export type StateErrorCode = 'CONFLICT' | 'NOT_FOUND' | 'NEWER_SCHEMA' | 'CORRUPT' | 'INVALID_SEED';

/** A step that the store refuses; nothing was written. */
export class StateError extends Error {
  readonly code: StateErrorCode;
  constructor(code: StateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateError';
    this.code = code;
  }
}

export interface ApiKey {
  /** Unique, human-chosen; also the principal of idempotency keys and operations. */
  readonly name: string;
  /** Enrolled identity this key acts as, by its name in this gateway. */
  readonly identity: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly revokedAt?: string;
}

export interface ApiKeys {
  /** The live key that this secret opens; `undefined` for an unknown or revoked one. */
  authenticate(secret: string): Promise<ApiKey | undefined>;
  /** Makes a key with a fresh 256-bit secret, shown once and kept as a hash only. CONFLICT when the name is taken. */
  issue(
    key: Pick<ApiKey, 'name' | 'identity' | 'scopes'>,
  ): Promise<{ readonly secret: string; readonly key: ApiKey }>;
  /** CONFLICT-free and idempotent: true when a live key of that name was revoked now. */
  revoke(name: string): Promise<boolean>;
  list(): Promise<readonly ApiKey[]>;
}

export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an Idempotency-Key means for the request at hand. */
export type IdempotencyVerdict =
  /** Never seen: the caller now owns the key and must `finish` or `free` it. */
  | { readonly state: 'NEW' }
  /** Done before with the same body: answer this again. */
  | { readonly state: 'REPLAY'; readonly response: StoredResponse }
  /** Known with another body: 422. */
  | { readonly state: 'MISMATCH' }
  /** The first request is still running: 409. */
  | { readonly state: 'IN_FLIGHT' };

export interface IdempotencySlot {
  readonly principal: string;
  readonly key: string;
}

export interface UnfinishedRequest extends IdempotencySlot {
  /** Transaction that was about to be sent; absent when nothing was. */
  readonly txId?: string;
  readonly transaction?: string;
  readonly createdAt: string;
}

export interface Idempotency {
  /** `fingerprint` is a digest over method, path and body bytes. */
  begin(slot: IdempotencySlot, fingerprint: string): Promise<IdempotencyVerdict>;
  /** Write down the transaction id before anything is sent, so that a restart can find out what became of it. */
  bind(slot: IdempotencySlot, txId: string, transaction: string): Promise<void>;
  finish(slot: IdempotencySlot, response: StoredResponse): Promise<void>;
  /** Forget the key: nothing happened, the same request may be made anew. */
  free(slot: IdempotencySlot): Promise<void>;
  /** Requests that a crash left in flight; to be resolved at start (see `resolveUnfinished`). */
  unfinished(): Promise<readonly UnfinishedRequest[]>;
  /** Drops finished rows older than 24 hours; returns how many. */
  purge(): Promise<number>;
}

export type OperationState = 'PENDING' | 'COMMITTED' | 'FAILED';

/** A transaction whose outcome was not known when its request was answered with 202. */
export interface Operation {
  readonly id: string;
  /** API key name; only this principal may see the operation. */
  readonly principal: string;
  readonly txId: string;
  /** `<contract>:<Verb>`. */
  readonly transaction: string;
  readonly state: OperationState;
  readonly blockNumber?: bigint;
  /** Canonical JSON of the response, when COMMITTED. */
  readonly result?: string;
  /** Canonical JSON `{code, ...}`, when FAILED. */
  readonly refusal?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Operations {
  /** PENDING. The same principal and txId give the same operation. */
  create(operation: Pick<Operation, 'principal' | 'txId' | 'transaction'>): Promise<Operation>;
  /** `undefined` too when it belongs to someone else (existence is not told). */
  get(principal: string, id: string): Promise<Operation | undefined>;
  /** PENDING -> COMMITTED; repeating it changes nothing; CONFLICT after FAILED. */
  commit(id: string, outcome: { readonly blockNumber: bigint; readonly result?: string }): Promise<Operation>;
  /** PENDING -> FAILED; repeating it changes nothing; CONFLICT after COMMITTED. */
  fail(id: string, refusal: string): Promise<Operation>;
  /** All PENDING, oldest first. */
  pending(): Promise<readonly Operation[]>;
}

/** The owner's half of a sealed payload: without it a version can never be released. */
export interface OwnerHeader {
  readonly versionId: string;
  /** age v1 header wrapped to the owner's own recipient. */
  readonly header: Uint8Array;
  /** SHA-256 of the bare plaintext, lower-case hex; never on the ledger. */
  readonly plainDigest: string;
  /** `sha256:<hex>`. */
  readonly keyCommitment: string;
  readonly createdAt: string;
}

export interface OwnerHeaders {
  /** Idempotent for equal content; CONFLICT for another header under the same version id. */
  put(header: Omit<OwnerHeader, 'createdAt'>): Promise<void>;
  get(versionId: string): Promise<OwnerHeader | undefined>;
}

export interface OneTimeKeys {
  /** `identity` is the age secret identity. Idempotent; CONFLICT for another identity under the same usage id. */
  put(usageId: string, identity: string): Promise<void>;
  get(usageId: string): Promise<string | undefined>;
  /** Usage ids among these whose key is here. */
  among(usageIds: readonly string[]): Promise<readonly string[]>;
  /** For ever: nothing that was allowed to it can be opened here again. Overwrites what the file held. */
  forget(usageId: string): Promise<void>;
}

/**
 * SEEN: a valid request was read from the own peer. PREPARED: the re-wrapped header is durable here.
 * SUBMITTED: the answer's transaction id is written down (before anything is sent). RELEASED: the own peer reported the
 * answer VALID with ALLOW. DENIED: VALID with DENY. WITHHELD: our own decision says no answer may be made.
 * FAILED: gave up after too many attempts; an operator may start it again.
 */
export type CustodyState = 'SEEN' | 'PREPARED' | 'SUBMITTED' | 'RELEASED' | 'DENIED' | 'WITHHELD' | 'FAILED';

export interface CustodyEntry {
  readonly usageId: string;
  readonly state: CustodyState;
  readonly grantId: string;
  /** Re-wrapped header for the requester's one-time recipient. */
  readonly header?: Uint8Array;
  readonly headerCid?: string;
  readonly slot?: number;
  /** Transaction id of the answer. */
  readonly txId?: string;
  /** How often an answer was submitted. */
  readonly attempts: number;
  /** Refusal or error code of the last step, for an operator. */
  readonly reason?: string;
  readonly updatedAt: string;
}

export type CustodyChange = Partial<Pick<CustodyEntry, 'header' | 'headerCid' | 'slot' | 'txId' | 'reason'>>;

export interface CustodyJournal {
  /** Inserts SEEN, or returns what is there. */
  see(usageId: string, grantId: string): Promise<CustodyEntry>;
  get(usageId: string): Promise<CustodyEntry | undefined>;
  /**
   * Compare-and-set along the table in `custody-journal.ts`; members of `change` that are absent keep their value.
   * CONFLICT when the entry is not in `from` any more or the step is not in the table (RELEASED is reachable from
   * SUBMITTED only). Moving to SUBMITTED counts an attempt and needs a txId.
   */
  move(usageId: string, from: CustodyState, to: CustodyState, change?: CustodyChange): Promise<CustodyEntry>;
  /** Entries in one of these states, oldest change first. */
  inState(states: readonly CustodyState[], limit?: number): Promise<readonly CustodyEntry[]>;
  /** Entries of a grant in any state, for handing out slots in order. */
  ofGrant(grantId: string): Promise<readonly CustodyEntry[]>;
}

/**
 * What this gateway does about an obligation. DELETE: as its debtor, forgets a use. INFORM: as its debtor, sends a notice.
 * ACKNOWLEDGE: as the informed party, states that a notice arrived.
 */
export type DutyRole = 'DELETE' | 'INFORM' | 'ACKNOWLEDGE';
/** OPEN: to be done. DONE: done here, and still to be seen on the ledger as fulfilled. CLOSED: the ledger says so. */
export type DutyState = 'OPEN' | 'DONE' | 'CLOSED';

export interface DutyEntry {
  readonly obligationId: string;
  readonly role: DutyRole;
  readonly state: DutyState;
  /** `sha256:<hex>` of what shows that it was done. */
  readonly evidence?: string;
  /** The signed notice that arrived. */
  readonly notice?: string;
  /** Code of the last failure, for an operator. */
  readonly reason?: string;
  readonly updatedAt: string;
}

export type DutyChange = Partial<Pick<DutyEntry, 'evidence' | 'notice' | 'reason'>>;

export interface DutyJournal {
  /** Inserts it in this state, or returns what is there. */
  open(
    obligationId: string,
    role: DutyRole,
    state?: 'OPEN' | 'DONE',
    change?: DutyChange,
  ): Promise<DutyEntry>;
  get(obligationId: string, role: DutyRole): Promise<DutyEntry | undefined>;
  /** Forward only; the same state again keeps what is learned. CONFLICT for a step back, NOT_FOUND. */
  move(obligationId: string, role: DutyRole, to: DutyState, change?: DutyChange): Promise<DutyEntry>;
  /** All that is not CLOSED, oldest change first. */
  unfinished(): Promise<readonly DutyEntry[]>;
}

/** What this organisation itself signed: custody releases nothing under a grant that is not here. */
export interface SignedTerms {
  readonly grantId: string;
  readonly termsDigest: string;
  readonly side: 'OFFERED' | 'ACCEPTED';
  readonly txId: string;
  readonly createdAt: string;
}

export interface Offers {
  /** Before the transaction is sent. Idempotent; the same terms may be signed in several transactions. */
  put(terms: Omit<SignedTerms, 'createdAt'>): Promise<void>;
  /** Forgets what was signed in transactions that can never take effect. */
  withdraw(txIds: readonly string[]): Promise<void>;
  /** The latest of these terms. */
  get(grantId: string, termsDigest: string, side: SignedTerms['side']): Promise<SignedTerms | undefined>;
  /** All that was signed under a grant, oldest first. */
  ofGrant(grantId: string): Promise<readonly SignedTerms[]>;
}

/** Opening of a sealed field that this organisation knows. */
export interface Opening {
  /** `sha256:<hex>` commitment as recorded. */
  readonly digest: string;
  /** As the commitment scheme of the model spells it. */
  readonly salt: string;
  /** Canonical JSON of the value. */
  readonly value: string;
}

export interface Openings {
  /** Idempotent; CONFLICT for another opening of the same digest. */
  put(openings: readonly Opening[]): Promise<void>;
  get(digest: string): Promise<Opening | undefined>;
}

export interface StateStore {
  readonly apiKeys: ApiKeys;
  readonly idempotency: Idempotency;
  readonly operations: Operations;
  readonly ownerHeaders: OwnerHeaders;
  readonly oneTimeKeys: OneTimeKeys;
  readonly custody: CustodyJournal;
  readonly duties: DutyJournal;
  readonly offers: Offers;
  readonly openings: Openings;
  readonly evidence: EvidenceArchive;
  readonly checkpoints: CheckpointArchive;
  close(): Promise<void>;
}
