import {
  addSeconds,
  keys,
  obligationId,
  type Grant,
  type Id,
  type Instant,
  type Obligation,
  type Rulebook,
  type Unstamped,
} from '../../model/index.js';
import { write, type Write } from '../ledger.js';
import type { PlannedDuty } from '../../policy/index.js';
import { afterSpan } from './period.js';
import { namedBy, type Occurrence } from './plan.js';

/** What an obligation is made from, besides the duty itself. */
export interface Debt {
  readonly grant: Grant;
  /** Who stands on the provider's side at the time: behind the root of the line that the grant descends from. */
  readonly provider: Id<'participant'>;
  readonly rulebook: Rulebook;
  /** The use, the acceptance or the breach it follows from. */
  readonly since: Instant;
}

/** The participant whose component states that a duty was done. */
export function attesterOf(
  { attester }: PlannedDuty,
  { grant, provider }: Pick<Debt, 'grant' | 'provider'>,
): Id<'participant'> {
  if (attester === 'CONSUMER') return grant.consumer;
  return attester === 'PROVIDER' ? provider : attester;
}

/**
 * A duty without a deadline of its own has the one of the rulebook, within which a receipt must be matched. One that only precedes uses has
 * none: as long as it is not done, there is no use.
 */
export function dueOf({ due, kind }: PlannedDuty, { since, rulebook }: Debt): Instant | undefined {
  if (due === undefined) return kind === 'BEFORE' ? undefined : addSeconds(since, rulebook.matchWithin);
  return 'at' in due ? due.at : afterSpan(since, due.after);
}

/** An obligation as it falls due. The consumer owes it; its creditor, where it has one, states that it was done. */
export function dueObligation(
  plan: PlannedDuty,
  debt: Debt,
  occurrence: Occurrence,
): Unstamped<Obligation> & { readonly state: 'DUE' } {
  const due = dueOf(plan, debt);
  return {
    id: obligationId(debt.grant.id, plan.pointer, occurrence),
    state: 'DUE',
    grant: debt.grant.id,
    duty: plan.pointer,
    ...namedBy(occurrence),
    action: plan.action,
    debtor: debt.grant.consumer,
    attester: attesterOf(plan, debt),
    ...(due !== undefined && { due }),
  };
}

export const writeObligation = (obligation: Unstamped<Obligation>): Write =>
  write(keys.obligation(obligation.id), obligation);

export const makeDue = (
  plans: readonly PlannedDuty[],
  debt: Debt,
  occurrence: Occurrence = {},
): readonly Write[] => plans.map((plan) => writeObligation(dueObligation(plan, debt, occurrence)));
