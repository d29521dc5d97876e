import { status as statuses } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { decodeRefusal } from '@tallystick/chaincode/model';
import {
  LedgerConflict,
  LedgerError,
  LedgerInvalid,
  LedgerNotEndorsed,
  LedgerOverloaded,
  LedgerRefusal,
  LedgerUnavailable,
  OutcomeUnknown,
} from './port-errors.js';
import { validationCodeName } from './block.js';

/** gRPC status codes as the numbers that fabric-gateway reports. */
const status: Readonly<Record<keyof typeof statuses, number>> = statuses;

/** What Fabric's Gateway service said, from its status message and its details. */
interface Failure {
  readonly code: number;
  readonly message: string;
  /** Message and details without refusals, which quote what callers wrote and must not be searched for Fabric's words. */
  readonly texts: readonly string[];
  /** The first refusal of the contract, as its JSON text. */
  readonly refusal: string | undefined;
  /** Organisations whose endorsers passed on a refusal. */
  readonly refusing: ReadonlySet<string>;
  readonly cause: unknown;
}

// The peer's own limiter answers UNKNOWN, not RESOURCE_EXHAUSTED (fabric#4023), so the text has to be matched.
const OVERLOAD = /exceeding concurrency limit/;
const DIFFERENCE = /ProposalResponsePayloads do not match|payloads do not match/;
// The first endorser agreed and a later one did not (fabric:internal/pkg/gateway/endorse.go).
const LATER_ENDORSER = /failed to collect enough transaction endorsements/;
const FROM_CHAINCODE = /chaincode response \d+/;
const UNKNOWN_TRANSACTION = /no such transaction ID|entry not found in index/i;

/** Seconds after which a peer that shed load may be asked again. */
const RETRY_AFTER = 1;
const LONGEST_MESSAGE = 600;

const refusalIn = (text: string): string | undefined => decodeRefusal(text)?.message;

function failureOf(error: unknown): Failure {
  const code = error instanceof GatewayError ? error.code : status.UNKNOWN;
  const answers = error instanceof GatewayError ? error.details : [];
  const message = error instanceof Error ? error.message : 'unknown failure';
  const texts = [...answers.map((detail) => detail.message), message];
  const refusing = answers.filter((detail) => refusalIn(detail.message) !== undefined);
  return {
    code,
    message: [message, ...texts.slice(0, -1)].join('; ').slice(0, LONGEST_MESSAGE),
    texts: texts.filter((text) => refusalIn(text) === undefined),
    refusal: texts.map(refusalIn).find((refusal) => refusal !== undefined),
    refusing: new Set(refusing.map((detail) => detail.mspId)),
    cause: error,
  };
}

const says = (failure: Failure, pattern: RegExp): boolean => failure.texts.some((text) => pattern.test(text));

// Fabric's Gateway never answers INTERNAL: it is how grpc-js reports a stream that was torn down under a call.
const OUT_OF_REACH: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.INTERNAL,
]);

/** True when nothing was learnt from the call, so that another peer may know more. */
export const isOutOfReach = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && OUT_OF_REACH.has(error.code);

/** True when the time that was allowed for the call had passed. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === status.DEADLINE_EXCEEDED;

/** True when the peer could not be reached or was silent. With details it has spoken: of orderers or endorsers that it cannot reach. */
export const isPeerAtFault = (error: unknown): boolean => isOutOfReach(error) && error.details.length === 0;

const overloaded = (failure: Failure, txId?: string): LedgerOverloaded =>
  new LedgerOverloaded('The peer is at its concurrency limit', RETRY_AFTER, { txId, cause: failure.cause });

// Some endorsers agreed and others refused: they have different states, and the same question asked anew can succeed. When the peer
// chose the endorsers, its own organisation was asked first and has agreed; otherwise all were asked at once.
function isAtOtherHeight(failure: Failure, endorsers: readonly string[] | undefined): boolean {
  if (says(failure, DIFFERENCE)) return true;
  if (!says(failure, LATER_ENDORSER) || failure.refusing.size === 0) return false;
  return endorsers === undefined || failure.refusing.size < new Set(endorsers).size;
}

// ABORTED without a word from the chaincode: an endorser was down or not ready. FAILED_PRECONDITION: no plan yet.
function mayPass(failure: Failure): boolean {
  if (failure.code === status.FAILED_PRECONDITION) return true;
  return failure.code === status.ABORTED && !says(failure, FROM_CHAINCODE);
}

/** Why an endorsement failed; nothing has been ordered. `endorsers`: the MSP ids asked for, none when the peer chose. */
export function endorseFailure(
  error: unknown,
  txId: string,
  endorsers: readonly string[] | undefined,
): LedgerError {
  const failure = failureOf(error);
  const options = { txId, cause: error };
  if (says(failure, OVERLOAD)) return overloaded(failure, txId);
  if (isAtOtherHeight(failure, endorsers)) {
    return new LedgerConflict('PAYLOADS_DIFFER', 'Endorsers are at different heights', options);
  }
  if (failure.refusal !== undefined) return new LedgerRefusal(failure.refusal, options);
  if (isOutOfReach(error)) return new LedgerUnavailable(failure.message, options);
  return new LedgerNotEndorsed(failure.message, mayPass(failure), options);
}

const REFUSED_BY_ORDERER: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.FAILED_PRECONDITION,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.UNIMPLEMENTED,
  status.ABORTED,
]);

/**
 * Why handing over to the orderer failed. Whatever does not certainly mean "not ordered" is an unknown outcome: a BFT orderer
 * answers code 14 "request already processed" for an envelope it has just taken.
 */
export function submitFailure(error: unknown, txId: string): LedgerError {
  const failure = failureOf(error);
  if (says(failure, OVERLOAD)) return overloaded(failure, txId);
  if (REFUSED_BY_ORDERER.has(failure.code)) {
    const isRetryable = failure.code === status.FAILED_PRECONDITION;
    return new LedgerNotEndorsed(failure.message, isRetryable, { txId, cause: error });
  }
  return new OutcomeUnknown(txId, 'ORDERING', { cause: error });
}

/**
 * True when asking for the commit status again, perhaps at another peer, is the thing to do: the peer shed the call, was away for a
 * moment, is stopping (it answers ABORTED when its notifications close, fabric:internal/pkg/gateway/commit/finder.go) or was silent.
 */
export function isCommitStatusPending(error: unknown): boolean {
  const failure = failureOf(error);
  return isOutOfReach(error) || failure.code === status.ABORTED || says(failure, OVERLOAD);
}

/** Why a read at the own peer failed. */
export function readFailure(error: unknown): LedgerError {
  const failure = failureOf(error);
  if (says(failure, OVERLOAD)) return overloaded(failure);
  if (failure.refusal !== undefined) return new LedgerRefusal(failure.refusal, { cause: error });
  if (isOutOfReach(error)) return new LedgerUnavailable(failure.message, { cause: error });
  return new LedgerNotEndorsed(failure.message, mayPass(failure), { cause: error });
}

/** True for the answer of `qscc` about a transaction id that is in no block of the peer. */
export function isUnknownTransaction(error: unknown): boolean {
  return says(failureOf(error), UNKNOWN_TRANSACTION);
}

/** The error for a validation code other than VALID, by its name. */
export function validationFailure(code: number, txId: string): LedgerError {
  const name = validationCodeName(code);
  if (name === 'MVCC_READ_CONFLICT' || name === 'PHANTOM_READ_CONFLICT') {
    return new LedgerConflict(name, 'Another transaction changed what this one had read', { txId });
  }
  // A second copy of an envelope was rejected; what counts is the first.
  if (name === 'DUPLICATE_TXID') return new OutcomeUnknown(txId, 'ORDERING');
  return new LedgerInvalid(name, { txId });
}
