import { descriptors, keys, refuseUnless, type Grant, type Id, type Participant } from '../../model/index.js';
import { participantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { officesOf } from '../governance.js';
import { obligationOf } from '../grants/open-grants.js';
import { write, type Ledger } from '../ledger.js';
import { accept, move, rule } from '../rule.js';
import { needSelf } from './membership.js';

/**
 * Leave for good. A provider with a grant that can still be used must see it through first. Expiry is no write,
 * so grants whose term has passed still count as open; the caller names them and each is looked at.
 */
export const exit = rule(
  descriptors.participants.Exit,
  async ({ participantId: id, lapsed: named }, ledger, caller) => {
    const participant = await needSelf(ledger, id, caller);
    const exited = move(participantType, participant, 'EXITED');
    await refuseInOffice(ledger, participant);
    const open = (await ledger.get(keys.openGrants(id)))?.count ?? 0;
    const lapsed = await countLapsed(ledger, named, caller);
    refuseUnless(open === lapsed, 'GRANTS_OPEN', { open, lapsed });
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

/** How many of the grants named, each counted once, are the caller's, still counted as open, and past their term. */
async function countLapsed(ledger: Ledger, named: readonly Id<'grant'>[], caller: Caller): Promise<number> {
  let lapsed = 0;
  for (const id of new Set(named)) {
    const grant = await ledger.get(keys.grant(id));
    if (grant !== undefined && (await isLapsed(ledger, grant, caller))) lapsed += 1;
  }
  return lapsed;
}

async function isLapsed(ledger: Ledger, grant: Grant, { participant, time }: Caller): Promise<boolean> {
  const isOpen = grant.state === 'ACTIVE' || grant.state === 'SUSPENDED';
  if (!isOpen || grant.terms.term.until > time) return false;
  return (await obligationOf(ledger, grant))?.provider === participant;
}
