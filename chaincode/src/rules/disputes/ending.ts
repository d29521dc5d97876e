import { descriptors, keys, refuseUnless, type Dispute, type Id } from '../../model/index.js';
import { disputeType } from '../../model/records/index.js';
import { write } from '../ledger.js';
import { capacitiesIn, enders, needCapacity, partiesOf } from '../powers/index.js';
import { accept, move, rule } from '../rule.js';

type Participant = Id<'participant'>;
const { Resolve, Withdraw, Escalate } = descriptors.disputes;

/** Records the finding. What it asks for is carried out by transactions of their own, which it may name. */
export const resolve = rule(Resolve, async ({ disputeId: id, ...finding }, ledger, caller) => {
  const dispute = await ledger.need(keys.dispute(id));
  const parties = async (): Promise<Participant[]> => [
    ...[dispute.claimant, dispute.respondent],
    ...(await partiesOf(ledger, dispute.subject)),
  ];
  const capacities = await capacitiesIn(ledger, caller, { parties });
  // Of those who may end it, the claimant does by withdrawing it.
  needCapacity(capacities, enders('disputeFiled', 'CLAIMANT'), 'NOT_REGISTRAR', { id });
  const resolution = { by: caller.participant, at: caller.time, ...finding };
  return accept(
    [write(keys.dispute(id), { ...move(disputeType, dispute, 'RESOLVED'), resolution })],
    { name: 'dispute.resolved', disputeId: id },
    { disputeId: id, state: 'RESOLVED' },
  );
});

export const withdraw = rule(Withdraw, async ({ disputeId: id, reason }, ledger, { participant }) => {
  const dispute = await ledger.need(keys.dispute(id));
  refuseUnless(dispute.claimant === participant, 'NOT_PARTY', { id, claimant: dispute.claimant });
  const ending = { by: participant, reason };
  return accept(
    [write(keys.dispute(id), { ...move(disputeType, dispute, 'WITHDRAWN'), ending })],
    { name: 'dispute.withdrawn', disputeId: id },
    { disputeId: id, state: 'WITHDRAWN' },
  );
});

/** Either side takes the matter out of the space; the award comes back as a resolution. */
export const escalate = rule(Escalate, async ({ disputeId: id, reason }, ledger, { participant }) => {
  const dispute = await ledger.need(keys.dispute(id));
  refuseUnless(isParty(dispute, participant), 'NOT_PARTY', { id });
  const ending = { by: participant, reason };
  return accept(
    [write(keys.dispute(id), { ...move(disputeType, dispute, 'ESCALATED'), ending })],
    { name: 'dispute.escalated', disputeId: id },
    { disputeId: id, state: 'ESCALATED' },
  );
});

const isParty = ({ claimant, respondent }: Dispute, participant: Participant): boolean =>
  participant === claimant || participant === respondent;
