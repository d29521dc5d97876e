import { decodeRefusal, EncodingError, Refusal } from '@tallystick/chaincode/model';
import { LedgerError, LedgerOverloaded, LedgerRefusal, type LedgerErrorCode } from '../ledger/port-errors.js';
import { PayloadError, type PayloadErrorCode } from '../payload/port.js';
import { ProjectionError } from '../projection/port.js';
import { StateError } from '../state/port.js';
import { Problem, ProblemError, told, type ProblemCode } from './problem.js';

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

/** What Express and body-parser call a failed read of a body (`type` of http-errors). */
const ofBody: Readonly<Record<string, ProblemCode>> = {
  'entity.too.large': 'BODY_TOO_LARGE',
  'encoding.unsupported': 'UNSUPPORTED_MEDIA_TYPE',
  'request.aborted': 'UPLOAD_TRUNCATED',
  'request.size.invalid': 'UPLOAD_TRUNCATED',
};

/** The problem that any thrown value is answered with. What is not known here is INTERNAL, and tells nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof LedgerRefusal) return ofRefusal(decodeRefusal(error.refusal), error);
  if (error instanceof LedgerError) return ofLedgerError(error);
  if (error instanceof Refusal) return ofRefusal(error, error);
  if (error instanceof EncodingError) return ofEncodingError(error);
  return ofPortError(error) ?? ofForeignError(error);
}

function ofPortError(error: unknown): Problem | undefined {
  if (error instanceof PayloadError) return new Problem(ofPayload[error.code], { cause: error });
  if (error instanceof ProjectionError) return ofProjectionError(error);
  if (error instanceof StateError && error.code === 'CONFLICT')
    return new Problem('CONFLICT', { cause: error });
  return undefined;
}

function ofRefusal(refusal: Refusal | undefined, cause: Error & { txId?: string | undefined }): Problem {
  // A refusal this version has no word for comes from a newer contract: nothing was written, and it is no fault of ours.
  if (refusal === undefined) return new Problem('LEDGER_NOT_ENDORSED', { cause });
  return new Problem(refusal.code, { cause, txId: cause.txId, ...told(refusal.details) });
}

function ofLedgerError(error: LedgerError): Problem {
  const options = { cause: error, txId: error.txId, isRetryable: error.isRetryable };
  if (error instanceof LedgerOverloaded) {
    return new Problem('LEDGER_OVERLOADED', {
      ...options,
      headers: { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterSeconds))) },
    });
  }
  return new Problem(ofLedger[error.code], options);
}

function ofProjectionError(error: ProjectionError): Problem {
  switch (error.code) {
    case 'BAD_CURSOR':
      return new Problem('MALFORMED', {
        cause: error,
        errors: [{ parameter: 'cursor', reason: 'is not one that this list gave out' }],
      });
    case 'BAD_FILTER':
      return new Problem('MALFORMED', { cause: error });
    case 'HEIGHT_NOT_KEPT':
    case 'OUT_OF_RANGE':
      return new Problem('NOT_FOUND', { cause: error });
    case 'STOPPED':
      return new Problem('PROJECTION_STOPPED', { cause: error });
  }
}

const ofEncodingError = (error: EncodingError): Problem =>
  new Problem('NOT_REPRESENTABLE', {
    cause: error,
    errors: [{ pointer: error.pointer, reason: error.code }],
  });

function ofForeignError(error: unknown): Problem {
  const { type, status } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'type' | 'status', unknown>
  >;
  const code = typeof type === 'string' ? ofBody[type] : undefined;
  if (code !== undefined) return new Problem(code, { cause: error });
  // The router's own: a path that is not valid percent-encoding.
  if (status === 400) return new Problem('MALFORMED', { cause: error });
  return new Problem('INTERNAL', { cause: error });
}
