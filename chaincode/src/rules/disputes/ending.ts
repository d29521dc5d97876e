import { descriptors, keys, refuseUnless, type Dispute, type Id, type Space } from '../../model/index.js';
import { disputeType } from '../../model/records/index.js';
import { isRegulator } from '../governance.js';
import { write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';

type Participant = Id<'participant'>;
const { Resolve, Withdraw, Escalate } = descriptors.disputes;

/** Records the finding. What it asks for is carried out by transactions of their own, which it may name. */
export const resolve = rule(Resolve, async ({ disputeId: id, ...finding }, ledger, { participant, time }) => {
  const dispute = await ledger.need(keys.dispute(id));
  refuseUnless(isArbiter(await ledger.need(keys.space()), participant), 'NOT_REGISTRAR');
  refuseUnless(!isParty(dispute, participant), 'CONFLICT_OF_INTEREST', { id });
  const resolution = { by: participant, at: time, ...finding };
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

const isArbiter = (space: Space, participant: Participant): boolean =>
  isRegulator(space, participant) || space.registrars.includes(participant);

const isParty = ({ claimant, respondent }: Dispute, participant: Participant): boolean =>
  participant === claimant || participant === respondent;
