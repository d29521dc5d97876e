import {
  refuseUnless,
  type Grant,
  type Id,
  type Obligation,
  type Policy,
  type Unstamped,
} from '../../model/index.js';
import { dutiesOf, dutyPlaces, isTiming, type PlannedDuty } from '../../policy/index.js';

/** Which time a duty is done: for which use, or in which period. */
export interface Occurrence {
  readonly usage?: Id<'usage'> | undefined;
  readonly period?: number | undefined;
}

/** Members of an obligation's name, without those that do not apply. */
export const namedBy = ({ usage, period }: Occurrence): Pick<Unstamped<Obligation>, 'usage' | 'period'> => ({
  ...(usage !== undefined && { usage }),
  ...(period !== undefined && { period }),
});

/** A consequence or a remedy: it falls due by a breach, and is of no account before. */
export const isFollowUp = ({ pointer }: PlannedDuty): boolean => /\/(?:consequence|remedy)\//.test(pointer);

/** Pointers of the duties that are bound to a condition. When one is to be done is no condition of it. */
export const conditionalDuties = (policy: Policy): ReadonlySet<string> =>
  new Set(
    dutyPlaces(policy)
      .filter(({ duty }) => (duty.constraint ?? []).some((of) => !isTiming(of)))
      .map(({ pointer }) => pointer),
  );

/** A duty that has an obligation on the ledger; of the others the ledger itself sees whether they are kept. */
export const isOwed = (plan: PlannedDuty): boolean =>
  plan.kind === 'BEFORE' || plan.kind === 'AFTER' || isFollowUp(plan);

/** The plan of a duty; refused with DUTY_NOT_FOUND when the grant's policy has none there, or none that is owed. */
export function needPlan({ id: grantId, terms }: Grant, duty: string): PlannedDuty {
  const plan = dutiesOf(terms.enforced).find(({ pointer }) => pointer === duty);
  refuseUnless(plan !== undefined && isOwed(plan), 'DUTY_NOT_FOUND', { grantId, duty });
  return plan;
}
