import { descriptors, heldAs, keys, refuseUnless, type Claim } from '../../model/index.js';
import { claimType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { needRegistrar } from '../governance.js';
import { refuseHeld, STOPPING } from '../holds/index.js';
import { write, type Ledger } from '../ledger.js';
import { capacitiesIn, enders, needCapacity, partiesOf, refuseOwnMatter } from '../powers/index.js';
import { accept, isAhead, move, rule } from '../rule.js';
import { refuseCore } from './assertion.js';
import { isHolder, refuseUnagreed } from './share-rule.js';

const { Register, Reject, Cancel } = descriptors.claims;

export const registerClaim = rule(Register, async ({ claimId, certificate }, ledger, caller) => {
  const claim = move(claimType, await needJudged(ledger, claimId, caller), 'REGISTERED');
  refuseUnless(isAhead(claim.term.until, caller), 'PERIOD_INVALID', { until: claim.term.until });
  refuseCore(await ledger.need(keys.dataset(claim.dataset)));
  const registration = {
    registrar: caller.participant,
    at: caller.time,
    ...(certificate !== undefined && { certificate }),
  };
  return accept(
    [write(keys.claim(claimId), { ...claim, registration })],
    { name: 'claim.registered', claimId },
    { claimId, state: 'REGISTERED' },
  );
});

export const rejectClaim = rule(Reject, async ({ claimId, code, reason }, ledger, caller) => {
  const claim = move(claimType, await needJudged(ledger, claimId, caller), 'REJECTED');
  const rejection = { registrar: caller.participant, code, reason };
  return accept(
    [write(keys.claim(claimId), { ...claim, rejection })],
    { name: 'claim.rejected', claimId, code },
    { claimId, state: 'REJECTED' },
  );
});

/** A holder gives up the claim, if the share rule lets it dispose alone; a registrar cancels ex officio. */
export const cancelClaim = rule(Cancel, async ({ claimId, reason }, ledger, caller) => {
  const claim = await ledger.need(keys.claim(claimId));
  const as = await needCanceller(ledger, claim, caller);
  const cancelled = move(claimType, claim, 'CANCELLED');
  // A frozen right is neither transferred nor given up; and no holder sheds a hold by giving up the claim and asserting it anew.
  const effects = as === 'REGISTRAR' ? (['NO_TRANSFER'] as const) : STOPPING;
  for (const effect of effects) await refuseHeld(ledger, [heldAs(claim), claim.dataset], effect, caller.time);
  return accept(
    [write(keys.claim(claimId), { ...cancelled, cancellation: { by: caller.participant, reason } })],
    { name: 'claim.cancelled', claimId },
    { claimId, state: 'CANCELLED' },
  );
});

/** The claim, for a registrar who has no part in it. */
async function needJudged(ledger: Ledger, claimId: Claim['id'], caller: Caller): Promise<Claim> {
  await needRegistrar(ledger, caller);
  const claim = await ledger.need(keys.claim(claimId));
  const holders = claim.holders.map(({ participant }) => participant);
  await refuseOwnMatter(ledger, caller, holders, { claimId });
  return claim;
}

/** A holder for all of them, by the share rule, or a registrar ex officio that has no part in the claim. */
async function needCanceller(ledger: Ledger, claim: Claim, caller: Caller): Promise<'HOLDERS' | 'REGISTRAR'> {
  const { id: claimId, state } = claim;
  if (isHolder(claim, caller.participant)) {
    // A claim that not all have agreed to yet, any of them may refuse.
    if (state !== 'PROPOSED') refuseUnagreed(claim, [caller.participant], 'DISPOSE');
    return 'HOLDERS';
  }
  const capacities = await capacitiesIn(ledger, caller, { parties: () => partiesOf(ledger, claimId) });
  return needCapacity(capacities, enders('claimRegistered', 'REGISTRAR'), 'NOT_HOLDER', { claimId });
}
