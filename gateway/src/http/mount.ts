import { Router, type Request, type RequestHandler, type Response } from 'express';
import * as z from 'zod';
import type { Idempotency } from '../state/port.js';
import { send, type Answer, type StreamAnswer } from './answer.js';
import { authenticate } from './authentication.js';
import { acceptedType, settled, type BodyReader } from './body.js';
import { contextOf } from './context.js';
import { fingerprintOf, idempotencyKeyOf, once } from './idempotency.js';
import type { Authentication, Principal } from './principal.js';
import { badParameter, Problem } from './problem.js';
import type { Bind, Exchange, Route } from './route.js';
import { sendStream } from './streaming.js';
import { checkParameters } from './validation.js';

/** What all routes stand on. */
export interface MountOptions {
  readonly authentication: Authentication;
  readonly idempotency: Idempotency;
  readonly rateLimit: RequestHandler;
  readonly readBody: BodyReader;
}

const EMPTY = new Uint8Array(0);
const NO_PARAMETERS = z.strictObject({});
const unbound: Bind = () => Promise.resolve();

/** A router for the routes, with 405 and `Allow` for every other method of their paths. */
export function mount(routes: readonly Route[], options: MountOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const [path, ofPath] of byPath(routes)) {
    const resource = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of ofPath) resource[route.method](handlerOf(route, options));
    resource.all(newMethodGuard(ofPath));
  }
  return router;
}

// Fixed paths come before those with parameters, so that `GET /grants/accept` is a wrong method and not a wrong id.
function byPath(routes: readonly Route[]): [string, Route[]][] {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return [...paths].sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
}

function newMethodGuard(routes: readonly Route[]): RequestHandler {
  const methods = routes.map(({ method }) => method.toUpperCase());
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method !== 'OPTIONS') throw new Problem('METHOD_NOT_ALLOWED', { headers: { allow } });
    send(response, { status: 204, headers: { allow } });
  };
}

function handlerOf(route: Route, options: MountOptions): RequestHandler {
  const open = newOpening(route, options.readBody);
  return async (request, response) => {
    const principal = await admit(route, options, request, response);
    const exchange = await open(request, response);
    const answer = await carryOut(route, options, exchange, principal);
    if ('stream' in answer) await sendStream(response, answer);
    else send(response, answer);
  };
}

/** Who is it, may they, and how often: before a byte of the body is read. */
async function admit(
  route: Route,
  { authentication, rateLimit }: MountOptions,
  request: Request,
  response: Response,
): Promise<Principal | undefined> {
  if (route.scope === 'public') {
    await settled(rateLimit, request, response);
    return undefined;
  }
  const principal = await authenticate(authentication, request.headers.authorization, route.scope);
  contextOf(request).principal = principal;
  await settled(rateLimit, request, response);
  return principal;
}

function departureOf(response: Response): AbortSignal {
  const departure = new AbortController();
  if (response.destroyed) departure.abort();
  response.once('close', () => departure.abort());
  return departure.signal;
}

/** Checks path, query and media type, then reads the body. Schemas are made once: that costs more than checking. */
function newOpening(
  { params, query, accepts }: Route,
  readBody: BodyReader,
): (request: Request, response: Response) => Promise<Exchange> {
  const path = params && z.strictObject(params);
  const parameters = (query ?? NO_PARAMETERS) as z.ZodType<Record<string, string>>;
  const isRead = accepts !== undefined && accepts.isStreamed !== true;
  return async (request, response) => {
    const checked = path ? checkParameters(path, request.params) : {};
    const isAsked = query !== undefined || request.url.includes('?');
    const asked = isAsked ? checkParameters(parameters, request.query) : {};
    const mediaType = accepts === undefined ? '' : acceptedType(request, accepts.types);
    const body = isRead ? await readBody(request, response) : EMPTY;
    const { trace } = contextOf(request);
    const common = { request, response, trace, mediaType, body, bind: unbound };
    return { ...common, params: checked, query: asked, signal: () => departureOf(response) };
  };
}

async function carryOut(
  route: Route,
  { idempotency }: MountOptions,
  exchange: Exchange,
  principal: Principal | undefined,
): Promise<Answer | StreamAnswer> {
  if (route.scope === 'public') return route.handle(exchange);
  if (principal === undefined) throw new Error('a keyed route was reached by nobody');
  const word = idempotencyKeyOf(exchange.request.headers['idempotency-key']);
  if (word === undefined) return route.handle({ ...exchange, principal });
  if (route.isIdempotent !== true) throw badParameter('Idempotency-Key', 'is not honoured by this resource');
  const { request, mediaType, body, trace } = exchange;
  const fingerprint = fingerprintOf(request.method, request.originalUrl, mediaType, body);
  const slot = { principal: principal.name, key: word };
  return once({ idempotency, slot, fingerprint, trace }, async (bind) => {
    const answer = await route.handle({ ...exchange, principal, bind });
    if ('stream' in answer) throw new Error('a stream cannot be kept for an idempotency key');
    return answer;
  });
}
