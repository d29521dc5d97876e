import { descriptors, keys, type Claim, type Grant, type Id, type Instant } from '../../model/index.js';
import { grantType } from '../../model/records/index.js';
import type { Caller } from '../caller.js';
import { refuseUnagreed } from '../claims/share-rule.js';
import { write, type Ledger, type Write } from '../ledger.js';
import { makeDue } from '../obligations/making.js';
import { conditionalDuties } from '../obligations/plan.js';
import { dutiesOf, quotaOf } from '../../policy/index.js';
import { accept, move, rule } from '../rule.js';
import { refuseGroundless } from './grounds.js';
import { takeFromParent } from './licence.js';
import { countOpen, countOwing } from './open-grants.js';
import { creditorOf, needNegotiated, refuseOtherTerms, refuseProposer } from './parties.js';

/** The second signature under the same terms. What was true when they were proposed must still be. */
export const acceptGrant = rule(
  descriptors.grants.Accept,
  async ({ grantId, termsDigest }, ledger, caller) => {
    const proposed = await needNegotiated(ledger, grantId, 'ACTIVE');
    refuseProposer(proposed, caller);
    refuseOtherTerms(proposed, termsDigest);
    const claim = await refuseGroundless(ledger, proposed, caller);
    const grant = activate(proposed, claim, caller);
    if (grant.parent === undefined) refuseUnagreed(claim, grant.consents, 'GRANT');
    return accept(
      [
        write(keys.grant(grantId), grant),
        ...(await takeFromParent(ledger, grant)),
        ...(await replaceOrCount(ledger, grant)),
        ...(await countOwing(ledger, grant)),
        ...(await oweFromNow(ledger, grant, caller.time)),
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

/**
 * What the acceptance makes the consumer owe once: obligations of the whole policy, and what has to be done before the first use, which is
 * on record before it is paid. Those that recur need no record, and of those that are bound to a condition nobody knows yet.
 */
async function oweFromNow(ledger: Ledger, grant: Grant, since: Instant): Promise<readonly Write[]> {
  const { enforced } = grant.terms;
  const bound = conditionalDuties(enforced);
  const plans = dutiesOf(enforced).filter(
    ({ pointer, kind, every }) =>
      every === undefined &&
      (kind === 'AFTER' ? /^\/obligation\/\d+$/.test(pointer) : kind === 'BEFORE' && !bound.has(pointer)),
  );
  if (plans.length === 0) return [];
  const { rulebook } = await ledger.need(keys.space());
  return makeDue(plans, { grant, provider: await creditorOf(ledger, grant), rulebook, since });
}

/** One more open grant, unless it takes the place of another of the same provider. */
async function replaceOrCount(ledger: Ledger, grant: Grant): Promise<readonly Write[]> {
  const { id, supersedes } = grant;
  if (supersedes === undefined) return countOpen(ledger, [grant, 1]);
  const old = move(grantType, await ledger.need(keys.grant(supersedes)), 'SUPERSEDED');
  const counts = await countOpen(ledger, [old, -1], [grant, 1]);
  const endedAt = grant.activatedAt;
  return [
    write(keys.grant(supersedes), { ...old, supersededBy: id, ...(endedAt !== undefined && { endedAt }) }),
    ...counts,
  ];
}
