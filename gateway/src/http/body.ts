import express, { type Request, type RequestHandler, type Response } from 'express';
import { Problem } from './problem.js';

/** Reads one request body into memory, up to a limit. */
export type BodyReader = (request: Request, response: Response) => Promise<Uint8Array>;

const EMPTY = new Uint8Array(0);

/** Promise over a middleware that either calls `next` or fails. */
export function settled(middleware: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void middleware(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('a middleware failed', { cause: error }));
    });
  });
}

/**
 * Bodies of at most `limit` bytes. Compressed ones are refused (415): a kilobyte could unfold into a gigabyte.
 * @throws Problem and http-errors of body-parser (`problemOf` knows them)
 */
export function newBodyReader(limit: number): BodyReader {
  const raw = express.raw({ limit, type: () => true, inflate: false });
  return async (request, response) => {
    await settled(raw, request, response).catch((error: unknown) => Promise.reject(withLimit(error, limit)));
    return request.body instanceof Uint8Array ? request.body : EMPTY;
  };
}

/** A body that is too large is refused with the number of bytes that is not. */
const withLimit = (error: unknown, most: number): Error => {
  const cause = error as Error & { readonly type?: unknown };
  return cause.type === 'entity.too.large'
    ? new Problem('BODY_TOO_LARGE', { cause, facts: { limit: 'body', most } })
    : cause;
};

/** Media type of a body without parameters, lower case. A charset other than UTF-8 counts as none of ours. */
function mediaTypeOf(header: string | undefined): string {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return charset === undefined || /^charset="?utf-8"?$/.test(charset) ? type : '';
}

/**
 * The one of `accepted` that the body is sent as.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE with `Accept-Post` (W3C Linked Data Platform, 7.1)
 */
export function acceptedType<T extends string>(request: Request, accepted: readonly T[]): T {
  const type = mediaTypeOf(request.headers['content-type']);
  const found = accepted.find((one) => one === type);
  if (found === undefined) {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', {
      detail: `Send the body as ${accepted.join(' or ')}.`,
      headers: { 'accept-post': accepted.join(', ') },
    });
  }
  return found;
}
