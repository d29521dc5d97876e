import type { Satisfaction } from '../report.js';
import type { Occasion } from './occasion.js';
import type { Truth } from './truth.js';

/**
 * What can be said of something: whether it holds when all that cannot be told is taken for false (closed world), whether
 * it holds however that turns out, whether it may hold. The first two differ where exactly one of several is to hold: one
 * that holds beside one that cannot be told is exactly one in the closed world only.
 */
export interface Outlook {
  readonly isSatisfied: boolean;
  readonly isCertain: boolean;
  readonly isPossible: boolean;
}

/** An outlook and the report that says so. */
export interface ReportedOutlook<T> extends Outlook {
  readonly report: T;
}

export const satisfactionOf = ({ isSatisfied, isPossible }: Outlook, { behaviour }: Occasion): Satisfaction =>
  (behaviour === 'open' ? isPossible : isSatisfied) ? 'Satisfied' : 'Unsatisfied';

export const outlookOf = (truth: Truth): Outlook => ({
  isSatisfied: truth === true,
  isCertain: truth === true,
  isPossible: truth !== false,
});

/** Outlook of several things that must all hold. */
export const allHold = (parts: readonly Outlook[]): Outlook => ({
  isSatisfied: parts.every(({ isSatisfied }) => isSatisfied),
  isCertain: parts.every(({ isCertain }) => isCertain),
  isPossible: parts.every(({ isPossible }) => isPossible),
});
