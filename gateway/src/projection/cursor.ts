import { createHash } from 'node:crypto';
import { ProjectionError } from './port.js';

/** What a list was asked for. */
export interface Question {
  readonly kind: string;
  readonly where?: Readonly<Record<string, string>>;
  readonly before?: Readonly<Record<string, string>>;
}

const MARK = 8;

// A cursor taken to another question would silently skip its beginning, so it carries a mark of where it belongs. Instants are
// no part of it: "before now" is another instant on each page.
function markOf(key: string, { kind, where = {}, before = {} }: Question): string {
  const filters = Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1));
  const earlier = Object.keys(before).sort();
  return createHash('sha256')
    .update(JSON.stringify([key, kind, filters, ...(earlier.length > 0 ? [earlier] : [])]))
    .digest('base64url')
    .slice(0, MARK);
}

/** An opaque cursor: the list goes on after this key. */
export function writeCursor(key: string, question: Question): string {
  return Buffer.from(`${markOf(key, question)}${key}`).toString('base64url');
}

/** The key inside a cursor. Throws ProjectionError BAD_CURSOR for one that `writeCursor` did not make for this question. */
export function readCursor(cursor: string, question: Question): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8').slice(MARK);
  if (writeCursor(key, question) !== cursor) {
    throw new ProjectionError('BAD_CURSOR', 'The cursor does not belong to this list');
  }
  return key;
}
