import { descriptors, keys, refuseUnless, type Id, type Participant, type Space } from '../../model/index.js';
import { participantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { isRegulator } from '../governance.js';
import { write, type Ledger } from '../ledger.js';
import { capacitiesIn, enders, imposers, needCapacity, replaces, type MeasureName } from '../powers/index.js';
import { accept, move, rule } from '../rule.js';

const { Suspend, Reinstate } = descriptors.participants;

/** A regulator may suspend over the operator's suspension, so that the operator cannot lift it; not the reverse. */
export const suspend = rule(Suspend, async ({ participantId: id, reason }, ledger, caller) => {
  const space = await ledger.need(keys.space());
  const measure: MeasureName = isRegulator(space, id) ? 'regulatorSuspended' : 'participantSuspended';
  const capacities = await capacitiesIn(ledger, caller, { parties: [id] });
  const as = needCapacity(capacities, imposers(measure), 'NOT_REGULATOR', { participantId: id });
  const participant = await ledger.need(keys.participant(id));
  if (measure === 'regulatorSuspended') await refuseUnwatched(ledger, space, participant, caller);
  const { state: from, suspension: before } = participant;
  const isOver = before === undefined || replaces('participantSuspended', before.as, as);
  refuseUnless(from !== 'SUSPENDED' || isOver, 'ILLEGAL_STATE', { id, from, to: 'SUSPENDED' });
  const suspended = {
    ...move(participantType, participant, 'SUSPENDED'),
    suspension: { by: caller.participant, as, reason },
  };
  return accept(
    [write(keys.participant(id), suspended)],
    { name: 'participant.suspended', participantId: id },
    { participantId: id, state: 'SUSPENDED' },
  );
});

export const reinstate = rule(Reinstate, async ({ participantId: id }, ledger, caller) => {
  const capacities = await capacitiesIn(ledger, caller, { parties: [id] });
  needCapacity(capacities, imposers('participantSuspended'), 'NOT_REGULATOR', { participantId: id });
  const { suspension, ...participant } = await ledger.need(keys.participant(id));
  const { state: from } = participant;
  // An admitted participant may become active too, but only by accepting the rulebook itself.
  refuseUnless(from === 'SUSPENDED' && suspension !== undefined, 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
  needCapacity(capacities, enders('participantSuspended', suspension.as), 'NOT_REGULATOR', {
    suspendedBy: suspension.by,
  });
  return accept(
    [write(keys.participant(id), move(participantType, participant, 'ACTIVE'))],
    { name: 'participant.reinstated', participantId: id },
    { participantId: id, state: 'ACTIVE' },
  );
});

/**
 * Who suspends a regulator leaves one in good standing who can lift it: neither its own organisation's nor the suspended one's. Or one
 * could silence all the others.
 */
async function refuseUnwatched(
  ledger: Ledger,
  { regulators }: Space,
  { id, mspId, state: from }: Participant,
  caller: Caller,
): Promise<void> {
  const others = regulators.filter((each) => each !== id && each !== caller.participant);
  const records = await Promise.all(
    others.map((each: Id<'participant'>) => ledger.get(keys.participant(each))),
  );
  const isWatched = records.some(
    (each) => each?.state === 'ACTIVE' && each.mspId !== mspId && each.mspId !== caller.mspId,
  );
  refuseUnless(isWatched, 'ILLEGAL_STATE', { id, from, to: 'SUSPENDED', regulatorsLeft: 0 });
}
