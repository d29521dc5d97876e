import * as z from 'zod';
import { id } from '../ids.js';
import { claimBody, transferOffer } from '../records/index.js';
import { digest, nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const claim = z.strictObject({ claimId: id('claim') });
const state = claim.extend({
  state: z.enum(['PROPOSED', 'ASSERTED', 'REGISTERED', 'REJECTED', 'TRANSFERRED', 'CANCELLED']),
});
const officer = { by: 'officer' } as const;
const ending = { by: 'officer', anyTime: true } as const;

export const claimDescriptors = {
  Assert: describe(
    'claims:Assert',
    'Assert a further claim to a dataset; co-holders must consent.',
    z.strictObject({ nonce, datasetId: id('dataset'), claim: claimBody }),
    state,
    officer,
  ),
  Consent: describe(
    'claims:Consent',
    'Consent as co-holder: to the claim, or to its pending transfer.',
    /** `offerDigest` names the pending transfer; without it, the consent is to the claim itself. */
    claim.extend({ offerDigest: digest.optional() }),
    state,
    officer,
  ),
  Register: describe(
    'claims:Register',
    'Register an asserted claim. The registrar is not a holder.',
    claim.extend({ certificate: text(60).optional() }),
    state,
    officer,
  ),
  Reject: describe(
    'claims:Reject',
    'Reject an asserted claim with a code of the national guideline.',
    claim.extend({ code: z.enum(['RJ1', 'RJ2', 'RJ3', 'RJ4', 'RJ5']), reason: text(400) }),
    state,
    ending,
  ),
  OfferTransfer: describe(
    'claims:OfferTransfer',
    'Offer the whole claim to another participant.',
    claim.extend(transferOffer.shape),
    state.extend({ offerDigest: digest }),
    officer,
  ),
  AcceptTransfer: describe(
    'claims:AcceptTransfer',
    'Accept an offered claim. The new custodian proves that it has the key of every version offered.',
    claim.extend({
      nonce,
      offerDigest: digest,
      /** What `possession` of the offer's handover is the commitment of; absent where nothing is handed over. */
      possession: digest.optional(),
    }),
    state.extend({ successor: id('claim') }),
    { ...officer, writes: ['claim', 'dataset', 'open-grants', 'claim-grants'] },
  ),
  Cancel: describe(
    'claims:Cancel',
    'Give up a claim, or cancel it as registrar.',
    claim.extend({ reason: text(400) }),
    state,
    ending,
  ),
};
