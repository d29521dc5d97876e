import { jittered, pause } from './pause.js';
import {
  LedgerConflict,
  LedgerError,
  LedgerInvalid,
  LedgerUnavailable,
  OutcomeUnknown,
} from './port-errors.js';
import type { Committed, Ledger, Outcome, Prepared, Submission } from './port.js';

export interface RetryOptions {
  /** Transactions made at most, and look-ups and resubmissions of one transaction at most. */
  readonly attempts?: number;
  /** Milliseconds for which endorsers that are not ready, and orderers that do not answer, are asked again, whatever the attempts. */
  readonly patience?: number;
  /** Called and awaited with each transaction id before anything of it is sent, so that it can be written down. */
  readonly onPrepared?: (txId: string) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

const ATTEMPTS = 6;
const PATIENCE = 10_000;
const BASE_PAUSE = 40;
const LONGEST_PAUSE = 1500;

function toCommitted(txId: string, outcome: Exclude<Outcome, { state: 'UNKNOWN' }>): Committed {
  if (outcome.state === 'VALID') return { txId, blockNumber: outcome.blockNumber, result: outcome.result };
  if (outcome.code === 'MVCC_READ_CONFLICT' || outcome.code === 'PHANTOM_READ_CONFLICT') {
    throw new LedgerConflict(outcome.code, 'Another transaction changed what this one had read', { txId });
  }
  throw new LedgerInvalid(outcome.code, { txId });
}

/** Nothing has been ordered, or nobody knows: in both cases the very same transaction may go again, after a look. */
const isSameAgain = (error: unknown): error is LedgerUnavailable | OutcomeUnknown =>
  error instanceof LedgerUnavailable || (error instanceof OutcomeUnknown && error.stage === 'ORDERING');

/** Discovery has no plan yet, or an endorser is away: passes by itself after a start, within 25 s at Fabric's default gossip timers. */
const isUnready = (error: unknown): boolean =>
  error instanceof LedgerError && error.code === 'NOT_ENDORSED' && error.isRetryable;

/** Final for this transaction, so a new one cannot take effect twice. */
const isNewNeeded = (error: unknown): boolean => error instanceof LedgerConflict || isUnready(error);

interface Attempt {
  /** Unix milliseconds until which orderers are asked again. */
  readonly readyBy: number;
  readonly ledger: Ledger;
  readonly prepared: Prepared;
  readonly attempts: number;
  readonly signal: AbortSignal | undefined;
}

/** `undefined` once a peer has answered that the transaction is in no block; while none answers, nothing may be repeated. */
async function lookUp(attempt: Attempt, doubt: OutcomeUnknown): Promise<Committed | undefined> {
  const { ledger, prepared, attempts, signal } = attempt;
  for (let count = 1; ; count += 1) {
    const outcome = await ledger.outcome(prepared.txId).catch(() => undefined);
    if (outcome !== undefined)
      return outcome.state === 'UNKNOWN' ? undefined : toCommitted(prepared.txId, outcome);
    if (count >= attempts || signal?.aborted === true) throw doubt;
    await pause(jittered(count, BASE_PAUSE, LONGEST_PAUSE), signal);
  }
}

function isEnough({ attempts, readyBy, signal }: Attempt, error: unknown, count: number): boolean {
  const mayWait = error instanceof OutcomeUnknown && Date.now() < readyBy;
  return signal?.aborted === true || (count >= attempts && !mayWait);
}

// One transaction to its end: its id makes repeating it harmless, but only after looking whether it is there already.
async function settle(attempt: Attempt): Promise<Committed> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt.prepared.submit(attempt.signal);
    } catch (error) {
      if (!isSameAgain(error)) throw error;
      await pause(jittered(count, BASE_PAUSE, LONGEST_PAUSE), attempt.signal);
      const found = error instanceof OutcomeUnknown ? await lookUp(attempt, error) : undefined;
      if (found !== undefined) return found;
      if (isEnough(attempt, error, count)) throw error;
    }
  }
}

/**
 * Submits until the outcome is known, as far as that is safe. A read conflict, differing endorsements and a missing plan are
 * final for their transaction: a new one is made on the new state, after a random pause. When the orderer's answer
 * is missing, a peer that can be reached looks the outcome up by the same id before the same transaction goes again. A commit status that does not
 * come in time is never retried: OutcomeUnknown goes to the caller, who answers 202 and asks later.
 * Throws the LedgerError of the last attempt.
 */
export async function submitWithRetry(
  ledger: Ledger,
  submission: Submission,
  { attempts = ATTEMPTS, patience = PATIENCE, onPrepared, signal }: RetryOptions = {},
): Promise<Committed> {
  const readyBy = Date.now() + patience;
  const isLast = (error: unknown, count: number): boolean =>
    signal?.aborted === true || (isUnready(error) ? Date.now() >= readyBy : count >= attempts);
  for (let count = 1; ; count += 1) {
    const prepared = ledger.prepare(submission);
    await onPrepared?.(prepared.txId);
    try {
      return await settle({ readyBy, ledger, prepared, attempts, signal });
    } catch (error) {
      if (!isNewNeeded(error) || isLast(error, count)) throw error;
      await pause(jittered(count, BASE_PAUSE, LONGEST_PAUSE), signal);
    }
  }
}
