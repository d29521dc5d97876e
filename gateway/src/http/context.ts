import type { Request, Response } from 'express';
import type { Principal } from './principal.js';
import type { Trace } from './trace.js';

/** What is known of a request besides itself, from its first middleware to the error handler. */
export interface Context {
  readonly trace: Trace;
  /** Set by authentication. */
  principal?: Principal;
}

// Keyed by the request object, not kept in `locals`, so that it has a type.
const contexts = new WeakMap<Request, Context>();

/** Note the trace of a request; the first thing done with it. */
export function openContext(request: Request, response: Response, trace: Trace): Context {
  const context: Context = { trace };
  contexts.set(request, context);
  response.setHeader('x-request-id', trace.requestId);
  response.setHeader('traceresponse', trace.traceparent);
  return context;
}

/** The context of a request. Without one, something answers before the first middleware ran. */
export function contextOf(request: Request): Context {
  const context = contexts.get(request);
  if (context === undefined) throw new Error('a request without a context');
  return context;
}
