import {
  descriptors,
  keys,
  refuseUnless,
  type Grant,
  type Id,
  type Participant,
  type Rulebook,
} from '../../model/index.js';
import { participantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { officesOf } from '../governance.js';
import { obligationOf } from '../grants/open-grants.js';
import { write, type Ledger } from '../ledger.js';
import { isSettled, leavesDuties } from '../obligations/settlement.js';
import { accept, move, rule } from '../rule.js';
import { needSelf } from './membership.js';

/**
 * Leave for good. A provider with a grant that can still be used must see it through first, and a consumer what it owes. Neither expiry
 * nor a deadline is a write, so grants whose term has passed still count as open, and those whose duties are done as owed; the caller
 * names them and each is looked at.
 */
export const exit = rule(
  descriptors.participants.Exit,
  async ({ participantId: id, lapsed: named, settled = [] }, ledger, caller) => {
    const participant = await needSelf(ledger, id, caller);
    const exited = move(participantType, participant, 'EXITED');
    await refuseInOffice(ledger, participant);
    const { count: open = 0, owing = 0 } = (await ledger.get(keys.openGrants(id))) ?? {};
    const lapsed = await countOf(ledger, named, (grant) => isLapsed(ledger, grant, caller));
    refuseUnless(open === lapsed, 'GRANTS_OPEN', { open, lapsed });
    const { rulebook } = await ledger.need(keys.space());
    const done = await countOf(ledger, settled, (grant) => isDone(ledger, grant, rulebook, caller));
    refuseUnless(owing === done, 'DUTIES_OPEN', { owing, settled: done });
    return accept(
      [write(keys.participant(id), exited)],
      { name: 'participant.exited', participantId: id },
      { participantId: id, state: 'EXITED' },
    );
  },
);

/** A space whose operator or last regulator has left can never be amended: an office passes on first. */
async function refuseInOffice(ledger: Ledger, { id, state: from }: Participant): Promise<void> {
  const offices = officesOf(await ledger.need(keys.space()), id);
  refuseUnless(offices.length === 0, 'ILLEGAL_STATE', { id, from, to: 'EXITED', offices });
}

/** How many of the grants named, each counted once, are as they must be. */
async function countOf(
  ledger: Ledger,
  named: readonly Id<'grant'>[],
  isSo: (grant: Grant) => Promise<boolean>,
): Promise<number> {
  let found = 0;
  for (const id of new Set(named)) {
    const grant = await ledger.get(keys.grant(id));
    if (grant !== undefined && (await isSo(grant))) found += 1;
  }
  return found;
}

/** The caller's as consumer, counted as leaving duties, and nothing of them is left. */
const isDone = async (
  ledger: Ledger,
  grant: Grant,
  rulebook: Rulebook,
  { participant, time }: Caller,
): Promise<boolean> =>
  grant.consumer === participant &&
  grant.activatedAt !== undefined &&
  leavesDuties(grant) &&
  (await isSettled(ledger, grant, rulebook, time));

/** The caller's as provider, still counted as open, and past its term. */
async function isLapsed(ledger: Ledger, grant: Grant, { participant, time }: Caller): Promise<boolean> {
  const isOpen = grant.state === 'ACTIVE' || grant.state === 'SUSPENDED';
  if (!isOpen || grant.terms.term.until > time) return false;
  return (await obligationOf(ledger, grant))?.provider === participant;
}
