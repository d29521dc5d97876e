import { randomBytes } from 'node:crypto';
import {
  bytesOf,
  encode,
  EncodingError,
  MAX_BATCH,
  refuseBeyond,
  schema,
  type AnyDescriptor,
  type Opening,
} from '@tallystick/chaincode/model';
import * as z from 'zod';
import { malformed, Problem } from '../http/problem.js';
import { parseStrictJson, pointerOf } from '../http/strict-json.js';
import { check } from '../http/validation.js';

/** A request that comes with openings of its sealed fields, or names who may endorse. */
export const ENVELOPE_TYPE = 'application/vnd.tallystick.transaction+json';

export const envelope = z.strictObject({
  request: z.unknown(),
  openings: z.array(schema.opening).min(1).max(MAX_BATCH).optional(),
  endorsers: schema.distinct(schema.mspId, 20).optional(),
});

/** A body that may be sent to the ledger. */
export interface TransactionBody {
  /** The requests in order; one for the single form. */
  readonly requests: readonly unknown[];
  /** Canonical JSON of what is sent. */
  readonly argument: string;
  readonly openings: readonly Opening[];
  readonly endorsers: readonly string[] | undefined;
}

type Path = readonly PropertyKey[];

/** True when the request has a nonce, so that a client who does not care can leave it to us. */
export const hasNonce = ({ request }: AnyDescriptor): boolean =>
  request instanceof z.ZodObject && 'nonce' in request.shape;

/**
 * Read the body of a transaction, single or list form, and check all of it before anything is sent.
 * @throws Problem INVALID_JSON, DUPLICATE_KEY, MALFORMED, NOT_REPRESENTABLE, with pointers into the body
 * @throws Refusal LIMIT_EXCEEDED
 */
export function readTransaction(
  descriptor: AnyDescriptor,
  isEnvelope: boolean,
  bytes: Uint8Array,
): TransactionBody {
  const parsed = parseStrictJson(bytes);
  if (!isEnvelope) return { ...readRequests(descriptor, parsed, []), openings: [], endorsers: undefined };
  const { request, openings = [], endorsers } = check(envelope, parsed);
  // Refused here, where the pointer can still say which: the openings are sent in their canonical form.
  refuseBeyond('openings', bytesOf(encodeAt(openings, ['openings'])));
  return { ...readRequests(descriptor, request, ['request']), openings, endorsers };
}

function readRequests(
  descriptor: AnyDescriptor,
  value: unknown,
  path: Path,
): Pick<TransactionBody, 'requests' | 'argument'> {
  // Before anything is checked: what is refused for its size must not first cost what it costs to judge it.
  refuseBeyond('argument', bytesOf(JSON.stringify(value ?? null)));
  if (!Array.isArray(value)) {
    const request = complete(descriptor, value, path);
    return { requests: [request], argument: encodeAt(request, path) };
  }
  if (value.length === 0 || value.length > MAX_BATCH) {
    throw malformed([{ pointer: pointerOf(path), reason: `a list holds 1 to ${MAX_BATCH} requests` }]);
  }
  const requests = value.map((request, index) => complete(descriptor, request, [...path, index]));
  return { requests, argument: encodeAt(requests, path) };
}

function complete(descriptor: AnyDescriptor, value: unknown, path: Path): unknown {
  const request = withNonce(descriptor, value);
  check(descriptor.request, request, path);
  return request;
}

function withNonce(descriptor: AnyDescriptor, value: unknown): unknown {
  const isOpen = typeof value === 'object' && value !== null && !Array.isArray(value) && !('nonce' in value);
  return isOpen && hasNonce(descriptor) ? { ...value, nonce: randomBytes(16).toString('hex') } : value;
}

function encodeAt(value: unknown, path: Path): string {
  try {
    return encode(value);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new Problem('NOT_REPRESENTABLE', {
      cause,
      errors: [{ pointer: `${pointerOf(path)}${cause.pointer}`, reason: cause.code }],
    });
  }
}
