import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after a number of milliseconds, or at once when the signal aborts; it never rejects. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** Full jitter (a random share of an exponentially growing bound), so that losers of one conflict do not meet again. */
export function jittered(attempt: number, base: number, most: number): number {
  return Math.random() * Math.min(most, base * 2 ** attempt);
}
