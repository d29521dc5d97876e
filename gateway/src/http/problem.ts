import { refusals, type Advice, type Json, type RefusalCode } from '@tallystick/chaincode/model';

/** What a problem type means to a client (RFC 9457): its title, HTTP status, and what can be done about it. */
export interface ProblemKind {
  readonly title: string;
  readonly status: number;
  readonly advice: Advice;
}

const change = 'change the request';
const giveUp = 'give up';
const kind = (status: number, advice: Advice, title: string): ProblemKind => ({ title, status, advice });

/** Problems that arise in a gateway, beside the refusals of the ledger. */
export const gatewayProblems = {
  INVALID_JSON: kind(400, change, 'The body is not JSON in UTF-8.'),
  DUPLICATE_KEY: kind(400, change, 'A member name occurs twice in one JSON object.'),
  NOT_REPRESENTABLE: kind(400, change, 'A value has no canonical form (RFC 8785, integers only).'),
  UNAUTHENTICATED: kind(401, change, 'The request carries no valid API key.'),
  SCOPE_MISSING: kind(403, giveUp, 'The API key lacks the scope this needs.'),
  METHOD_NOT_ALLOWED: kind(405, change, 'The resource does not have this method.'),
  NOT_ACCEPTABLE: kind(406, change, 'The resource is not available in this form.'),
  BODY_TOO_LARGE: kind(413, change, 'The body is larger than this gateway accepts.'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, change, 'The body is of a media type this resource does not take.'),
  CONFLICT: kind(409, change, 'Something of this name exists already.'),
  IDEMPOTENCY_KEY_REUSED: kind(422, change, 'The idempotency key was used with another request.'),
  IDEMPOTENCY_KEY_IN_USE: kind(409, 'retry', 'The first request with this idempotency key is not done.'),
  RATE_LIMITED: kind(429, 'retry', 'Too many requests in a short time.'),
  INTERNAL: kind(500, 'retry', 'Something went wrong in the gateway.'),
  IDENTITY_UNKNOWN: kind(500, giveUp, 'The identity of this API key is not enrolled in this gateway.'),
  DRAINING: kind(503, 'retry', 'The gateway is stopping.'),
  PROJECTION_STOPPED: kind(503, giveUp, 'The projection has stopped; an operator has to look.'),
  PROJECTION_BEHIND: kind(503, 'retry', 'The projection has not reached this block yet.'),

  LEDGER_CONFLICT: kind(409, 'retry', 'The state moved under the transaction; a new one is safe.'),
  LEDGER_INVALID: kind(502, giveUp, 'The transaction was ordered and marked invalid; it wrote nothing.'),
  LEDGER_NOT_ENDORSED: kind(502, giveUp, 'The peers did not endorse the transaction.'),
  LEDGER_UNAVAILABLE: kind(503, 'retry', 'The ledger cannot be reached; nothing was written.'),
  LEDGER_OVERLOADED: kind(503, 'retry', 'The ledger has too much to do; nothing was written.'),
  LEDGER_BROKEN: kind(503, giveUp, 'The blocks of the peer do not follow from one another.'),

  CID_INVALID: kind(400, change, 'The CID is no CIDv1 of sha2-256, raw or dag-pb, in lower-case base32.'),
  UPLOAD_TRUNCATED: kind(400, 'retry', 'The upload ended early; nothing was registered.'),
  RECIPIENT_INVALID: kind(400, change, 'The recipient is no X25519 recipient of age.'),
  STORE_FULL: kind(507, 'retry', 'The content store has no space left; nothing was stored.'),
  STORE_UNAVAILABLE: kind(503, 'retry', 'The content store does not answer; nothing was stored.'),
  BLOCK_MISSING: kind(404, 'retry', 'A block is not in this store, nor with the members asked.'),
  PAYLOAD_BROKEN: kind(502, giveUp, 'The stored payload or its header is not what was published.'),
  PAYLOAD_NOT_FOR_US: kind(409, giveUp, 'The released key is not for this use; a ground to contest.'),

  NOT_OURS: kind(403, giveUp, 'The use is another organisation’s.'),
  KEY_UNKNOWN: kind(409, giveUp, 'The one-time key of this use is not in this gateway.'),
  NOT_ALLOWED_YET: kind(409, 'retry', 'The request has not been answered yet.'),
  DENIED: kind(403, giveUp, 'The use was denied on the ledger.'),
  LEASE_ENDED: kind(409, 'retry', 'The lease of the use has ended, and could not be renewed now.'),
  LAPSED: kind(409, giveUp, 'The request lapsed without an answer; ask anew.'),
  HEADER_NOT_RELEASED: kind(409, 'retry', 'The use is allowed and its key is not published within reach.'),
  NOT_SEALED: kind(409, change, 'The version is not delivered as a sealed payload.'),
  TRANSFORMATION_UNSUPPORTED: kind(422, change, 'No transformation here carries this out.'),
  TRANSFORMATION_FAILED: kind(
    422,
    change,
    'The content cannot be transformed that way; nothing was registered.',
  ),
  TOO_LARGE_TO_TRANSFORM: kind(413, giveUp, 'The version is larger than can be transformed here.'),
  VERSION_MISMATCH: kind(404, change, 'The dataset has no such version.'),
  NOTICE_INVALID: kind(403, giveUp, 'No notice that a certified component of the debtor has signed for us.'),
  OBLIGATION_UNKNOWN: kind(404, 'retry', 'Our own peer does not show the obligation yet.'),
  NOT_ANSWERED: kind(409, 'retry', 'Nobody has decided this use yet.'),
  POLICY_TIMEOUT: kind(422, change, 'The policy takes longer to judge than is allowed here.'),
  POLICIES_BUSY: kind(503, 'retry', 'Too many policies wait to be judged here.'),
  REPORT_DIFFERS: kind(
    502,
    giveUp,
    'The policy report made again has another digest than the answer names; no explanation of it would hold.',
  ),
  RULES_UNKNOWN: kind(502, giveUp, 'The use was decided by rules that this gateway does not know.'),
  EVIDENCE_PENDING: kind(503, 'retry', 'Too few witnesses have signed a checkpoint over this yet.'),
  EVIDENCE_TOO_LARGE: kind(413, change, 'What is asked for does not fit into one file.'),
  CHECKPOINT_NOT_KEPT: kind(
    404,
    giveUp,
    'No checkpoint of this height is kept here, or none was reached yet.',
  ),
  CHECKPOINT_RETRACTED: kind(
    410,
    giveUp,
    'Another body was signed here for this height than the ledger gives; it is served never again.',
  ),
  RESULT_UNEXPECTED: kind(502, giveUp, 'The ledger returned other ids than the request determines.'),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof gatewayProblems | RefusalCode;

/** Every problem type a client can meet, by code. */
export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  ...(Object.fromEntries(
    Object.entries(refusals).map(([code, { status, advice, meaning }]) => [
      code,
      kind(status, advice, meaning),
    ]),
  ) as Record<RefusalCode, ProblemKind>),
  ...gatewayProblems,
};

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
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? problemKinds[code].title, { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return problemKinds[this.code].status;
  }

  get isRetryable(): boolean {
    return this.options.isRetryable ?? problemKinds[this.code].advice === 'retry';
  }
}

/** The URI of a problem type. */
export const problemType = (code: ProblemCode): string =>
  `urn:tallystick:problem:${code.toLowerCase().replaceAll('_', '-')}`;

/** A request that does not fit what the resource takes. */
export const malformed = (errors: readonly Fault[]): Problem => new Problem('MALFORMED', { errors });

/** A single bad path, query or header parameter. */
export const badParameter = (parameter: string, reason: string): Problem =>
  malformed([{ parameter, reason }]);
