import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Where a request stands: its own id, and the trace it is part of (W3C Trace Context). */
export interface Trace {
  readonly requestId: string;
  readonly traceId: string;
  /** Header value for calls made on behalf of this request, and `traceresponse` of the answer. */
  readonly traceparent: string;
}

const PARENT = /^00-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
/** What a client may choose as request id; anything else could forge log lines or headers. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const NOT_SAMPLED = '00';

function traceFrom(header: string | undefined): { traceId: string; flags: string } | undefined {
  const [, traceId, flags] = PARENT.exec(header ?? '') ?? [];
  if (traceId === undefined || flags === undefined || /^0+$/.test(traceId)) return undefined;
  return { traceId, flags };
}

/**
 * Trace of a request: continued from a valid `traceparent`, else begun. The request id is the client's
 * `X-Request-Id` when it is a plain word, else the trace id.
 */
export function traceOf(headers: IncomingHttpHeaders): Trace {
  const fresh = randomBytes(24).toString('hex');
  const parent = traceFrom(headers['traceparent'] as string | undefined);
  const traceId = parent?.traceId ?? fresh.slice(0, 32);
  const asked = headers['x-request-id'];
  const requestId = typeof asked === 'string' && REQUEST_ID.test(asked) ? asked : traceId;
  return {
    requestId,
    traceId,
    traceparent: `00-${traceId}-${fresh.slice(32)}-${parent?.flags ?? NOT_SAMPLED}`,
  };
}
