import {
  bytesOf,
  encode,
  heldAs,
  keys,
  refuseUnless,
  type Claim,
  type Classification,
  type Grant,
  type Terms,
  type Unstamped,
} from '../../model/index.js';
import type { Caller } from '../caller.js';
import { needActive } from '../claims/active.js';
import { claimInForce, refuseOutOfForce } from '../claims/in-force.js';
import { isHolder } from '../claims/share-rule.js';
import { refuseHeld } from '../holds/index.js';
import type { Ledger } from '../ledger.js';
import { admit, sizeFaults } from '../../policy/index.js';
import { isAhead } from '../rule.js';
import { refuseUnlicensed } from './licence.js';
import { ancestorsOf } from './lineage.js';
import { refuseReplacing } from './replacing.js';
import { tooCostly, unenforceable } from './terms.js';

type Proposal = Unstamped<Grant>;

/**
 * What a grant stands on, checked whenever terms are put on the table and again when they are accepted. Returns the
 * claim it rests on.
 */
export async function refuseGroundless(ledger: Ledger, grant: Proposal, caller: Caller): Promise<Claim> {
  refuseTerms(ledger, grant.terms, caller);
  const { provider, consumer } = grant;
  refuseUnless(provider !== consumer, 'CONFLICT_OF_INTEREST', { participant: consumer });
  await Promise.all([needActive(ledger, provider), needActive(ledger, consumer)]);
  await refuseReplacing(ledger, grant, caller.time);
  await refuseSubject(ledger, grant);
  const claim = await needClaim(ledger, grant, caller);
  const lineage = await ancestorsOf(ledger, grant);
  const subjects = [grant.dataset, heldAs(claim), ...lineage.map(({ id }) => id)];
  await refuseHeld(ledger, subjects, 'NO_NEW_GRANT', caller.time);
  return claim;
}

/** Steps of reading and analysing a policy, for each byte of its canonical form. */
const STEPS_A_BYTE = 4;

function refuseTerms(ledger: Ledger, { enforced, term }: Terms, caller: Caller): void {
  const excessive = sizeFaults(enforced);
  if (excessive.length > 0) throw tooCostly(excessive);
  ledger.judges(bytesOf(encode(enforced)) * STEPS_A_BYTE);
  const problems = admit(enforced);
  if (problems.length > 0) throw unenforceable(problems);
  refuseUnless(isAhead(term.until, caller), 'PERIOD_INVALID', { until: term.until });
}

async function refuseSubject(ledger: Ledger, { dataset: id, selector }: Proposal): Promise<void> {
  const [dataset, version] = await Promise.all([
    ledger.need(keys.dataset(id)),
    'version' in selector ? ledger.need(keys.version(selector.version)) : undefined,
  ]);
  refuseUnless(version === undefined || version.dataset === id, 'SELECTOR_MISMATCH', { datasetId: id });
  refuseUnless(isGrantable(dataset.classification), 'CLASSIFICATION_FORBIDS', { datasetId: id });
}

/** Core data is never granted; what may be important waits until its owner has declared it or not. */
function isGrantable({ grade, status }: Classification): boolean {
  return grade === 'GENERAL' || (grade === 'IMPORTANT' && status !== 'SUSPECTED');
}

async function needClaim(ledger: Ledger, grant: Proposal, caller: Caller): Promise<Claim> {
  if (grant.parent === undefined) return needOwnClaim(ledger, grant, caller);
  await refuseUnlicensed(ledger, grant, grant.parent, caller.time);
  const claim = await claimInForce(ledger, grant.claim, caller.time);
  refuseUnless(claim !== undefined, 'CLAIM_NOT_IN_FORCE', { claimId: grant.claim });
  return claim;
}

/** The claim itself must be in force: its holder before a transfer makes no new grant on it. */
async function needOwnClaim(ledger: Ledger, grant: Proposal, { time }: Caller): Promise<Claim> {
  const [space, claim] = await Promise.all([ledger.need(keys.space()), ledger.need(keys.claim(grant.claim))]);
  const { id: claimId, dataset, rights } = claim;
  refuseUnless(dataset === grant.dataset, 'SELECTOR_MISMATCH', { claimId, datasetId: grant.dataset });
  refuseUnless(isHolder(claim, grant.provider), 'NOT_HOLDER', { claimId });
  const missing = (['OPERATE', ...grant.rightsUsed] as const).filter((right) => !rights.includes(right));
  refuseUnless(missing.length === 0, 'RIGHT_NOT_HELD', { claimId, missing });
  refuseOutOfForce(claim, space, time);
  return claim;
}
