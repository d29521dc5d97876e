import type { Satisfaction } from '../report.js';
import type { Occasion } from './occasion.js';

/** Whether something holds, whether it may hold for all that is known, and the report that says so. */
export interface Judged<T> {
  readonly isCertain: boolean;
  readonly isPossible: boolean;
  readonly report: T;
}

export const satisfactionOf = (
  { isCertain, isPossible }: Pick<Judged<unknown>, 'isCertain' | 'isPossible'>,
  { behaviour }: Occasion,
): Satisfaction => ((behaviour === 'open' ? isPossible : isCertain) ? 'Satisfied' : 'Unsatisfied');
