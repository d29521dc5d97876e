import { refusals, type Json, type RefusalCode } from '@tallystick/chaincode/model';
import { change, giveUp, problemTypes, retry, retrySoon, type ProblemType } from './problem-kind.js';

/** Problems of HTTP, of the ledger, of what is kept and of reading it. A feature has its own beside these. */
export const gatewayProblems = problemTypes({
  INVALID_JSON: change(400, 'The body is not JSON in UTF-8.'),
  DUPLICATE_KEY: change(400, 'A member name occurs twice in one JSON object.'),
  NOT_REPRESENTABLE: change(400, 'A value has no canonical form (RFC 8785, integers only).'),
  UNAUTHENTICATED: change(401, 'The request carries no valid API key.'),
  SCOPE_MISSING: giveUp(403, 'The API key lacks the scope this needs.'),
  METHOD_NOT_ALLOWED: change(405, 'The resource does not have this method.'),
  NOT_ACCEPTABLE: change(406, 'The resource is not available in this form.'),
  BODY_TOO_LARGE: change(413, 'The body is larger than this gateway accepts.'),
  UNSUPPORTED_MEDIA_TYPE: change(415, 'The body is of a media type this resource does not take.'),
  CONFLICT: change(409, 'Something of this name exists already.'),
  IDEMPOTENCY_KEY_REUSED: change(422, 'The idempotency key was used with another request.'),
  IDEMPOTENCY_KEY_IN_USE: retrySoon(409, 'The first request with this idempotency key is not done.'),
  RATE_LIMITED: retry(429, 'Too many requests in a short time.'),
  INTERNAL: retry(500, 'Something went wrong in the gateway.'),
  IDENTITY_UNKNOWN: giveUp(500, 'The identity of this API key is not enrolled in this gateway.'),
  DRAINING: retrySoon(503, 'The gateway is stopping.'),
  PROJECTION_STOPPED: giveUp(503, 'The projection has stopped; an operator has to look.'),
  PROJECTION_BEHIND: retrySoon(503, 'The projection has not reached this block yet.'),

  LEDGER_CONFLICT: retry(409, 'The state moved under the transaction; a new one is safe.'),
  LEDGER_INVALID: giveUp(502, 'The transaction was ordered and marked invalid; it wrote nothing.'),
  LEDGER_NOT_ENDORSED: giveUp(502, 'The peers did not endorse the transaction.'),
  LEDGER_UNAVAILABLE: retrySoon(503, 'The ledger cannot be reached; nothing was written.'),
  LEDGER_OVERLOADED: retrySoon(503, 'The ledger has too much to do; nothing was written.'),
  LEDGER_BROKEN: giveUp(503, 'The blocks of the peer do not follow from one another.'),
  RULES_UNKNOWN: giveUp(502, 'The use was decided by rules that this gateway does not know.'),

  CID_INVALID: change(400, 'The CID is no CIDv1 of sha2-256, raw or dag-pb, in lower-case base32.'),
  UPLOAD_TRUNCATED: retry(400, 'The upload ended early; nothing was registered.'),
  RECIPIENT_INVALID: change(400, 'The recipient is no X25519 recipient of age.'),
  STORE_FULL: retry(507, 'The content store has no space left; nothing was stored.'),
  STORE_UNAVAILABLE: retry(503, 'The content store does not answer; nothing was stored.'),
  BLOCK_MISSING: retry(404, 'A block is not in this store, nor with the members asked.'),
  PAYLOAD_BROKEN: giveUp(502, 'The stored payload or its header is not what was published.'),
  PAYLOAD_NOT_FOR_US: giveUp(409, 'The released key is not for this use; a ground to contest.'),
});

const refusalProblems = problemTypes(
  Object.fromEntries(
    Object.entries(refusals).map(([code, { status, advice, meaning: title }]) => [
      code,
      { title, status, advice },
    ]),
  ) as Record<RefusalCode, ProblemType>,
);

/** Every problem type that is no feature's: the refusals of the ledger, and those of a gateway as such. */
export const problems = { ...refusalProblems, ...gatewayProblems };
export type ProblemCode = keyof typeof problems;

/** One fault of a request: a JSON pointer into the body (RFC 6901), or the name of a parameter or header. */
export interface Fault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly reason: string;
}

export interface ProblemOptions extends ErrorOptions {
  /** For humans; left out of answers with a 5xx status. Never holds payload, key or stack. */
  readonly detail?: string;
  readonly errors?: readonly Fault[];
  /** Facts the ledger looked at when it refused. */
  readonly facts?: Json;
  readonly txId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Overrides what the advice says: the same request made anew is safe and may succeed. */
  readonly isRetryable?: boolean;
}

/** An error that is answered as it is. Everything else thrown in a handler becomes one of these (`problemOf`). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly type: ProblemType;
  readonly options: ProblemOptions;

  constructor(type: ProblemCode | ProblemType, options: ProblemOptions = {}) {
    const known = typeof type === 'string' ? problems[type] : type;
    super(options.detail ?? known.title, { cause: options.cause });
    this.type = known;
    this.options = options;
  }

  get code(): string {
    return this.type.code;
  }

  get status(): number {
    return this.type.status;
  }

  get isRetryable(): boolean {
    return this.options.isRetryable ?? this.type.advice === 'retry';
  }
}

/** An error that knows how a client is answered: those of features are, so that nobody else has to know them. */
export abstract class ProblemError extends Error {
  /** Made when it is asked for: most errors are never answered. */
  abstract get problem(): Problem;
}

/** Details of an error as an answer holds them: faults of the request where there are some, and facts otherwise. */
export function told(details: unknown): Pick<ProblemOptions, 'errors' | 'facts'> {
  const hasFaults = typeof details === 'object' && details !== null && 'errors' in details;
  return hasFaults && Array.isArray(details.errors)
    ? { errors: details.errors as readonly Fault[] }
    : { facts: details as Json };
}

/** The URI of a problem type. */
export const problemUri = (code: string): string =>
  `urn:tallystick:problem:${code.toLowerCase().replaceAll('_', '-')}`;

/** A request that does not fit what the resource takes. */
export const malformed = (errors: readonly Fault[]): Problem => new Problem('MALFORMED', { errors });

/** A single bad path, query or header parameter. */
export const badParameter = (parameter: string, reason: string): Problem =>
  malformed([{ parameter, reason }]);
