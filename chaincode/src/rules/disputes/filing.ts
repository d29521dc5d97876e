import { deriveId, descriptors, keys, refuseUnless } from '../../model/index.js';
import { disputeType } from '../../model/records/index.js';
import { write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';
import { needSubject } from './subject.js';

const { File, Answer } = descriptors.disputes;

/** Opens a dispute. It stops nothing by itself: interim measures are holds, entered by a regulator. */
export const file = rule(File, async (request, ledger, caller) => {
  const { participant: claimant, time } = caller;
  const { subject, respondent, statement } = request;
  refuseUnless(respondent !== claimant, 'CONFLICT_OF_INTEREST', { respondent });
  await ledger.need(keys.participant(respondent));
  await needSubject(ledger, subject);
  const id = deriveId('dispute', caller, request);
  refuseUnless((await ledger.get(keys.dispute(id))) === undefined, 'ALREADY_EXISTS', { id });
  const parties = { claimant, respondent };
  const dispute = {
    id,
    state: 'FILED' as const,
    subject,
    ...parties,
    filedAt: time,
    statements: [statement],
  };
  return accept(
    [write(keys.dispute(id), dispute)],
    { name: 'dispute.filed', disputeId: id, subject },
    { disputeId: id, state: 'FILED' },
  );
});

export const answer = rule(Answer, async ({ disputeId: id, statement }, ledger, { participant }) => {
  const dispute = await ledger.need(keys.dispute(id));
  refuseUnless(dispute.respondent === participant, 'NOT_PARTY', { id, respondent: dispute.respondent });
  const statements = [...dispute.statements, statement];
  return accept(
    [write(keys.dispute(id), { ...move(disputeType, dispute, 'ANSWERED'), statements })],
    { name: 'dispute.answered', disputeId: id },
    { disputeId: id, state: 'ANSWERED' },
  );
});
