import { descriptors, keys, type Claim, type Grant, type Id, type Instant } from '../../model/index.js';
import { grantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { refuseUnagreed } from '../claims/share-rule.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { makeDue } from '../obligations/making.js';
import { dutiesOf, quotaOf } from '../policy/index.js';
import { accept, move, rule } from '../rule.js';
import { refuseGroundless } from './grounds.js';
import { takeFromParent } from './licence.js';
import { countOpen } from './open-grants.js';
import { needNegotiated, providerUnder, refuseOtherTerms, refuseProposer } from './parties.js';

/** The second signature under the same terms. What was true when they were proposed must still be. */
export const acceptGrant = rule(
  descriptors.grants.Accept,
  async ({ grantId, termsDigest }, ledger, caller) => {
    const proposed = await needNegotiated(ledger, grantId, 'ACTIVE');
    refuseProposer(proposed, caller);
    refuseOtherTerms(proposed, termsDigest);
    const claim = await refuseGroundless(ledger, proposed, caller);
    const grant = activate(proposed, claim, caller);
    if (grant.parent === undefined) refuseUnagreed(claim, grant.consents);
    return accept(
      [
        write(keys.grant(grantId), grant),
        ...(await takeFromParent(ledger, grant)),
        ...(await replaceOrCount(ledger, grant)),
        ...(await oweFromNow(ledger, grant, claim, caller.time)),
      ],
      { name: 'grant.accepted', grantId, datasetId: grant.dataset },
      { grantId, state: 'ACTIVE' },
    );
  },
);

function activate(proposed: Grant, claim: Claim, { participant, time }: Caller): Grant {
  const quota = quotaOf(proposed.terms.enforced);
  return {
    ...move(grantType, proposed, 'ACTIVE'),
    consents: participant === proposed.provider ? withProvider(proposed) : proposed.consents,
    onAssertedClaim: claim.state === 'ASSERTED',
    activatedAt: time,
    ...(quota !== undefined && { quota }),
  };
}

const withProvider = ({ consents, provider }: Grant): Id<'participant'>[] => [
  ...consents.filter((consent) => consent !== provider),
  provider,
];

/** Obligations of the whole policy that have to be done once, from the acceptance on. Those that recur need no record. */
async function oweFromNow(
  ledger: Ledger,
  grant: Grant,
  claim: Claim,
  since: Instant,
): Promise<readonly Write[]> {
  const plans = dutiesOf(grant.terms.enforced).filter(
    ({ pointer, kind, every }) =>
      /^\/obligation\/\d+$/.test(pointer) && kind === 'AFTER' && every === undefined,
  );
  if (plans.length === 0) return [];
  const { rulebook } = await ledger.need(keys.space());
  return makeDue(plans, { grant, provider: providerUnder(grant, claim), rulebook, since });
}

/** One more open grant, unless it takes the place of another of the same provider. */
async function replaceOrCount(ledger: Ledger, grant: Grant): Promise<readonly Write[]> {
  const { id, supersedes } = grant;
  if (supersedes === undefined) return countOpen(ledger, [grant, 1]);
  const old = move(grantType, await ledger.need(keys.grant(supersedes)), 'SUPERSEDED');
  const counts = await countOpen(ledger, [old, -1], [grant, 1]);
  return [write(keys.grant(supersedes), { ...old, supersededBy: id }), ...counts];
}
