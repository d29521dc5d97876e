import { descriptors, keys, obligationId, refuseUnless, type Grant, type Id } from '../../model/index.js';
import { creditorOf } from '../grants/parties.js';
import type { Ledger } from '../ledger.js';
import { dutiesOf, type PlannedDuty } from '../../policy/index.js';
import { capacitiesIn, imposers, needCapacity, partiesOf } from '../powers/index.js';
import { accept, rule } from '../rule.js';
import { openBreaches } from './breaches.js';
import { dueObligation, writeObligation } from './making.js';
import type { Occurrence } from './plan.js';

/**
 * The finding of a regulator that is no party: a prohibition was violated after the key was out, which no gate sees. Until
 * the remedies are done they stand as breaches, and stop further uses.
 */
export const imposeRemedies = rule(descriptors.obligations.Impose, async (request, ledger, caller) => {
  const { grant: grantId, prohibition, reason } = request;
  const capacities = await capacitiesIn(ledger, caller, { parties: () => partiesOf(ledger, grantId) });
  needCapacity(capacities, imposers('remedyImposed'), 'NOT_REGULATOR', { grantId });
  const { rulebook } = await ledger.need(keys.space());
  const grant = await ledger.need(keys.grant(grantId));
  const provider = await creditorOf(ledger, grant);
  const { id, state: from, activatedAt } = grant;
  refuseUnless(activatedAt !== undefined, 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
  const plans = remediesOf(grant, prohibition);
  const occurrence = await nextOccurrence(ledger, grantId, plans);
  const debt = { grant, provider, rulebook, since: caller.time };
  const breach = { at: caller.time, by: caller.participant, reason };
  const obligations = plans.map(({ pointer }) => obligationId(grantId, pointer, occurrence));
  return accept(
    [
      ...plans.map((plan) => writeObligation({ ...dueObligation(plan, debt, occurrence), breach })),
      await openBreaches(ledger, grantId, obligations),
    ],
    { name: 'obligation.imposed', grantId },
    { grant: grantId, obligations },
  );
});

function remediesOf({ id: grantId, terms }: Grant, prohibition: number): readonly PlannedDuty[] {
  const under = `/prohibition/${prohibition}/remedy/`;
  const plans = dutiesOf(terms.enforced).filter(({ pointer }) => pointer.startsWith(under));
  refuseUnless(plans.length > 0, 'DUTY_NOT_FOUND', { grantId, prohibition });
  return plans;
}

/** The first finding has no number; those after it are counted from 1. Remedies of one stand and fall together. */
async function nextOccurrence(
  ledger: Ledger,
  grant: Id<'grant'>,
  [first]: readonly PlannedDuty[],
): Promise<Occurrence> {
  if (first === undefined) throw new Error('a finding has a remedy');
  for (let found = 0; ; found += 1) {
    const occurrence = found === 0 ? {} : { period: found };
    const id = obligationId(grant, first.pointer, occurrence);
    if ((await ledger.get(keys.obligation(id))) === undefined) return occurrence;
  }
}
