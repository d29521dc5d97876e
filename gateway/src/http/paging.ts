import * as z from 'zod';
import type { Page } from '../projection/port.js';
import { json, type Answer } from './answer.js';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** Query parameters of every list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `must be 1 to ${MAX_LIMIT}`)
    .refine((text) => Number(text) <= MAX_LIMIT, `must be 1 to ${MAX_LIMIT}`)
    .optional(),
  /** Opaque; from the `Link` of the page before. */
  cursor: z.string().min(1).max(1000).optional(),
};

export const limitOf = (text: string | undefined): number =>
  text === undefined ? DEFAULT_LIMIT : Number(text);

/** The page, with a `Link` to the next one (RFC 8288) when there is one. `url` is the request's own. */
export function pageAnswer<T>(url: string, page: Page<T>, present: (item: T) => unknown): Answer {
  const body = { items: page.items.map(present), ...(page.next !== undefined && { next: page.next }) };
  if (page.next === undefined) return json(200, body);
  const [path = '', search] = url.split('?');
  const query = new URLSearchParams(search);
  query.set('cursor', page.next);
  return json(200, body, { link: `<${path}?${query.toString()}>; rel="next"` });
}
