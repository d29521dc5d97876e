import { keys, refuseUnless, type Claim, type Digest, type Grant, type Id } from '../../model/index.js';
import type { Caller } from '../caller.js';
import { currentClaim } from '../claims/in-force.js';
import type { Ledger } from '../ledger.js';
import { lineageOf } from './lineage.js';

/** Who stands behind a grant as its provider: after a transfer that passed live grants on, the new holder. */
export function providerUnder(grant: Grant, claim: Claim): Id<'participant'> {
  if (grant.parent !== undefined || claim.id === grant.claim) return grant.provider;
  return claim.holders[0]?.participant ?? grant.provider;
}

export async function actingProvider(ledger: Ledger, grant: Grant): Promise<Id<'participant'>> {
  return providerUnder(grant, await currentClaim(ledger, grant.claim));
}

/**
 * Who stands on the provider's side of what a policy asks, also under sub-grants: the one named at the root of the line. Or the consumer
 * of the root would attest to itself what it owes, by handing the data on to somebody.
 */
export async function creditorOf(ledger: Ledger, grant: Grant): Promise<Id<'participant'>> {
  const [root = grant] = (await lineageOf(ledger, grant)).slice(-1);
  return actingProvider(ledger, root);
}

const NEGOTIATING: readonly Grant['state'][] = ['REQUESTED', 'OFFERED', 'COUNTERED'];

/** The grant while it is negotiated; `to` is where the caller wants to take it. */
export async function needNegotiated(
  ledger: Ledger,
  grantId: Id<'grant'>,
  to: Grant['state'],
): Promise<Grant> {
  const grant = await ledger.need(keys.grant(grantId));
  const { state: from } = grant;
  refuseUnless(NEGOTIATING.includes(from), 'ILLEGAL_STATE', { id: grantId, from, to });
  return grant;
}

/** Refuse everyone but the side that must answer the terms on the table. */
export function refuseProposer(grant: Grant, caller: Caller): void {
  const { id, provider, consumer, proposedBy } = grant;
  refuseUnless([provider, consumer].includes(caller.participant), 'NOT_PARTY', { grantId: id });
  refuseUnless(proposedBy !== caller.participant, 'OWN_PROPOSAL', { grantId: id });
}

/** Refuse who speaks of other terms than those on the table: they may have changed while it was deciding. */
export function refuseOtherTerms({ id, termsDigest }: Grant, named: Digest): void {
  refuseUnless(termsDigest === named, 'TERMS_CHANGED', { grantId: id, termsDigest });
}
