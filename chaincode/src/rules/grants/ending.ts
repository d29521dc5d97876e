import { descriptors, keys, refuseUnless, type Grant, type Id, type Instant } from '../../model/index.js';
import { grantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import {
  capacitiesIn,
  enders,
  imposers,
  needCapacity,
  partiesOf,
  replaces,
  type MeasureName,
} from '../powers/index.js';
import { accept, move, rule, type Decision } from '../rule.js';
import { countOpen } from './open-grants.js';
import { actingProvider } from './parties.js';

const { Suspend, Resume, Revoke, Terminate } = descriptors.grants;

/** A regulator may suspend over a provider's suspension, so that the provider cannot lift it; not the reverse. */
export const suspendGrant = rule(Suspend, async ({ grantId, reason }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  const as = await needEntitled(ledger, grant, caller, 'grantSuspended');
  const { id, state: from, suspension: before } = grant;
  const isOver = before === undefined || replaces('grantSuspended', before.as, as);
  refuseUnless(from !== 'SUSPENDED' || isOver, 'ILLEGAL_STATE', { id, from, to: 'SUSPENDED' });
  const suspension = { by: caller.participant, as, reason };
  return decided({ ...move(grantType, grant, 'SUSPENDED'), suspension }, 'grant.suspended');
});

/** Who stands behind the grant now lifts what a provider suspended, also a provider before it; never what a regulator has. */
export const resumeGrant = rule(Resume, async ({ grantId }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  const { suspension, ...rest } = grant;
  const { id, state: from } = grant;
  refuseUnless(from === 'SUSPENDED' && suspension !== undefined, 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
  const { by: suspendedBy, as } = suspension;
  const capacities = await capacitiesOf(ledger, grant, caller);
  needCapacity(capacities, enders('grantSuspended', as), 'NOT_REGULATOR', { grantId, suspendedBy });
  return decided(move(grantType, rest, 'ACTIVE'), 'grant.resumed');
});

export const revokeGrant = rule(Revoke, async ({ grantId, reason }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  await needEntitled(ledger, grant, caller, 'grantRevoked');
  const ending = { by: caller.participant, reason };
  return ended(ledger, { ...move(grantType, grant, 'REVOKED'), ending }, 'grant.revoked', caller.time);
});

/** The first side's word is kept in `ending` of the grant, which stays as it is until the other side agrees. */
export const terminateGrant = rule(Terminate, async ({ grantId, reason }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  const { participant } = caller;
  const isConsumer = grant.consumer === participant;
  const isParty = isConsumer || (await actingProvider(ledger, grant)) === participant;
  refuseUnless(isParty, 'NOT_PARTY', { grantId });
  const ending = { by: participant, reason };
  const terminated = { ...move(grantType, grant, 'TERMINATED'), ending };
  if (grant.ending === undefined) return decided({ ...grant, ending }, 'grant.termination-proposed');
  const isOther = (grant.ending.by === grant.consumer) !== isConsumer;
  refuseUnless(isOther, 'ALREADY_CONSENTED', { participant });
  return ended(ledger, terminated, 'grant.terminated', caller.time);
});

type Outcome = Decision<{ grantId: Id<'grant'>; state: Grant['state'] }>;

const decided = (grant: Grant, name: string): Outcome =>
  accept(
    [write(keys.grant(grant.id), grant)],
    { name, grantId: grant.id },
    { grantId: grant.id, state: grant.state },
  );

async function ended(ledger: Ledger, grant: Grant, name: string, at: Instant): Promise<Outcome> {
  const outcome = decided({ ...grant, endedAt: at }, name);
  return { ...outcome, writes: [...outcome.writes, ...(await countOpen(ledger, [grant, -1]))] };
}

/** What the caller is in a grant: its provider, which is who holds the claim now, and an officer where it has no part in it. */
async function capacitiesOf(ledger: Ledger, grant: Grant, caller: Caller): ReturnType<typeof capacitiesIn> {
  const isProvider = (await actingProvider(ledger, grant)) === caller.participant;
  const parties = (): ReturnType<typeof partiesOf> => partiesOf(ledger, grant.id);
  return capacitiesIn(ledger, caller, { parties, as: isProvider ? ['PROVIDER'] : [] });
}

/** The provider, or a regulator that is no party. */
async function needEntitled(
  ledger: Ledger,
  grant: Grant,
  caller: Caller,
  measure: Extract<MeasureName, 'grantSuspended' | 'grantRevoked'>,
): Promise<'PROVIDER' | 'REGULATOR'> {
  const capacities = await capacitiesOf(ledger, grant, caller);
  return needCapacity(capacities, imposers(measure), 'NOT_PROVIDER', { grantId: grant.id });
}
