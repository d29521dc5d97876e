import { checkpoint, leaf, type Checkpoint, type Leaf } from '@tallystick/chaincode/model';
import * as z from 'zod';
import type { Wanted } from './port.js';

/**
 * UNREACHABLE: no answer in time. NOT_KEPT: it has no checkpoint of that height, or retracted it. MALFORMED: what it sent is none. None of
 * these says anything about the ledger.
 */
export type MemberErrorCode = 'UNREACHABLE' | 'NOT_KEPT' | 'MALFORMED';

export class MemberError extends Error {
  override readonly name = 'MemberError';
  readonly code: MemberErrorCode;
  constructor(code: MemberErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Another member's gateway, asked for what it signed. Rejects with MemberError. */
export interface Member {
  /** The newest; RENEWED unless told otherwise. */
  latest(wanted?: Wanted): Promise<Checkpoint>;
  at(height: number): Promise<Checkpoint>;
  /** Leaves of its log from a position on; at most so many. */
  leaves(from: number, limit: number): Promise<readonly Leaf[]>;
}

const DEADLINE_MS = 5000;
const MOST_BYTES = 4 * 1024 * 1024;
const GONE: readonly number[] = [404, 410];
const page = z.object({ leaves: z.array(leaf).max(1000) });

async function read(response: Response, host: string): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new MemberError('MALFORMED', `${host} sends too much`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (cause) {
    throw new MemberError('MALFORMED', `${host} sends no JSON`, { cause });
  }
}

async function get<T>(base: string, path: string, schema: z.ZodType<T>, deadline: number): Promise<T> {
  const url = new URL(base);
  const { host } = url;
  const [pathname = '', search = ''] = path.split('?');
  url.pathname = `${url.pathname.replace(/\/$/, '')}${pathname}`;
  url.search = search;
  let body: unknown;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(deadline) });
    if (response.status !== 200) {
      await response.body?.cancel();
      const code = GONE.includes(response.status) ? 'NOT_KEPT' : 'UNREACHABLE';
      throw new MemberError(code, `${host} answered ${response.status}`);
    }
    body = await read(response, host);
  } catch (cause) {
    if (cause instanceof MemberError) throw cause;
    throw new MemberError('UNREACHABLE', `${host} cannot be reached`, { cause });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new MemberError('MALFORMED', `${host} sends something else than was asked for`);
  return parsed.data;
}

/** A member's gateway by its base URL. It is not trusted: bounded in time and bytes, not followed elsewhere, its form checked. */
export const newMember = (base: string, deadline: number = DEADLINE_MS): Member => ({
  latest: (wanted) =>
    get(base, `/checkpoints/latest${wanted === 'KEPT' ? '?kept=true' : ''}`, checkpoint, deadline),
  at: (height) => get(base, `/checkpoints/${height}`, checkpoint, deadline),
  leaves: async (from, limit) =>
    (await get(base, `/checkpoints/leaves?from=${from}&limit=${limit}`, page, deadline)).leaves,
});
