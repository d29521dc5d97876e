import { instantOf, millisOf, type Instant } from '../../model/index.js';
import { addDuration, durationOf } from '../../policy/index.js';

/** The last instant there is: what falls due later than any text can say falls due then. */
const NEVER = '9999-12-31T23:59:59.999Z';

/** Periods are counted to here, as an obligation’s name can. */
const MAX_PERIOD = 100_000;

/** The instant an xsd:duration after another. */
export const afterSpan = (since: Instant, span: string): Instant => periodStart(since, span, 1) ?? NEVER;

/**
 * Beginning of a period, from 0. Counted from the first one and not from the one before, so that months which begin on
 * the 31st do not drift to the 28th. `undefined` beyond the instants there are.
 */
export function periodStart(first: Instant, every: string, period: number): Instant | undefined {
  const duration = durationOf(every);
  if (duration === undefined) return undefined;
  const whole = { months: duration.months * period, millis: duration.millis * period };
  const start = Number.isSafeInteger(whole.millis) ? addDuration(millisOf(first), whole) : undefined;
  return start === undefined ? undefined : instantOf(start);
}

/** The period that an instant lies in, halving the range of those it can be. */
export function periodAt(first: Instant, every: string, at: Instant): number {
  let [low, high] = [0, MAX_PERIOD];
  while (low < high) {
    const middle = (low + high + 1 - ((low + high + 1) % 2)) / 2;
    const start = periodStart(first, every, middle);
    if (start !== undefined && start <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
