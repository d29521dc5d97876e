import {
  descriptors,
  keys,
  participantId,
  refuseUnless,
  type Id,
  type Participant,
} from '../../model/index.js';
import { participantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { needOperator } from '../governance.js';
import { write, type Ledger } from '../ledger.js';
import { accept, move, rule } from '../rule.js';

const { Admit, Activate, RotateKey } = descriptors.participants;

/** The id follows from MSP and unit: whoever holds such a certificate is this participant, and nobody else. */
export const admit = rule(Admit, async (profile, ledger, caller) => {
  await needOperator(ledger, caller);
  const id = participantId(profile.mspId, profile.unit);
  const key = keys.participant(id);
  refuseUnless((await ledger.get(key)) === undefined, 'ALREADY_EXISTS', { id });
  return accept(
    [write(key, { id, state: 'ADMITTED', ...profile })],
    { name: 'participant.admitted', participantId: id },
    { participantId: id, state: 'ADMITTED' },
  );
});

export const activate = rule(Activate, async ({ participantId: id, rulebook }, ledger, caller) => {
  const participant = await needSelf(ledger, id, caller);
  const { version } = (await ledger.need(keys.space())).rulebook;
  refuseUnless(rulebook === version, 'RULEBOOK_CHANGED', { version: rulebook, needs: version });
  const active = { ...move(participantType, participant, 'ACTIVE'), rulebook };
  return accept(
    [write(keys.participant(id), active)],
    { name: 'participant.activated', participantId: id },
    { participantId: id, state: 'ACTIVE' },
  );
});

/** Replaces keys for what comes after; annexes and claims made under the old ones stay as they are. */
export const rotateKey = rule(RotateKey, async ({ participantId: id, ...rotated }, ledger, caller) => {
  const participant = await needSelf(ledger, id, caller);
  return accept(
    [write(keys.participant(id), { ...participant, ...rotated })],
    { name: 'participant.key-rotated', participantId: id },
    { participantId: id, state: participant.state },
  );
});

/** The caller's own record. Nobody accepts a rulebook, changes keys or leaves for another. */
export async function needSelf(ledger: Ledger, id: Id<'participant'>, caller: Caller): Promise<Participant> {
  refuseUnless(id === caller.participant, 'NOT_SELF', { participantId: id });
  return ledger.need(keys.participant(id));
}
