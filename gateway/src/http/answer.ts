import type { ServerResponse } from 'node:http';

/** What a handler answers, as a value: it can be stored under an idempotency key and sent again. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An answer that is sent as it comes into being. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: AsyncIterable<Uint8Array>;
  /** How many bytes it has; announced as Content-Length, and held to. */
  readonly bytes: bigint;
  /** Aborted when nothing more of it may be sent: the connection is then destroyed, also while the client does not read. */
  readonly ending?: AbortSignal;
}

export const JSON_TYPE = 'application/json';
export const PROBLEM_TYPE = 'application/problem+json';

/** An answer whose body is JSON text already. It is not kept by caches unless its headers say otherwise. */
export function jsonText(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...headers }, body };
}

export const json = (status: number, body: unknown, headers?: Readonly<Record<string, string>>): Answer =>
  jsonText(status, JSON.stringify(body), headers);

export const noContent: Answer = { status: 204, headers: { 'cache-control': 'no-store' } };

/** Write an answer. HEAD requests get the headers only (Node leaves the body out). */
export function send(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  const isBodyless = status === 204 || status === 304;
  response.writeHead(status, {
    ...headers,
    ...(!isBodyless && { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(isBodyless ? undefined : body);
}
