import {
  descriptors,
  keys,
  obligationId,
  refuseUnless,
  type Grant,
  type Obligation,
} from '../../model/index.js';
import { obligationType } from '../../model/records/index.js';
import { needAttester } from '../attestations/trust.js';
import { creditorOf } from '../grants/parties.js';
import type { Ledger } from '../ledger.js';
import type { PlannedDuty } from '../../policy/index.js';
import { accept, move, rule } from '../rule.js';
import { closeBreaches } from './breaches.js';
import { attesterOf, writeObligation } from './making.js';

import { namedBy, needPlan, type Occurrence } from './plan.js';
import { refuseUnrecorded } from './unrecorded.js';

type Undone = Omit<Obligation, 'kind' | 'schema' | 'updatedAt' | 'rules'>;

/** What was done too late was found not done, and is made good with its consequences. */
export const fulfilObligation = rule(descriptors.obligations.Fulfil, async (request, ledger, caller) => {
  const { grant: grantId, duty, component: componentId, evidence } = request;
  const grant = await ledger.need(keys.grant(grantId));
  const plan = needPlan(grant, duty);
  const undone = await needUndone(ledger, grant, plan, request);
  refuseUnless(undone.attester === caller.participant, 'NOT_ATTESTING_PARTY', {
    duty,
    attester: undone.attester,
  });
  const component = await needAttester(ledger, componentId, caller);
  const fulfilment = {
    at: caller.time,
    by: caller.participant,
    component: component.id,
    signedBy: caller.keyDigest,
    ...(evidence !== undefined && { evidence }),
  };
  const { id } = undone;
  return accept(
    [
      writeObligation({ ...undone, state: 'FULFILLED', fulfilment }),
      ...(await closeBreaches(ledger, grant, undone)),
    ],
    { name: 'obligation.fulfilled', obligationId: id, grantId },
    { obligationId: id, state: 'FULFILLED' },
  );
});

/** The obligation on record, or the one that nobody had to record: it precedes the use, or recurs. */
async function needUndone(
  ledger: Ledger,
  grant: Grant,
  plan: PlannedDuty,
  occurrence: Occurrence,
): Promise<Undone> {
  const id = obligationId(grant.id, plan.pointer, occurrence);
  const recorded = await ledger.get(keys.obligation(id));
  if (recorded !== undefined) return move(obligationType, recorded, 'FULFILLED');
  refuseUnrecorded(grant, plan, occurrence);
  const provider = await creditorOf(ledger, grant);
  return {
    id,
    state: 'DUE',
    grant: grant.id,
    duty: plan.pointer,
    ...namedBy(occurrence),
    action: plan.action,
    debtor: grant.consumer,
    attester: attesterOf(plan, { grant, provider }),
  };
}
