/** Why a ledger call did not do what was asked, as closed codes; routes turn them into problems, custody into steps. */

export type LedgerErrorCode =
  | 'REFUSED'
  | 'MVCC_READ_CONFLICT'
  | 'PHANTOM_READ_CONFLICT'
  | 'PAYLOADS_DIFFER'
  | 'INVALID'
  | 'NOT_ENDORSED'
  | 'UNAVAILABLE'
  | 'OVERLOADED'
  | 'OUTCOME_UNKNOWN'
  | 'UNKNOWN_IDENTITY'
  | 'CHAIN_BROKEN'
  | 'CLOSED';

export interface LedgerErrorOptions extends ErrorOptions {
  readonly txId?: string | undefined;
}

/** Base of all ledger errors. `isRetryable`: the same request made anew may succeed and cannot take effect twice. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;
  readonly isRetryable: boolean;
  /** Transaction concerned, where there is one. */
  readonly txId: string | undefined;
  constructor(
    code: LedgerErrorCode,
    message: string,
    isRetryable: boolean,
    options: LedgerErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.isRetryable = isRetryable;
    this.txId = options.txId;
  }
}

/** The contract said no. `refusal` is its one canonical JSON object `{code, ...}`; nothing was written. */
export class LedgerRefusal extends LedgerError {
  readonly refusal: string;
  constructor(refusal: string, options: LedgerErrorOptions) {
    super('REFUSED', 'The contract refused the transaction', false, options);
    this.refusal = refusal;
  }
}

/** The state moved under the transaction, finally: a new transaction, decided on the new state, is safe. */
export class LedgerConflict extends LedgerError {
  constructor(
    code: 'MVCC_READ_CONFLICT' | 'PHANTOM_READ_CONFLICT' | 'PAYLOADS_DIFFER',
    message: string,
    options: LedgerErrorOptions,
  ) {
    super(code, message, true, options);
  }
}

/** Ordered, and marked invalid by the own peer for a reason other than a read conflict. */
export class LedgerInvalid extends LedgerError {
  /** Fabric's name of the validation code (`ENDORSEMENT_POLICY_FAILURE`, ...). */
  readonly validationCode: string;
  constructor(validationCode: string, options: LedgerErrorOptions) {
    super('INVALID', `The transaction was committed as invalid: ${validationCode}`, false, options);
    this.validationCode = validationCode;
  }
}

/** Refused before ordering, by peer or orderer, for a reason that is no decision of the contract (plan, policy, identity). */
export class LedgerNotEndorsed extends LedgerError {
  constructor(message: string, isRetryable: boolean, options: LedgerErrorOptions) {
    super('NOT_ENDORSED', message, isRetryable, options);
  }
}

/** Peer or orderer out of reach, or out of time, at a point where nothing can have been ordered. */
export class LedgerUnavailable extends LedgerError {
  constructor(message: string, options: LedgerErrorOptions) {
    super('UNAVAILABLE', message, true, options);
  }
}

/** Our own waiting line or the peer's concurrency limit is full; nothing was ordered. */
export class LedgerOverloaded extends LedgerError {
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds: number, options: LedgerErrorOptions = {}) {
    super('OVERLOADED', message, true, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Fate not known: ask `outcome(txId)`; making the transaction anew could do it twice.
 * ORDERING: the orderer may or may not have it; the same prepared transaction may be submitted again after a look-up.
 * COMMIT: the orderer has it, and the own peer did not report it in time.
 */
export class OutcomeUnknown extends LedgerError {
  declare readonly txId: string;
  readonly stage: 'ORDERING' | 'COMMIT';
  constructor(txId: string, stage: 'ORDERING' | 'COMMIT', options: ErrorOptions = {}) {
    super('OUTCOME_UNKNOWN', 'The outcome of the transaction is not known yet', false, { ...options, txId });
    this.stage = stage;
  }
}

/** This gateway holds no enrolled identity of that name. */
export class UnknownIdentity extends LedgerError {
  constructor(name: string) {
    super('UNKNOWN_IDENTITY', `No enrolled identity is named ${JSON.stringify(name)}`, false);
  }
}

/** A block that does not follow from the one before it, or whose bytes do not match its header: never skipped. */
export class ChainBroken extends LedgerError {
  readonly blockNumber: bigint;
  constructor(blockNumber: bigint, message: string, options: ErrorOptions = {}) {
    super('CHAIN_BROKEN', `Block ${blockNumber.toString()}: ${message}`, false, options);
    this.blockNumber = blockNumber;
  }
}

/** The ledger was closed. */
export class LedgerClosed extends LedgerError {
  constructor() {
    super('CLOSED', 'The ledger connection is closed', false);
  }
}
