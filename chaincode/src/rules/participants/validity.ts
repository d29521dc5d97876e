import { refuseUnless, type Instant } from '../../model/index.js';
import { isAhead } from '../rule.js';
import type { Caller } from '../caller.js';

/** Refuse a certificate that has expired already, or is valid for more than some calendar years from now. */
export function refuseValidity(validUntil: Instant, caller: Caller, years: number): void {
  const latest = yearsAfter(caller.time, years);
  const isAcceptable = isAhead(validUntil, caller) && validUntil <= latest;
  refuseUnless(isAcceptable, 'PERIOD_INVALID', { validUntil, latest });
}

/**
 * The same day of a later year, as text that only serves as a bound: instants order as their text does, and
 * 29 February of a common year still falls between 28 February and 1 March.
 */
function yearsAfter(instant: Instant, years: number): string {
  const year = Number(instant.slice(0, 4)) + years;
  return `${year.toString().padStart(4, '0')}${instant.slice(4)}`;
}
