import { Problem, ProblemError, problems, told } from '../../http/problem.js';
import type { ProblemType } from '../../http/problem-kind.js';
import { custodyProblems } from './problems.js';

/**
 * Why a use case could not be carried out, and what the caller does about it:
 *
 * - MALFORMED: the metadata or the ask does not fit the transaction it becomes; `details.errors` lists `{pointer, reason}`.
 *   Nothing was read from the source. Change the request.
 * - NOT_FOUND: the ledger holds no such use, and this gateway did not ask for one. Change the request.
 * - NOT_OURS: the use is another organisation's. Give up.
 * - KEY_UNKNOWN: the use is ours, and its one-time key is not here (another gateway asked, or the state was lost). Give up.
 * - NOT_ALLOWED_YET: asked for and not answered yet. Retry.
 * - DENIED: the ledger's answer; `details.code` is the denial code. Give up, or ask anew under other terms.
 * - LEASE_ENDED: the lease of the use has ended and could not be renewed now; `details` say until when, and why. Retry.
 * - HOLD_IN_EFFECT: an order forbids it; `details` name its subject. Retry when it has been lifted.
 * - LAPSED: nobody answered in time. Ask anew.
 * - HEADER_NOT_RELEASED: allowed, and the wrapped key is in no store within reach. Retry; contest if it stays so.
 * - NOT_SEALED: the version is delivered in another way (PULL, COMPUTE). Change the request.
 * - UNKNOWN_IDENTITY: this gateway holds no enrolled identity of that name. Change the request.
 * - AGE_IDENTITY_INVALID: the organisation's age identity file cannot be used. Repair it before starting again.
 * - RESULT_UNEXPECTED: the ledger returned ids other than the ones derived before. Give up: an endorser is at fault.
 * - RULES_UNKNOWN: the chaincode definition in force names rules that this gateway does not know. Replace it by one that does.
 * - STOPPED: the gateway is stopping. Retry later.
 */
export type CustodyErrorCode =
  | 'MALFORMED'
  | 'NOT_FOUND'
  | 'NOT_OURS'
  | 'KEY_UNKNOWN'
  | 'NOT_ALLOWED_YET'
  | 'DENIED'
  | 'LEASE_ENDED'
  | 'HOLD_IN_EFFECT'
  | 'LAPSED'
  | 'HEADER_NOT_RELEASED'
  | 'NOT_SEALED'
  | 'UNKNOWN_IDENTITY'
  | 'AGE_IDENTITY_INVALID'
  | 'RESULT_UNEXPECTED'
  | 'RULES_UNKNOWN'
  | 'STOPPED';

const ofCode: Readonly<Record<CustodyErrorCode, ProblemType>> = {
  ...custodyProblems,
  MALFORMED: problems.MALFORMED,
  NOT_FOUND: problems.NOT_FOUND,
  HOLD_IN_EFFECT: problems.HOLD_IN_EFFECT,
  UNKNOWN_IDENTITY: problems.IDENTITY_UNKNOWN,
  AGE_IDENTITY_INVALID: problems.INTERNAL,
  RULES_UNKNOWN: problems.RULES_UNKNOWN,
  STOPPED: problems.DRAINING,
};

export interface CustodyErrorOptions extends ErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Message, details and cause never hold a key, an identity or plaintext. */
export class CustodyError extends ProblemError {
  readonly code: CustodyErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: CustodyErrorCode,
    message: string,
    { details = {}, ...options }: CustodyErrorOptions = {},
  ) {
    super(message, options);
    this.name = 'CustodyError';
    this.code = code;
    this.details = details;
  }

  get problem(): Problem {
    return new Problem(ofCode[this.code], { cause: this, ...told(this.details) });
  }
}
