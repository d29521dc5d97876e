import {
  addSeconds,
  descriptors,
  keys,
  MAX_COMPROMISES,
  MAX_OWN_COMPROMISES,
  refuseUnless,
  type Compromise,
  type Compromises,
  type Digest,
  type Id,
  type Participant,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { needRegulator } from '../governance.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule, type AnyRule } from '../rule.js';

/** How far back an organisation dates a declaration of its own, in seconds: else it could undo by its word alone what it once signed. */
const REACH = 30 * 86_400;

/** Whether a participant's key has been declared compromised, at whatever date: since then anybody may be signing with it. */
export const isCompromised = (
  record: Compromises | undefined,
  participant: Id<'participant'>,
  key: Digest,
): boolean => record?.keys.some((each) => each.participant === participant && each.key === key) ?? false;

/**
 * Refuse a caller whose key has been declared compromised. The time of the transaction is not asked: who holds a stolen key dates back
 * as far as peers let pass.
 */
export function refuseCompromised(record: Compromises | undefined, { participant, keyDigest }: Caller): void {
  refuseUnless(!isCompromised(record, participant, keyDigest), 'KEY_COMPROMISED', { key: keyDigest });
}

/**
 * Adds a key, or moves its date to an earlier one. The key is named by its digest and bound to the participant: to name somebody else's
 * under one's own participant does nothing to it.
 */
const declare = rule(descriptors.compromises.Declare, async (request, ledger, caller) => {
  const { participant, key, from } = request;
  const owner = await ledger.need(keys.participant(participant));
  await refuseDeclarant(ledger, owner, caller);
  refuseDate(from, owner, caller);
  const at = keys.compromises(owner.mspId);
  const before = (await ledger.get(at))?.keys ?? [];
  const known = before.find((each) => each.participant === participant && each.key === key);
  refuseUnless(known === undefined || from < known.from, 'ALREADY_EXISTS', {
    key,
    from: known?.from ?? null,
  });
  const others = before.filter((each) => each !== known);
  const isOwn = participant === caller.participant;
  const alike = others.filter(
    (each) => each.participant === participant && (each.by === participant) === isOwn,
  );
  const hasRoom = alike.length < MAX_OWN_COMPROMISES && others.length < MAX_COMPROMISES;
  refuseUnless(hasRoom, 'ILLEGAL_STATE', { participant, keys: alike.length });
  const { participant: by, mspId, keyDigest: signedBy, time } = caller;
  const declared: Compromise = { ...request, by, mspId, signedBy, at: time };
  return accept(
    [write(at, { mspId: owner.mspId, keys: [...others, declared] })],
    { name: 'key.compromised', participant, key },
    { participant, key, from },
  );
});

/** The participant itself, also while it is suspended or has left, or a regulator that is active. */
async function refuseDeclarant(ledger: Ledger, { id }: Participant, caller: Caller): Promise<void> {
  if (id === caller.participant) return;
  await needRegulator(ledger, caller);
  const { state } = await ledger.need(keys.participant(caller.participant));
  refuseUnless(state === 'ACTIVE', 'PARTICIPANT_NOT_ACTIVE', { participant: caller.participant, state });
}

/** Nothing is declared for the future; further back than REACH only by a regulator of another organisation. */
function refuseDate(from: string, { mspId }: Participant, caller: Caller): void {
  const earliest = mspId === caller.mspId ? addSeconds(caller.time, -REACH) : from;
  refuseUnless(earliest <= from && from <= caller.time, 'PERIOD_INVALID', { from });
}

export const compromiseRules: readonly AnyRule[] = [declare];
