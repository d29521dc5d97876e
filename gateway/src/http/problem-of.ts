import { decodeRefusal, EncodingError, Refusal, type Json } from '@tallystick/chaincode/model';
import { CheckpointError } from '../features/checkpoints/port.js';
import { CustodyError, type CustodyErrorCode } from '../features/custody/port.js';
import { EvidenceError, type EvidenceErrorCode } from '../features/evidence/port.js';
import { LedgerError, LedgerOverloaded, LedgerRefusal, type LedgerErrorCode } from '../ledger/port-errors.js';
import { PayloadError, type PayloadErrorCode } from '../payload/port.js';
import { ObligationError } from '../features/obligations/port.js';
import { PolicyError } from '../features/policies/port.js';
import { ProjectionError } from '../projection/port.js';
import { TransformError } from '../features/transformations/port.js';
import { StateError } from '../state/port.js';
import { Problem, type Fault, type ProblemCode, type ProblemOptions } from './problem.js';

const ofLedger: Readonly<Record<LedgerErrorCode, ProblemCode>> = {
  REFUSED: 'INTERNAL',
  MVCC_READ_CONFLICT: 'LEDGER_CONFLICT',
  PHANTOM_READ_CONFLICT: 'LEDGER_CONFLICT',
  PAYLOADS_DIFFER: 'LEDGER_CONFLICT',
  INVALID: 'LEDGER_INVALID',
  NOT_ENDORSED: 'LEDGER_NOT_ENDORSED',
  UNAVAILABLE: 'LEDGER_UNAVAILABLE',
  OVERLOADED: 'LEDGER_OVERLOADED',
  // Submissions answer it with 202; anywhere else it is a failure to read.
  OUTCOME_UNKNOWN: 'LEDGER_UNAVAILABLE',
  UNKNOWN_IDENTITY: 'IDENTITY_UNKNOWN',
  CHAIN_BROKEN: 'LEDGER_BROKEN',
  CLOSED: 'DRAINING',
};

const ofPayload: Readonly<Record<PayloadErrorCode, ProblemCode>> = {
  CID_INVALID: 'CID_INVALID',
  RECIPIENT_INVALID: 'RECIPIENT_INVALID',
  IDENTITY_INVALID: 'INTERNAL',
  SOURCE_TRUNCATED: 'UPLOAD_TRUNCATED',
  STORE_FULL: 'STORE_FULL',
  STORE_FAILED: 'STORE_UNAVAILABLE',
  STORE_CLOSED: 'DRAINING',
  BLOCK_MISSING: 'BLOCK_MISSING',
  BLOCK_CORRUPT: 'PAYLOAD_BROKEN',
  NOT_A_FILE: 'PAYLOAD_BROKEN',
  HEADER_INVALID: 'PAYLOAD_BROKEN',
  HEADER_TAMPERED: 'PAYLOAD_BROKEN',
  NOT_A_RECIPIENT: 'PAYLOAD_NOT_FOR_US',
  KEY_MISMATCH: 'PAYLOAD_NOT_FOR_US',
  SEAL_BROKEN: 'PAYLOAD_BROKEN',
  COMMITMENT_MISMATCH: 'PAYLOAD_BROKEN',
};

const ofCustody: Readonly<Record<CustodyErrorCode, ProblemCode>> = {
  MALFORMED: 'MALFORMED',
  NOT_FOUND: 'NOT_FOUND',
  NOT_OURS: 'NOT_OURS',
  KEY_UNKNOWN: 'KEY_UNKNOWN',
  NOT_ALLOWED_YET: 'NOT_ALLOWED_YET',
  DENIED: 'DENIED',
  LEASE_ENDED: 'LEASE_ENDED',
  HOLD_IN_EFFECT: 'HOLD_IN_EFFECT',
  LAPSED: 'LAPSED',
  HEADER_NOT_RELEASED: 'HEADER_NOT_RELEASED',
  NOT_SEALED: 'NOT_SEALED',
  UNKNOWN_IDENTITY: 'IDENTITY_UNKNOWN',
  AGE_IDENTITY_INVALID: 'INTERNAL',
  RESULT_UNEXPECTED: 'RESULT_UNEXPECTED',
  RULES_UNKNOWN: 'RULES_UNKNOWN',
  STOPPED: 'DRAINING',
};

const ofEvidence: Readonly<Record<EvidenceErrorCode, ProblemCode>> = {
  NOT_FOUND: 'NOT_FOUND',
  NOT_PROJECTED: 'EVIDENCE_PENDING',
  NOT_AS_PROJECTED: 'EVIDENCE_PENDING',
  PENDING: 'EVIDENCE_PENDING',
  TOO_LARGE: 'EVIDENCE_TOO_LARGE',
};

/** What Express and body-parser call a failed read of a body (`type` of http-errors). */
const ofBody: Readonly<Record<string, ProblemCode>> = {
  'entity.too.large': 'BODY_TOO_LARGE',
  'encoding.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'request.aborted': 'UPLOAD_TRUNCATED',
  'request.size.invalid': 'UPLOAD_TRUNCATED',
};

/** Seconds after which what is retryable may be asked again, when nothing better is known. */
const RETRY_AFTER = '1';
const WAITS: ReadonlySet<ProblemCode> = new Set([
  'LEDGER_UNAVAILABLE',
  'LEDGER_OVERLOADED',
  'DRAINING',
  'PROJECTION_BEHIND',
  'IDEMPOTENCY_KEY_IN_USE',
  'NOT_ALLOWED_YET',
  'HEADER_NOT_RELEASED',
  'NOT_ANSWERED',
  'OBLIGATION_UNKNOWN',
  'EVIDENCE_PENDING',
  'POLICIES_BUSY',
]);

/** The problem that any thrown value is answered with. What is not known here is INTERNAL, and tells nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LedgerRefusal) return ofRefusal(decodeRefusal(error.refusal), error);
  if (error instanceof LedgerError) return ofLedgerError(error);
  if (error instanceof Refusal) return ofRefusal(error, error);
  if (error instanceof EncodingError) return ofEncodingError(error);
  return ofPortError(error) ?? ofNamedError(error) ?? ofForeignError(error);
}

/** Errors whose codes are those of their problems. */
function ofNamedError(error: unknown): Problem | undefined {
  if (error instanceof ObligationError) return made(error.code, { cause: error });
  if (error instanceof PolicyError) return ofPolicyError(error);
  if (error instanceof CheckpointError) return made(`CHECKPOINT_${error.code}`, { cause: error });
  if (error instanceof TransformError) return made(error.code, { cause: error, detail: error.message });
  return undefined;
}

function ofPortError(error: unknown): Problem | undefined {
  if (error instanceof PayloadError) return made(ofPayload[error.code], { cause: error });
  if (error instanceof CustodyError) return ofCustodyError(error);
  if (error instanceof EvidenceError)
    return made(ofEvidence[error.code], { cause: error, detail: error.message });
  if (error instanceof ProjectionError) return ofProjectionError(error);
  if (error instanceof StateError && error.code === 'CONFLICT') return made('CONFLICT', { cause: error });
  return undefined;
}

function made(code: ProblemCode, options: ProblemOptions): Problem {
  const headers = WAITS.has(code) ? { 'retry-after': RETRY_AFTER, ...options.headers } : options.headers;
  return new Problem(code, { ...options, ...(headers && { headers }) });
}

function ofRefusal(refusal: Refusal | undefined, cause: Error & { txId?: string | undefined }): Problem {
  // A refusal this version has no word for comes from a newer contract: nothing was written, and it is no fault of ours.
  if (refusal === undefined) return made('LEDGER_NOT_ENDORSED', { cause });
  const errors = faultsIn(refusal.details);
  return made(refusal.code, {
    cause,
    txId: cause.txId,
    ...(errors ? { errors } : { facts: refusal.details }),
  });
}

function ofLedgerError(error: LedgerError): Problem {
  const options = { cause: error, txId: error.txId, isRetryable: error.isRetryable };
  if (error instanceof LedgerOverloaded) {
    return made('LEDGER_OVERLOADED', {
      ...options,
      headers: { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterSeconds))) },
    });
  }
  return made(ofLedger[error.code], options);
}

function ofCustodyError(error: CustodyError): Problem {
  const errors = faultsIn(error.details);
  const facts = error.details as Json;
  return made(ofCustody[error.code], { cause: error, ...(errors ? { errors } : { facts }) });
}

function ofPolicyError(error: PolicyError): Problem {
  const errors = faultsIn(error.details);
  return made(error.code, { cause: error, ...(errors ? { errors } : { facts: error.details }) });
}

function ofProjectionError(error: ProjectionError): Problem {
  switch (error.code) {
    case 'BAD_CURSOR':
      return made('MALFORMED', {
        cause: error,
        errors: [{ parameter: 'cursor', reason: 'is not one that this list gave out' }],
      });
    case 'BAD_FILTER':
      return made('MALFORMED', { cause: error });
    case 'HEIGHT_NOT_KEPT':
    case 'OUT_OF_RANGE':
      return made('NOT_FOUND', { cause: error });
    case 'STOPPED':
      return made('PROJECTION_STOPPED', { cause: error });
  }
}

const ofEncodingError = (error: EncodingError): Problem =>
  made('NOT_REPRESENTABLE', { cause: error, errors: [{ pointer: error.pointer, reason: error.code }] });

function ofForeignError(error: unknown): Problem {
  const { type, status } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'type' | 'status', unknown>
  >;
  const code = typeof type === 'string' ? ofBody[type] : undefined;
  if (code !== undefined) return made(code, { cause: error });
  // The router's own: a path that is not valid percent-encoding.
  if (status === 400) return made('MALFORMED', { cause: error });
  return made('INTERNAL', { cause: error });
}

function faultsIn(details: unknown): readonly Fault[] | undefined {
  if (typeof details !== 'object' || details === null || !('errors' in details)) return undefined;
  const { errors } = details;
  return Array.isArray(errors) ? (errors as readonly Fault[]) : undefined;
}
