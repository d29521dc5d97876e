import { descriptors, keys, refuseUnless, type Id } from '../../model/index.js';
import { participantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { isRegulator, needOversight } from '../governance.js';
import { write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';

const { Suspend, Reinstate } = descriptors.participants;

export const suspend = rule(Suspend, async ({ participantId: id, reason }, ledger, caller) => {
  await needOversight(ledger, caller);
  refuseOwn(id, caller);
  const participant = await ledger.need(keys.participant(id));
  const suspended = {
    ...move(participantType, participant, 'SUSPENDED'),
    suspension: { by: caller.participant, reason },
  };
  return accept(
    [write(keys.participant(id), suspended)],
    { name: 'participant.suspended', participantId: id },
    { participantId: id, state: 'SUSPENDED' },
  );
});

/** Ends a suspension. The operator ends only its own: what a regulator suspended, a regulator reinstates. */
export const reinstate = rule(Reinstate, async ({ participantId: id }, ledger, caller) => {
  const space = await needOversight(ledger, caller);
  refuseOwn(id, caller);
  const { suspension, ...participant } = await ledger.need(keys.participant(id));
  const { state: from } = participant;
  // An admitted participant may become active too, but only by accepting the rulebook itself.
  refuseUnless(from === 'SUSPENDED', 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
  const mayReinstate = isRegulator(space, caller.participant) || suspension?.by === caller.participant;
  refuseUnless(mayReinstate, 'NOT_REGULATOR', { suspendedBy: suspension?.by ?? null });
  return accept(
    [write(keys.participant(id), move(participantType, participant, 'ACTIVE'))],
    { name: 'participant.reinstated', participantId: id },
    { participantId: id, state: 'ACTIVE' },
  );
});

/** Nobody suspends, reinstates or certifies itself. */
export function refuseOwn(id: Id<'participant'>, { participant }: Caller): void {
  refuseUnless(id !== participant, 'CONFLICT_OF_INTEREST', { participantId: id });
}
