import { json, type Answer } from './answer.js';

/** Strong ETag of a projected record: the transaction that last wrote it. */
export const etagOf = ({ blockNumber, txIndex }: { blockNumber: bigint; txIndex: number }): string =>
  `"${blockNumber.toString()}.${txIndex}"`;

/** True when `If-None-Match` names the tag (RFC 9110, 13.1.2: weak comparison). */
export function isMatch(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** JSON with its ETag, or 304 when the client has it. Caches may keep it, and must ask each time. */
export function conditional(
  ifNoneMatch: string | undefined,
  etag: string,
  body: () => unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const cached = { etag, 'cache-control': 'private, no-cache', vary: 'Authorization', ...headers };
  return isMatch(ifNoneMatch, etag) ? { status: 304, headers: cached } : json(200, body(), cached);
}
