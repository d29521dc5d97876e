import {
  addSeconds,
  keys,
  obligationId,
  type Grant,
  type Instant,
  type Rulebook,
} from '../../model/index.js';
import type { Ledger } from '../ledger.js';
import { dutiesOf, type PlannedDuty } from '../../policy/index.js';
import { dueOf } from './making.js';
import { afterSpan, periodAt } from './period.js';
import { isFollowUp } from './plan.js';
import { dueInPeriod } from './unrecorded.js';

/** A duty that an accepted grant, or a use of it, leaves to be done: what the consumer may still owe when the grant is over. */
const outlasts = (plan: PlannedDuty): boolean => plan.kind === 'AFTER' || isFollowUp(plan);

/** Whether the consumer of a grant owes anything beyond its end. */
export const leavesDuties = ({ terms }: Pick<Grant, 'terms'>): boolean =>
  dutiesOf(terms.enforced).some(outlasts);

/**
 * Whether nothing is owed under a grant any more: it is over, the last of its duties fell due so long ago that a creditor had the time in
 * which a receipt must be matched to have it found not done, and nothing found so is open. No list of the uses is needed for that.
 */
export async function isSettled(
  ledger: Ledger,
  grant: Grant,
  rulebook: Rulebook,
  at: Instant,
): Promise<boolean> {
  const { id, terms, endedAt } = grant;
  const over = endedAt ?? (terms.term.until <= at ? terms.term.until : undefined);
  if (over === undefined) return false;
  const plans = dutiesOf(terms.enforced).filter((plan) => outlasts(plan) && !isFollowUp(plan));
  const last = plans.map((plan) => lastDue(plan, grant, rulebook, over)).reduce(later, over);
  if (at <= addSeconds(last, rulebook.matchWithin)) return false;
  const [breaches, ...recorded] = await Promise.all([
    ledger.get(keys.breaches(id)),
    ...plans.map(({ pointer }) => ledger.get(keys.obligation(obligationId(id, pointer)))),
  ]);
  return (breaches?.open.length ?? 0) === 0 && recorded.every((obligation) => obligation?.state !== 'DUE');
}

const later = (one: Instant, other: Instant): Instant => (one > other ? one : other);

/** When a duty falls due at the latest, for a use just before the end, or in the period that the end lies in. */
function lastDue(plan: PlannedDuty, grant: Grant, rulebook: Rulebook, over: Instant): Instant {
  const { every, due } = plan;
  if (every !== undefined && grant.activatedAt !== undefined) {
    const period = periodAt(grant.activatedAt, every, over);
    return dueInPeriod(grant, plan, { period }) ?? over;
  }
  if (due !== undefined && 'after' in due) return afterSpan(over, due.after);
  return dueOf(plan, { grant, provider: grant.provider, rulebook, since: over }) ?? over;
}
