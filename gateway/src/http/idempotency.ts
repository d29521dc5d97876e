import { createHash } from 'node:crypto';
import { LedgerError } from '../ledger/port-errors.js';
import type { Idempotency, IdempotencySlot } from '../state/port.js';
import type { Answer } from './answer.js';
import { problemAnswer } from './error-handler.js';
import { badParameter, Problem } from './problem.js';
import { problemOf } from './problem-of.js';
import type { Bind } from './route.js';
import type { Trace } from './trace.js';

const HEADER = 'Idempotency-Key';
/** A string of RFC 8941, as the draft asks, or the bare word that most clients send. */
const KEY = /^(?:"([!#-[\]-~ ]{1,255})"|([!#-[\]-~]{1,255}))$/;

/** The key of a request, or `undefined` when none was sent. Throws Problem MALFORMED. */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const found = typeof header === 'string' ? KEY.exec(header) : null;
  const key = found?.[1] ?? found?.[2];
  if (key === undefined) throw badParameter(HEADER, 'must be one string of 1 to 255 printable characters');
  return key;
}

/** Digest over what makes two requests the same: method, path with query, media type and body bytes. */
export function fingerprintOf(method: string, url: string, mediaType: string, body: Uint8Array): string {
  return createHash('sha256').update(`${method} ${url}\n${mediaType}\n`).update(body).digest('hex');
}

interface Once {
  readonly idempotency: Idempotency;
  readonly slot: IdempotencySlot;
  readonly fingerprint: string;
  readonly trace: Trace;
}

/**
 * Carry a request out at most once per principal and key (draft-ietf-httpapi-idempotency-key-header-07): the same request gets
 * the stored answer again, another one with the same key 422, one that is still running 409.
 */
export async function once(options: Once, act: (bind: Bind) => Promise<Answer>): Promise<Answer> {
  const { idempotency, slot, fingerprint } = options;
  const verdict = await idempotency.begin(slot, fingerprint);
  switch (verdict.state) {
    case 'REPLAY': {
      const { status, headers, body } = verdict.response;
      return { status, headers: { ...headers, 'idempotency-replayed': 'true' }, body };
    }
    case 'MISMATCH':
      throw new Problem('IDEMPOTENCY_KEY_REUSED');
    case 'IN_FLIGHT':
      throw new Problem('IDEMPOTENCY_KEY_IN_USE');
    case 'NEW':
      return carryOut(options, act);
  }
}

async function carryOut(options: Once, act: (bind: Bind) => Promise<Answer>): Promise<Answer> {
  const { idempotency, slot } = options;
  let isBound = false;
  const bind: Bind = async (txId, transaction) => {
    await idempotency.bind(slot, txId, transaction);
    isBound = true;
  };
  let answer: Answer;
  try {
    answer = await act(bind);
  } catch (error) {
    await settleFailure(options, isBound, error);
    throw error;
  }
  await keep(options, answer);
  return answer;
}

/**
 * A failure frees the key when nothing was sent or the same request made anew is safe; it is stored when it is final; and
 * when nobody can say what happened, the key stays taken until the transaction has been looked up at the next start.
 */
async function settleFailure(options: Once, isBound: boolean, error: unknown): Promise<void> {
  const { idempotency, slot, trace } = options;
  const problem = problemOf(error);
  if (!isBound) await idempotency.free(slot);
  else if (!isOutcomeKnown(problem)) return;
  else if (problem.isRetryable) await idempotency.free(slot);
  else await keep(options, problemAnswer(problem, trace));
}

const isOutcomeKnown = ({ options: { cause } }: Problem): boolean =>
  cause instanceof LedgerError && cause.code !== 'OUTCOME_UNKNOWN' && cause.code !== 'CLOSED';

async function keep({ idempotency, slot }: Once, { status, headers = {}, body = '' }: Answer): Promise<void> {
  if (typeof body !== 'string') throw new Error('an idempotent answer is text');
  await idempotency.finish(slot, { status, headers, body });
}
