import { descriptors, keys, refuseUnless, type Grant, type Id } from '../../model/index.js';
import { grantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { isRegulator } from '../governance.js';
import { write, type Ledger } from '../ledger.js';
import { accept, move, rule, type Decision } from '../rule.js';
import { countOpen } from './open-grants.js';
import { actingProvider } from './parties.js';

const { Suspend, Resume, Revoke, Terminate } = descriptors.grants;

/** A regulator may suspend over a provider's suspension, so that the provider cannot lift it; not the reverse. */
export const suspendGrant = rule(Suspend, async ({ grantId, reason }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  const space = await refuseUnentitled(ledger, grant, caller);
  const isOver = isRegulator(space, caller.participant) && !isBy(space, grant.suspension?.by);
  const { id, state: from } = grant;
  refuseUnless(from !== 'SUSPENDED' || isOver, 'ILLEGAL_STATE', { id, from, to: 'SUSPENDED' });
  const suspension = { by: caller.participant, reason };
  return decided({ ...move(grantType, grant, 'SUSPENDED'), suspension }, 'grant.suspended');
});

export const resumeGrant = rule(Resume, async ({ grantId }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  const { id, state: from, suspension, ...rest } = grant;
  refuseUnless(from === 'SUSPENDED', 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
  const space = await ledger.need(keys.space());
  const isLifter = isRegulator(space, caller.participant) || suspension?.by === caller.participant;
  // A new holder lifts what the holder before it has suspended, never what a regulator has.
  const isSuccessor =
    suspension?.by === grant.provider && (await actingProvider(ledger, grant)) === caller.participant;
  refuseUnless(isLifter || isSuccessor, 'NOT_REGULATOR', { grantId, suspendedBy: suspension?.by ?? null });
  return decided(move(grantType, { id, state: from, ...rest }, 'ACTIVE'), 'grant.resumed');
});

export const revokeGrant = rule(Revoke, async ({ grantId, reason }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  await refuseUnentitled(ledger, grant, caller);
  const ending = { by: caller.participant, reason };
  return ended(ledger, { ...move(grantType, grant, 'REVOKED'), ending }, 'grant.revoked');
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
  return ended(ledger, terminated, 'grant.terminated');
});

type Outcome = Decision<{ grantId: Id<'grant'>; state: Grant['state'] }>;

const decided = (grant: Grant, name: string): Outcome =>
  accept(
    [write(keys.grant(grant.id), grant)],
    { name, grantId: grant.id },
    { grantId: grant.id, state: grant.state },
  );

async function ended(ledger: Ledger, grant: Grant, name: string): Promise<Outcome> {
  const outcome = decided(grant, name);
  return { ...outcome, writes: [...outcome.writes, ...(await countOpen(ledger, [grant, -1]))] };
}

const isBy = (space: Parameters<typeof isRegulator>[0], who: Id<'participant'> | undefined): boolean =>
  who !== undefined && isRegulator(space, who);

/** The provider, or a regulator. */
async function refuseUnentitled(ledger: Ledger, grant: Grant, { participant }: Caller) {
  const [space, provider] = await Promise.all([ledger.need(keys.space()), actingProvider(ledger, grant)]);
  const isEntitled = provider === participant || isRegulator(space, participant);
  refuseUnless(isEntitled, 'NOT_PROVIDER', { grantId: grant.id });
  return space;
}
