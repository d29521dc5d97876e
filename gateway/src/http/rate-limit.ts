import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from './problem.js';

const WINDOW_MS = 60_000;

/**
 * At most `perMinute` requests of one principal a minute, counted in this process; requests without a key count by address.
 * Throws (through `next`) Problem RATE_LIMITED; `Retry-After` and the RateLimit headers are set by the library.
 */
export function newRateLimit(
  perMinute: number,
  principalOf: (request: Request, response: Response) => string | undefined,
): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    // Principals and addresses must not be able to stand for one another.
    keyGenerator: (request, response) => {
      const principal = principalOf(request, response);
      return principal === undefined ? `ip ${ipKeyGenerator(request.ip ?? '')}` : `key ${principal}`;
    },
    handler: (_request, _response, next) => next(new Problem('RATE_LIMITED')),
  });
}
