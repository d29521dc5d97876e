/**
 * What an organisation's gateway must not lose: it is backed up, and nothing on a ledger can restore it.
 * Every method is one durable step (the disk has it when the promise settles). Times are RFC 3339 UTC, milliseconds.
 */

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

/** What every gateway keeps. Features keep what is theirs in tables of their own, in the same file. */
export interface StateStore {
  readonly apiKeys: ApiKeys;
  readonly idempotency: Idempotency;
  readonly operations: Operations;
  readonly openings: Openings;
}
