import {
  deriveId,
  descriptors,
  heldAs,
  keys,
  refuseUnless,
  transferOfferDigest,
  type Claim,
  type Dataset,
  type Id,
  type TransferOffer,
  type Unstamped,
} from '../../model/index.js';
import { claimType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { passOn } from '../grants/open-grants.js';
import { refuseHeld } from '../holds/index.js';
import { write, type Ledger } from '../ledger.js';
import { accept, isAhead, move, rule } from '../rule.js';
import { needActive } from './active.js';
import { needKeys, refuseKeyless, refuseUnproven, refuseWithheld } from './custody.js';
import { refuseStranger, refuseUnagreed } from './share-rule.js';

const { OfferTransfer, AcceptTransfer } = descriptors.claims;

/** A later offer replaces the one before, with the consents given to it. */
export const offerTransfer = rule(OfferTransfer, async ({ claimId, ...offer }, ledger, caller) => {
  const claim = await ledger.need(keys.claim(claimId));
  refuseStranger(claim, caller.participant);
  const isSole = claim.holders.length === 1 && offer.to === caller.participant;
  refuseUnless(!isSole, 'CONFLICT_OF_INTEREST', { claimId });
  const dataset = await refuseUntransferable(ledger, claim, offer, caller);
  refuseKeyless(offer);
  await needKeys(ledger, claim.dataset, offer.versions);
  await refuseWithheld(ledger, dataset, offer);
  const transfer = { ...offer, offeredBy: caller.participant, consents: [caller.participant] };
  return accept(
    [write(keys.claim(claimId), { ...claim, transfer })],
    { name: 'claim.transfer-offered', claimId, to: offer.to },
    { claimId, state: claim.state, offerDigest: transferOfferDigest(offer) },
  );
});

export const acceptTransfer = rule(AcceptTransfer, async (request, ledger, caller) => {
  const { claimId, offerDigest, possession } = request;
  const claim = await ledger.need(keys.claim(claimId));
  const offer = needOffer(claim, offerDigest, caller);
  const dataset = await refuseUntransferable(ledger, claim, offer, caller);
  refuseUnagreed(claim, offer.consents, 'DISPOSE');
  await refuseWithheld(ledger, dataset, offer);
  refuseUnproven(offer, possession);
  const successor = successorOf(claim, deriveId('claim', caller, request), caller);
  refuseUnless((await ledger.get(keys.claim(successor.id))) === undefined, 'ALREADY_EXISTS', {
    id: successor.id,
  });
  const transferred = { ...move(claimType, claim, 'TRANSFERRED'), successor: successor.id };
  return accept(
    [
      write(keys.claim(claimId), transferred),
      write(keys.claim(successor.id), successor),
      ...handOver(dataset, claim, offer, successor.id),
      ...(await passOn(ledger, claimId, offer, successor.id)),
    ],
    { name: 'claim.transferred', claimId, successor: successor.id },
    { claimId, state: 'TRANSFERRED', successor: successor.id },
  );
});

function needOffer(claim: Claim, offerDigest: string, caller: Caller): NonNullable<Claim['transfer']> {
  const { id, state, transfer } = claim;
  refuseUnless(transfer !== undefined, 'ILLEGAL_STATE', { id, from: state, to: 'TRANSFERRED' });
  refuseUnless(transfer.to === caller.participant, 'NOT_PARTY', { claimId: id });
  refuseUnless(transferOfferDigest(transfer) === offerDigest, 'TERMS_CHANGED', { claimId: id });
  return transfer;
}

/** What must hold when a transfer is offered and still when it is accepted. */
async function refuseUntransferable(
  ledger: Ledger,
  claim: Claim,
  { to, custodian }: TransferOffer,
  caller: Caller,
): Promise<Dataset> {
  move(claimType, claim, 'TRANSFERRED');
  refuseUnless(isAhead(claim.term.until, caller), 'CLAIM_NOT_IN_FORCE', { until: claim.term.until });
  await Promise.all([needActive(ledger, to), needActive(ledger, custodian)]);
  const dataset = await ledger.need(keys.dataset(claim.dataset));
  // Else whoever asserts a further claim to a dataset could take it out of its custodian's hands.
  const isCustodial = dataset.claim === claim.id || dataset.custodian === custodian;
  refuseUnless(isCustodial, 'NOT_CUSTODIAN', { claimId: claim.id, custodian: dataset.custodian });
  await refuseHeld(ledger, [heldAs(claim), claim.dataset], 'NO_TRANSFER', caller.time);
  return dataset;
}

/** The same right in new hands: asserted, until a registrar has seen it; the old owner's signature stays behind. */
function successorOf(claim: Claim, id: Id<'claim'>, { participant }: Caller): Unstamped<Claim> {
  const { dataset, shareRule, rights, origin, territory, term, evidence } = claim;
  return {
    id,
    state: 'ASSERTED',
    dataset,
    holders: [{ participant, share: 1_000_000 }],
    shareRule,
    rights,
    origin,
    territory,
    term,
    evidence,
    consents: [participant],
    predecessor: claim.id,
    root: heldAs(claim),
  };
}

function handOver(dataset: Dataset, claim: Claim, { custodian }: TransferOffer, successor: Id<'claim'>) {
  if (dataset.claim !== claim.id) return [];
  return [write(keys.dataset(dataset.id), { ...dataset, custodian, claim: successor })];
}
