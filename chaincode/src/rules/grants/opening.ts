import {
  deriveId,
  descriptors,
  digestOf,
  encode,
  keys,
  refuseUnless,
  type Grant,
  type Id,
  type Unstamped,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { write, type Ledger } from '../ledger.js';
import { accept, rule, type Decision } from '../rule.js';
import { refuseGroundless } from './grounds.js';
import { readTerms, type OfferedTerms } from './terms.js';

const { Request, Offer, Sublicense } = descriptors.grants;

/** What the opening side says; the rest of a new grant follows. */
type Proposal = Omit<
  Unstamped<Grant>,
  'id' | 'terms' | 'termsDigest' | 'proposedBy' | 'consents' | 'onAssertedClaim'
> & { readonly terms: OfferedTerms };

export const requestGrant = rule(Request, async (request, ledger, caller) => {
  const { nonce: _nonce, ...asked } = request;
  return open(ledger, caller, request, { state: 'REQUESTED', ...asked, consumer: caller.participant });
});

export const offerGrant = rule(Offer, async (request, ledger, caller) => {
  const { nonce: _nonce, ...offered } = request;
  return open(ledger, caller, request, { state: 'OFFERED', ...offered, provider: caller.participant });
});

/** A sub-grant is about what its parent is about; only its consumer and terms are new. */
export const sublicense = rule(Sublicense, async (request, ledger, caller) => {
  const { parentId, consumer, terms } = request;
  const parent = await ledger.need(keys.grant(parentId));
  refuseUnless(parent.consumer === caller.participant, 'NOT_CONSUMER', { grantId: parentId });
  const { dataset, selector, claim, rightsUsed } = parent;
  return open(ledger, caller, request, {
    state: 'OFFERED',
    dataset,
    selector,
    claim,
    rightsUsed,
    provider: caller.participant,
    consumer,
    terms,
    parent: { grant: parentId, depth: (parent.parent?.depth ?? 0) + 1 },
  });
});

async function open(
  ledger: Ledger,
  caller: Caller,
  request: unknown,
  proposal: Proposal,
): Promise<Decision<{ grantId: Id<'grant'>; termsDigest: Grant['termsDigest']; state: Grant['state'] }>> {
  const id = deriveId('grant', caller, request);
  refuseUnless((await ledger.get(keys.grant(id))) === undefined, 'ALREADY_EXISTS', { id });
  const terms = await readTerms(ledger, proposal.terms);
  const termsDigest = digestOf(encode(terms));
  const consents = proposal.provider === caller.participant ? [caller.participant] : [];
  const grant = { ...proposal, id, terms, termsDigest, proposedBy: caller.participant, consents };
  const claim = await refuseGroundless(ledger, { ...grant, onAssertedClaim: false }, caller);
  return accept(
    [write(keys.grant(id), { ...grant, onAssertedClaim: claim.state === 'ASSERTED' })],
    { name: `grant.${proposal.state.toLowerCase()}`, grantId: id, datasetId: grant.dataset },
    { grantId: id, termsDigest, state: proposal.state },
  );
}
