import {
  deriveId,
  descriptors,
  heldAs,
  keys,
  refuseUnless,
  transferOfferDigest,
  type Claim,
  type ClaimBody,
  type Dataset,
  type Digest,
  type Id,
  type Unstamped,
} from '../../model/index.js';
import { claimType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { refuseHeld, STOPPING } from '../holds/index.js';
import { write, type Ledger } from '../ledger.js';
import { accept, isAhead, move, rule } from '../rule.js';
import { refuseInadmissible } from './admissibility.js';
import { refuseOwnerSignature } from './owner-signature.js';
import { isHolder, refuseStranger } from './share-rule.js';

const { Assert, Consent } = descriptors.claims;

/** A claim about to be made, and what its owner signature is bound to. */
interface Assertion {
  readonly id: Id<'claim'>;
  readonly dataset: Id<'dataset'>;
  readonly nonce: string;
  readonly contentDigest: Digest;
  readonly body: ClaimBody;
}

/** The record of a new claim; refused when the caller may not make it. PROPOSED until all co-holders consent. */
export async function newClaim(
  ledger: Ledger,
  caller: Caller,
  { id, dataset, nonce, contentDigest, body }: Assertion,
): Promise<Unstamped<Claim>> {
  refuseUnless(isHolder(body, caller.participant), 'NOT_HOLDER', { claimId: id });
  refuseUnless(isAhead(body.term.until, caller), 'PERIOD_INVALID', { until: body.term.until });
  refuseInadmissible(body);
  await Promise.all(body.holders.map(({ participant }) => ledger.need(keys.participant(participant))));
  await refuseOwnerSignature(ledger, body, nonce, contentDigest);
  const state = body.holders.length > 1 ? ('PROPOSED' as const) : ('ASSERTED' as const);
  return { id, state, dataset, ...body, consents: [caller.participant] };
}

/** CORE data is dealt with off-system: no claim, no version, no grant. */
export function refuseCore({ id, classification }: Pick<Dataset, 'id' | 'classification'>): void {
  refuseUnless(classification.grade !== 'CORE', 'CLASSIFICATION_FORBIDS', { datasetId: id, grade: 'CORE' });
}

export const assertClaim = rule(Assert, async (request, ledger, caller) => {
  const { nonce, datasetId, claim: body } = request;
  const id = deriveId('claim', caller, request);
  refuseUnless((await ledger.get(keys.claim(id))) === undefined, 'ALREADY_EXISTS', { id });
  const dataset = await ledger.need(keys.dataset(datasetId));
  refuseCore(dataset);
  await refuseBesideHeld(ledger, dataset, caller);
  const contentDigest = await contentOf(ledger, datasetId);
  const claim = await newClaim(ledger, caller, { id, dataset: datasetId, nonce, contentDigest, body });
  return accept(
    [write(keys.claim(id), claim)],
    { name: 'claim.asserted', claimId: id, datasetId },
    { claimId: id, state: claim.state },
  );
});

/** Who holds the claim that custody rests on sheds no hold on it by asserting another one beside it. */
async function refuseBesideHeld(ledger: Ledger, { claim: id }: Dataset, caller: Caller): Promise<void> {
  const claim = await ledger.need(keys.claim(id));
  if (!isHolder(claim, caller.participant)) return;
  for (const effect of STOPPING) await refuseHeld(ledger, [heldAs(claim)], effect, caller.time);
}

async function contentOf(ledger: Ledger, dataset: Id<'dataset'>): Promise<Digest> {
  const { version } = await ledger.need(keys.versionNumber(dataset, 1));
  return (await ledger.need(keys.version(version))).commitment.digest;
}

export const consentToClaim = rule(Consent, async ({ claimId, offerDigest }, ledger, caller) => {
  const claim = await ledger.need(keys.claim(claimId));
  refuseStranger(claim, caller.participant);
  const consented =
    offerDigest === undefined
      ? consentToAssertion(claim, caller.participant)
      : consentToTransfer(claim, offerDigest, caller.participant);
  return accept(
    [write(keys.claim(claimId), consented)],
    { name: 'claim.consented', claimId },
    { claimId, state: consented.state },
  );
});

function consentToAssertion(claim: Claim, who: Id<'participant'>): Claim {
  const { id, state } = claim;
  refuseUnless(state === 'PROPOSED', 'ILLEGAL_STATE', { id, from: state, to: 'ASSERTED' });
  const consents = withConsent(claim.consents, who);
  const next = { ...claim, consents };
  return consents.length === claim.holders.length ? move(claimType, next, 'ASSERTED') : next;
}

function consentToTransfer(claim: Claim, offerDigest: Digest, who: Id<'participant'>): Claim {
  const { transfer } = claim;
  move(claimType, claim, 'TRANSFERRED');
  refuseUnless(transfer !== undefined && transferOfferDigest(transfer) === offerDigest, 'TERMS_CHANGED', {
    claimId: claim.id,
  });
  return { ...claim, transfer: { ...transfer, consents: withConsent(transfer.consents, who) } };
}

function withConsent(consents: readonly Id<'participant'>[], who: Id<'participant'>): Id<'participant'>[] {
  refuseUnless(!consents.includes(who), 'ALREADY_CONSENTED', { participant: who });
  return [...consents, who];
}
