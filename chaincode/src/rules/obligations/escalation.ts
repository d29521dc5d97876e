import {
  descriptors,
  heldAs,
  keys,
  obligationId,
  refuseUnless,
  type Grant,
  type Obligation,
  type Unstamped,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { currentClaim } from '../claims/in-force.js';
import { lineageOf } from '../grants/lineage.js';
import { creditorOf } from '../grants/parties.js';
import { refuseHeld } from '../holds/index.js';
import type { Ledger } from '../ledger.js';
import { dutiesOf, type PlannedDuty } from '../../policy/index.js';
import { accept, rule } from '../rule.js';
import { openBreaches } from './breaches.js';
import { dueObligation, makeDue, writeObligation, type Debt } from './making.js';
import { needPlan, type Occurrence } from './plan.js';
import { dueInPeriod, refuseUnrecorded } from './unrecorded.js';

/** Overdue follows from time for everyone to see; this writes it down, stops further uses, and lets the consequences fall due. */
export const escalateObligation = rule(
  descriptors.obligations.Escalate,
  async ({ grant: grantId, duty, ...occurrence }, ledger, caller) => {
    const grant = await ledger.need(keys.grant(grantId));
    const plan = needPlan(grant, duty);
    const [space, provider] = await Promise.all([ledger.need(keys.space()), creditorOf(ledger, grant)]);
    const debt: Debt = { grant, provider, rulebook: space.rulebook, since: caller.time };
    const overdue = await needOverdue(ledger, plan, debt, occurrence);
    refuseEarly(overdue, caller);
    await refuseKept(ledger, plan, debt);
    const { id } = overdue;
    const breach = { at: caller.time, by: caller.participant };
    return accept(
      [
        writeObligation({ ...overdue, state: 'BREACHED', breach }),
        await openBreaches(ledger, grantId, [id]),
        ...makeDue(consequencesOf(grant, plan), debt, occurrence),
      ],
      { name: 'obligation.breached', obligationId: id, grantId },
      { obligationId: id, state: 'BREACHED' },
    );
  },
);

type Due = Unstamped<Obligation>;

/** The obligation on record, or one of a period that passed without a record. */
async function needOverdue(
  ledger: Ledger,
  plan: PlannedDuty,
  debt: Debt,
  occurrence: Occurrence,
): Promise<Due> {
  const { grant } = debt;
  const recorded = await ledger.get(keys.obligation(obligationId(grant.id, plan.pointer, occurrence)));
  if (recorded !== undefined) return recorded;
  refuseUnrecorded(grant, plan, occurrence);
  const due = dueInPeriod(grant, plan, occurrence);
  refuseUnless(due !== undefined, 'NOT_OVERDUE', { grantId: grant.id, duty: plan.pointer });
  const { state: from } = grant;
  const isOpen = from === 'ACTIVE' || from === 'SUSPENDED';
  refuseUnless(isOpen, 'ILLEGAL_STATE', { id: grant.id, from, to: 'ACTIVE' });
  return { ...dueObligation(plan, debt, occurrence), due };
}

function refuseEarly({ id, state, due }: Due, { time }: Caller): void {
  refuseUnless(state === 'DUE', 'ILLEGAL_STATE', { id, from: state, to: 'BREACHED' });
  refuseUnless(due !== undefined && time > due, 'NOT_OVERDUE', { id, due: due ?? null });
}

/** Nobody breaks a duty by obeying a court: while a hold forbids deletion, what was not deleted is not found so. */
async function refuseKept(ledger: Ledger, { action }: PlannedDuty, { grant, since }: Debt): Promise<void> {
  if (action !== 'delete') return;
  const [lineage, claim] = await Promise.all([lineageOf(ledger, grant), currentClaim(ledger, grant.claim)]);
  const subjects = [grant.dataset, heldAs(claim), ...lineage.map(({ id }) => id)];
  await refuseHeld(ledger, subjects, 'NO_DELETION', since);
}

const consequencesOf = ({ terms }: Grant, { consequences }: PlannedDuty): readonly PlannedDuty[] =>
  dutiesOf(terms.enforced).filter(({ pointer }) => consequences.includes(pointer));
