import { deriveId, descriptors, type Id, type Unit } from '@tallystick/chaincode/model';
import type { Policies, WrittenTerms } from '../../policies/port.js';
import type { Offers, SignedTerms } from '../stores/port.js';
import type { Ports } from '../../../routes/ports.js';
import type { Note } from '../../../routes/transaction.js';

type Side = SignedTerms['side'];

/** What our organisation says by a transaction of a grant. */
interface Saying {
  readonly side: Side;
  readonly grantId: (by: Unit, request: Readonly<Record<string, unknown>>) => string;
  /** `undefined` for terms that the ledger refuses: nothing will ever stand under them. */
  readonly termsDigest: (
    request: Readonly<Record<string, unknown>>,
    policies: Policies,
  ) => Promise<string | undefined>;
}

const made: Saying['grantId'] = (by, request) => deriveId('grant', by, request);
const named: Saying['grantId'] = (_by, request) => request['grantId'] as Id<'grant'>;
const ofTerms: Saying['termsDigest'] = ({ terms }, policies) => policies.termsDigest(terms as WrittenTerms);
const said: Saying['termsDigest'] = ({ termsDigest }) => Promise.resolve(termsDigest as string);

const { Request, Offer, Counter, Accept, Consent, Sublicense } = descriptors.grants;

const sayings: Readonly<Record<string, Saying>> = {
  [Request.name]: { side: 'OFFERED', grantId: made, termsDigest: ofTerms },
  [Offer.name]: { side: 'OFFERED', grantId: made, termsDigest: ofTerms },
  [Sublicense.name]: { side: 'OFFERED', grantId: made, termsDigest: ofTerms },
  [Counter.name]: { side: 'OFFERED', grantId: named, termsDigest: ofTerms },
  [Accept.name]: { side: 'ACCEPTED', grantId: named, termsDigest: said },
  [Consent.name]: { side: 'ACCEPTED', grantId: named, termsDigest: said },
};

/**
 * Writes down the terms our organisation signs, before they are sent: custody releases a key only under terms that it finds here or
 * on the ledger under our own signature.
 */
export const newTermsNote =
  ({
    offers,
    mspId,
    identities,
    policies,
  }: Pick<Ports, 'mspId' | 'identities'> & { readonly offers: Offers; readonly policies: Policies }): Note =>
  ({ name }, requests, identity) => {
    const saying = sayings[name];
    if (saying === undefined) return undefined;
    const { unit = '' } = identities.get(identity) ?? {};
    return {
      async write(txId) {
        for (const request of requests as readonly Readonly<Record<string, unknown>>[]) {
          const grantId = saying.grantId({ mspId, unit }, request);
          const termsDigest = await saying.termsDigest(request, policies);
          if (termsDigest !== undefined) await offers.put({ grantId, termsDigest, side: saying.side, txId });
        }
      },
      withdraw: (txIds) => offers.withdraw(txIds),
    };
  };
