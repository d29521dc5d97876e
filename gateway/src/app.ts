import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { problemsOf } from './feature/problems.js';
import type { Feature } from './feature/feature.js';
import { jsonText } from './http/answer.js';
import { byApiKey } from './http/authentication.js';
import { newBodyReader } from './http/body.js';
import { contextOf, openContext } from './http/context.js';
import { newErrorHandler } from './http/error-handler.js';
import { mount } from './http/mount.js';
import { openApi } from './http/openapi.js';
import { Problem } from './http/problem.js';
import { newRateLimit } from './http/rate-limit.js';
import type { Route } from './http/route.js';
import { traceOf } from './http/trace.js';
import { allRoutes, type Ports } from './routes/index.js';
import type { Idempotency } from './state/port.js';

export interface AppDependencies {
  readonly ports: Ports;
  readonly features: readonly Feature[];
  readonly idempotency: Idempotency;
  readonly log: Logger;
  /** Requests of one principal a minute. */
  readonly rateLimit: number;
  /** True from the moment on when the process has been told to stop. */
  readonly isDraining: () => boolean;
}

/** The app of one gateway, without a port to listen on. */
export function createApp({
  ports,
  features,
  idempotency,
  log,
  rateLimit,
  isDraining,
}: AppDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(newRequestContext(log, isDraining));
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"] } } }));
  app.use(
    mount(routesOf(ports, features), {
      authentication: byApiKey(ports.apiKeys),
      idempotency,
      readBody: newBodyReader(ports.bodyLimit),
      rateLimit: newRateLimit(rateLimit, (request) => contextOf(request).principal?.name),
    }),
  );
  app.use(() => {
    throw new Problem('NOT_FOUND');
  });
  app.use(newErrorHandler(log));
  return app;
}

function newRequestContext(log: Logger, isDraining: () => boolean): RequestHandler {
  return (request, response, next) => {
    const { trace } = openContext(request, response, traceOf(request.headers));
    // A client that keeps its connection would go on sending here instead of to the gateway that takes over.
    if (isDraining()) response.setHeader('connection', 'close');
    if (log.isLevelEnabled('debug')) {
      const { method, path } = request;
      response.once('close', () =>
        log.debug({ requestId: trace.requestId, method, path, status: response.statusCode }, 'answered'),
      );
    }
    next();
  };
}

/** Every route, and the one that describes them all. */
export function routesOf(ports: Ports, features: readonly Feature[]): readonly Route[] {
  const routes: Route[] = allRoutes(ports, features);
  let text: string | undefined;
  routes.push({
    method: 'get',
    path: '/openapi.json',
    scope: 'public',
    doc: {
      tag: 'health',
      summary: 'This description.',
      responses: { 200: { description: 'OpenAPI 3.1.', schema: { jsonSchema: { type: 'object' } } } },
    },
    handle: () =>
      Promise.resolve(
        jsonText(200, (text ??= JSON.stringify(openApi(routes, Object.values(problemsOf(features))))), {
          'cache-control': 'no-cache',
        }),
      ),
  });
  return routes;
}
