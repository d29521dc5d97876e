import { setTimeout as pause } from 'node:timers/promises';
import { backOff } from '../workers/retries.js';
import { LedgerError, LedgerOverloaded, OutcomeUnknown } from './port-errors.js';
import { submitWithRetry } from './port-retry.js';
import type { Committed, Ledger, Outcome, Submission } from './port.js';

/** Where a transaction was committed. */
type Receipt = Pick<Committed, 'txId' | 'blockNumber'>;

export interface Patience {
  /** How often a transaction is made anew, and how often an unknown outcome is looked up. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled with each, up to a hundred times this. */
  readonly pause: number;
}

/**
 * Submit a transaction that nobody is waiting for, until its outcome is known or patience ends. Only for transactions that the
 * ledger takes once. @throws LedgerError of the last attempt
 */
export async function submitPersistently(
  ledger: Ledger,
  submission: Submission,
  patience: Patience,
  signal?: AbortSignal,
): Promise<Receipt> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await submitWithRetry(ledger, submission, signal && { signal });
    } catch (error) {
      const receipt = error instanceof OutcomeUnknown && (await lookUp(ledger, error, patience, signal));
      if (receipt) return receipt;
      if (!isWorthAnother(error) || failures >= patience.attempts) throw error;
      await pause(pauseAfter(error, failures, patience), undefined, signal && { signal });
    }
  }
}

const isWorthAnother = (error: unknown): boolean =>
  error instanceof LedgerError && (error.isRetryable || error.code === 'OUTCOME_UNKNOWN');

const pauseAfter = (error: unknown, failures: number, patience: Patience): number =>
  error instanceof LedgerOverloaded ? error.retryAfterSeconds * 1000 : backOff(failures, patience.pause);

/**
 * `undefined` when the transaction turned out invalid, so that a new one is safe. Rethrows while nobody knows. A look that no peer answers
 * tells as little as one that finds nothing: what made the outcome unknown, a peer that restarts, often keeps the first looks from being answered.
 */
async function lookUp(
  ledger: Ledger,
  error: OutcomeUnknown,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<Receipt | undefined> {
  const { txId } = error;
  for (let looks = 1; ; looks += 1) {
    await pause(backOff(looks, patience.pause), undefined, signal && { signal });
    const outcome = await ledger.outcome(txId).catch(unansweredIsUnknown);
    if (outcome.state === 'VALID') return { txId, blockNumber: outcome.blockNumber };
    if (outcome.state === 'INVALID') return undefined;
    if (looks >= patience.attempts) throw error;
  }
}

function unansweredIsUnknown(error: unknown): Outcome {
  if (error instanceof LedgerError && error.isRetryable) return { state: 'UNKNOWN' };
  throw error;
}
