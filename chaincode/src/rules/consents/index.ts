import { descriptors, keys, refuseUnless, type Consents, type Grant, type Id } from '../../model/index.js';
import { MAX_CONSENTS } from '../../model/records/index.js';
import { write, type Ledger } from '../ledger.js';
import { refuseOtherTerms } from '../grants/parties.js';
import { dutiesOf } from '../../policy/index.js';
import { accept, rule, type AnyRule, type Decision } from '../rule.js';

const { Give, Withdraw } = descriptors.consents;
type Entry = Consents['consents'][number];

/** States in which a grant, or what is on the table for it, can still carry a use. */
const OPEN: readonly Grant['state'][] = ['REQUESTED', 'OFFERED', 'COUNTERED', 'ACTIVE', 'SUSPENDED'];

/** Consent is to the very terms it names: other terms begin without it, and what was said of them is dropped. */
const giveConsent = rule(Give, async ({ grantId, termsDigest }, ledger, caller) => {
  const { participant: by, time: at } = caller;
  const grant = await ledger.need(keys.grant(grantId));
  refuseUnless(consentingParties(grant).includes(by), 'NOT_CONSENTING_PARTY', { grantId });
  const { id, state: from } = grant;
  refuseUnless(OPEN.includes(from), 'ILLEGAL_STATE', { id, from, to: 'ACTIVE' });
  refuseOtherTerms(grant, termsDigest);
  const entries = (await entriesOf(ledger, grantId)).filter((entry) => entry.termsDigest === termsDigest);
  const own = entries.find((entry) => entry.by === by);
  refuseUnless(own === undefined || own.withdrawn !== undefined, 'ALREADY_CONSENTED', { participant: by });
  const consents = [...entries.filter((entry) => entry !== own), { by, termsDigest, at }];
  refuseUnless(consents.length <= MAX_CONSENTS, 'ILLEGAL_STATE', { grantId, consents: entries.length });
  return recorded(grant, consents, 'consent.given');
});

/** Who may no longer do anything else may still take its consent back. */
const withdrawConsent = rule(Withdraw, async ({ grantId, reason }, ledger, caller) => {
  const grant = await ledger.need(keys.grant(grantId));
  const entries = await entriesOf(ledger, grantId);
  const own = entries.find(({ by }) => by === caller.participant);
  refuseUnless(own !== undefined, 'NOT_CONSENTING_PARTY', { grantId });
  refuseUnless(own.withdrawn === undefined, 'ILLEGAL_STATE', { grantId, from: 'WITHDRAWN', to: 'WITHDRAWN' });
  const withdrawn = { at: caller.time, reason };
  const consents = entries.map((entry) => (entry === own ? { ...own, withdrawn } : entry));
  return recorded(grant, consents, 'consent.withdrawn');
});

const consentingParties = ({ terms }: Grant): readonly string[] =>
  dutiesOf(terms.enforced).flatMap(({ consent }) => consent?.parties ?? []);

const entriesOf = async (ledger: Ledger, grant: Id<'grant'>): Promise<readonly Entry[]> =>
  (await ledger.get(keys.consents(grant)))?.consents ?? [];

function recorded(
  { id, termsDigest }: Grant,
  consents: readonly Entry[],
  name: string,
): Decision<{ grantId: Id<'grant'>; consents: number }> {
  const live = consents.filter((entry) => entry.termsDigest === termsDigest && entry.withdrawn === undefined);
  return accept(
    [write(keys.consents(id), { grant: id, consents: [...consents] })],
    { name, grantId: id },
    { grantId: id, consents: live.length },
  );
}

export const consentRules: readonly AnyRule[] = [giveConsent, withdrawConsent];
