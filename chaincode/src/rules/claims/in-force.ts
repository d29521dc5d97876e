import {
  isWithin,
  keys,
  refuseUnless,
  type Claim,
  type Id,
  type Instant,
  type Space,
} from '../../model/index.js';
import type { Ledger } from '../ledger.js';

/** Transfers a use looks through. A grant on a claim that changed hands more often must be made anew. */
const MAX_TRANSFERS = 32;

/** True when the claim itself carries grants: registered, or asserted where the rulebook accepts that, and in term. */
export function isInForce({ state, term }: Claim, { rulebook }: Space, at: Instant): boolean {
  const isRecognised = state === 'REGISTERED' || (state === 'ASSERTED' && rulebook.acceptAssertedClaims);
  return isRecognised && isWithin(at, term);
}

/** The claim, or the one that stands in its place since transfers that pass live grants on. */
export async function currentClaim(ledger: Ledger, claimId: Id<'claim'>): Promise<Claim> {
  let claim = await ledger.need(keys.claim(claimId));
  for (let followed = 0; followed < MAX_TRANSFERS; followed += 1) {
    const { state, successor, transfer } = claim;
    if (state !== 'TRANSFERRED' || successor === undefined || transfer?.grants !== 'PASS') break;
    claim = await ledger.need(keys.claim(successor));
  }
  return claim;
}

/** The claim that a grant on this one rests on at a time; `undefined` when none is in force. */
export async function claimInForce(
  ledger: Ledger,
  claimId: Id<'claim'>,
  at: Instant,
): Promise<Claim | undefined> {
  const [space, claim] = await Promise.all([ledger.need(keys.space()), currentClaim(ledger, claimId)]);
  return isInForce(claim, space, at) ? claim : undefined;
}

export function refuseOutOfForce(claim: Claim, space: Space, at: Instant): void {
  const { id: claimId, state, term } = claim;
  refuseUnless(isInForce(claim, space, at), 'CLAIM_NOT_IN_FORCE', { claimId, state, until: term.until });
}
