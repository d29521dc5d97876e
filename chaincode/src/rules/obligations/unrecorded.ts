import { refuseUnless, type Grant, type Instant } from '../../model/index.js';
import type { PlannedDuty } from '../../policy/index.js';
import { afterSpan, periodStart } from './period.js';
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

/**
 * When a recurring duty was to be done at the latest: by the end of its period, or so long after it as the policy says.
 * `undefined` for one that only precedes uses.
 */
export function dueInPeriod(
  { activatedAt }: Grant,
  { kind, every, due }: PlannedDuty,
  { period }: Occurrence,
): Instant | undefined {
  if (kind === 'BEFORE' || every === undefined || period === undefined || activatedAt === undefined)
    return undefined;
  const end = periodStart(activatedAt, every, period + 1);
  return end !== undefined && due !== undefined && 'after' in due ? afterSpan(end, due.after) : end;
}
