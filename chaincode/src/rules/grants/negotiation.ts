import { descriptors, digestOf, encode, keys, refuseUnless } from '../../model/index.js';
import { grantType } from '../../model/records/index.js';
import { refuseStranger } from '../claims/share-rule.js';
import { write } from '../ledger.js';
import { accept, move, rule } from '../rule.js';
import { refuseGroundless } from './grounds.js';
import { needNegotiated, refuseOtherTerms, refuseProposer } from './parties.js';
import { readTerms } from './terms.js';

const { Consent, Counter, Decline, Withdraw } = descriptors.grants;

/** Other terms are a new proposal: nobody has consented to them yet but who makes them. */
export const counterGrant = rule(Counter, async ({ grantId, termsDigest, ...offered }, ledger, caller) => {
  const grant = await needNegotiated(ledger, grantId, 'COUNTERED');
  refuseProposer(grant, caller);
  refuseOtherTerms(grant, termsDigest);
  const terms = await readTerms(ledger, offered.terms);
  const countered = {
    ...move(grantType, grant, 'COUNTERED'),
    terms,
    termsDigest: digestOf(encode(terms)),
    proposedBy: caller.participant,
    consents: grant.provider === caller.participant ? [caller.participant] : [],
  };
  const claim = await refuseGroundless(ledger, countered, caller);
  return accept(
    [write(keys.grant(grantId), { ...countered, onAssertedClaim: claim.state === 'ASSERTED' })],
    { name: 'grant.countered', grantId },
    { grantId, termsDigest: countered.termsDigest, state: 'COUNTERED' },
  );
});

export const consentToGrant = rule(Consent, async ({ grantId, termsDigest }, ledger, caller) => {
  const { participant } = caller;
  const grant = await needNegotiated(ledger, grantId, 'ACTIVE');
  refuseOtherTerms(grant, termsDigest);
  refuseStranger(await ledger.need(keys.claim(grant.claim)), participant);
  // A sub-grant disposes of its provider's own grant; the holders of the claim are not asked again.
  const isAsked = grant.parent === undefined && !grant.consents.includes(participant);
  refuseUnless(isAsked, 'ALREADY_CONSENTED', { participant });
  return accept(
    [write(keys.grant(grantId), { ...grant, consents: [...grant.consents, participant] })],
    { name: 'grant.consented', grantId },
    { grantId, state: grant.state },
  );
});

export const declineGrant = rule(Decline, async ({ grantId, reason }, ledger, caller) => {
  const grant = await needNegotiated(ledger, grantId, 'DECLINED');
  refuseProposer(grant, caller);
  const ending = { by: caller.participant, reason };
  return accept(
    [write(keys.grant(grantId), { ...move(grantType, grant, 'DECLINED'), ending })],
    { name: 'grant.declined', grantId },
    { grantId, state: 'DECLINED' },
  );
});

export const withdrawGrant = rule(Withdraw, async ({ grantId, reason }, ledger, caller) => {
  const grant = await needNegotiated(ledger, grantId, 'WITHDRAWN');
  refuseUnless(grant.proposedBy === caller.participant, 'NOT_PARTY', { grantId, proposer: grant.proposedBy });
  const ending = { by: caller.participant, reason };
  return accept(
    [write(keys.grant(grantId), { ...move(grantType, grant, 'WITHDRAWN'), ending })],
    { name: 'grant.withdrawn', grantId },
    { grantId, state: 'WITHDRAWN' },
  );
});
