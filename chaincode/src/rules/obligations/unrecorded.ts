import { refuseUnless, type Grant, type Instant } from '../../model/index.js';
import type { PlannedDuty } from '../policy/index.js';
import { periodStart } from './period.js';
import { isFollowUp, type Occurrence } from './plan.js';

/**
 * Refuse an obligation that ought to be on record and is not. One that precedes uses is nobody's debt until it is done;
 * one that recurs is owed in every period of the grant's term, counted from its activation, whether it is used or not.
 */
export function refuseUnrecorded(grant: Grant, plan: PlannedDuty, { usage, period }: Occurrence): void {
  const isStanding = (plan.kind === 'BEFORE' || plan.every !== undefined) && !isFollowUp(plan);
  const isNamed = usage === undefined && (period !== undefined) === (plan.every !== undefined);
  refuseUnless(isStanding && isNamed && isInTerm(grant, plan, period), 'DUTY_NOT_FOUND', {
    grantId: grant.id,
    duty: plan.pointer,
    usage: usage ?? null,
    period: period ?? null,
  });
}

function isInTerm(
  { activatedAt, terms }: Grant,
  { every }: PlannedDuty,
  period: number | undefined,
): boolean {
  if (activatedAt === undefined) return false;
  if (every === undefined || period === undefined) return true;
  const start = periodStart(activatedAt, every, period);
  return start !== undefined && start < terms.term.until;
}

/** End of the period in which a recurring duty had to be done; `undefined` for one that only precedes uses. */
export function dueInPeriod(
  { activatedAt }: Grant,
  { kind, every }: PlannedDuty,
  { period }: Occurrence,
): Instant | undefined {
  if (kind === 'BEFORE' || every === undefined || period === undefined) return undefined;
  return activatedAt && periodStart(activatedAt, every, period + 1);
}
