import { addSeconds, type Digest, type EvidenceSubject, type Id } from '@tallystick/chaincode/model';
import {
  answer,
  answering,
  ask,
  asking,
  buyer,
  buyerKey,
  claimBody,
  counted,
  granted,
  HEADER,
  HANDOVER,
  POSSESSION,
  offer,
  OPENING,
  register,
  sealedAssessment,
  shared as sharesOf,
  steelKey,
  terms,
  third,
  thirdKey,
  versionBody,
  type Offered,
} from '../../chaincode/test/rights.js';
import { attest } from '../../chaincode/test/duties.js';
import { regulator, RULEBOOK, steel } from '../../chaincode/test/world.js';
import {
  acknowledge,
  acknowledged,
  bound,
  claim,
  COMMITMENT,
  committed,
  grant,
  reconfigured,
  shared,
  upgraded,
  usage,
  using,
  type Using,
} from './acts.js';
import { claimed, type SpaceWorld } from './space.js';

/** What happened on a ledger, and of what of it evidence is wanted. */
export type History = readonly [world: SpaceWorld, subject: EvidenceSubject];

const REASON = { reason: 'because' };

async function useOf(at: Using): Promise<History> {
  return [at.world, usage(await acknowledged(at))];
}

async function denied(): Promise<History> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  await answer(at, first, { slot: 0 });
  await answer(at, second, { slot: 1 });
  return [at.world, usage(second)];
}

async function underDuties(): Promise<History> {
  const at = await bound();
  const id = await ask(at, { attestations: [await attest(at)] });
  await answer(at, id);
  await acknowledge(at, id);
  return [at.world, usage(id)];
}

/** The same without a statement. */
async function unattested(): Promise<History> {
  const at = await bound();
  const id = await ask(at);
  await answer(at, id);
  return [at.world, usage(id)];
}

/** Two uses that were answered in one transaction. */
async function inBatch(): Promise<History> {
  const at = await using({}, terms(counted(2)));
  const [first, second] = [await ask(at), await ask(at)];
  const requests = [answering(at, first, { slot: 0 }), answering(at, second, { slot: 1 })];
  await at.world.run(steelKey, 'usage:Answer', requests);
  return [at.world, usage(second)];
}

async function requestedOnly(): Promise<History> {
  const at = await using();
  return [at.world, usage(await ask(at))];
}

async function lapsed(): Promise<History> {
  const at = await using();
  const id = await ask(at);
  at.world.later(2 * RULEBOOK.answerWithin);
  await at.world.run(buyer, 'usage:Lapse', { usageId: id });
  return [at.world, usage(id)];
}

/** Contested, delivered on the ledger, and ruled upon. */
export async function contested(
  finding: 'UPHELD' | 'REJECTED' = 'UPHELD',
): Promise<readonly [Using, Id<'usage'>]> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  await at.world.run(buyer, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' });
  const header = Buffer.from(HEADER).toString('base64');
  await at.world.run(steel, 'usage:Deliver', { usageId: id, header });
  await at.world.run(regulator, 'usage:Adjudicate', { usageId: id, finding, reason: 'Delivered too late.' });
  return [at, id];
}

async function ruled(finding: 'UPHELD' | 'REJECTED'): Promise<History> {
  const [{ world }, id] = await contested(finding);
  return [world, usage(id)];
}

async function renewed(): Promise<History> {
  const at = await using({}, terms({ lease: 3600 }));
  const id = await acknowledged(at);
  const renewal = { usageId: id, component: at.buyerComponent, number: 1 };
  await at.world.run(buyerKey, 'usage:Renew', renewal);
  return [at.world, usage(id)];
}

async function counter(at: Using, { grantId, termsDigest }: Offered, changes: object): Promise<Offered> {
  return at.world.run<Offered>(buyer, 'grants:Counter', {
    grantId,
    termsDigest,
    terms: terms({ ...changes }),
  });
}

/** Offered, answered with other terms, which the provider accepts. */
async function countered(
  options: Parameters<typeof committed>[0] = {},
  changes: object = {},
): Promise<Using> {
  const site = await committed(options);
  const first = await offer(site);
  const at: Using = { ...site, grantId: first.grantId };
  const { grantId, termsDigest } = await counter(at, first, { survival: ['model'], ...changes });
  await at.world.run(steel, 'grants:Accept', { grantId, termsDigest });
  return at;
}

/** Two hold the claim jointly; the grant needs the word of both. */
async function coOwned(): Promise<Using> {
  const site = await committed({ hasThird: true });
  const { world } = site;
  const jointly = claimBody(sharesOf([steel, 600_000], [third, 400_000]));
  const ids = await register(world, { claim: jointly, version: versionBody({ commitment: COMMITMENT }) });
  await world.run(third, 'claims:Consent', { claimId: ids.claimId });
  await world.run(regulator, 'claims:Register', { claimId: ids.claimId });
  const own = { ...site, ...ids };
  const { grantId, termsDigest } = await offer(own);
  await world.run(third, 'grants:Consent', { grantId, termsDigest });
  await world.run(buyer, 'grants:Accept', { grantId, termsDigest });
  return { ...own, world, grantId };
}

async function resumed(): Promise<Using> {
  const at = await using();
  const { world, grantId } = at;
  await world.run(steel, 'grants:Suspend', { grantId, ...REASON });
  await world.run(steel, 'grants:Resume', { grantId, ...REASON });
  return at;
}

/** The buyer hands on what it negotiated; the third member uses it. */
async function sublicensed(): Promise<History> {
  const at = await countered({ hasThird: true }, { sublicence: { maxDepth: 1 } });
  const { world } = at;
  const offered = await world.run<Offered>(buyer, 'grants:Sublicense', {
    nonce: world.nonce(),
    parentId: at.grantId,
    consumer: third.participant,
    terms: terms({ survival: ['model'] }),
  });
  const { grantId, termsDigest } = offered;
  await world.run(third, 'grants:Accept', { grantId, termsDigest });
  const sub = { ...at, grantId };
  const { usageId } = await world.run<{ usageId: Id<'usage'> }>(
    thirdKey,
    'usage:Request',
    asking(sub, { component: at.thirdComponent }),
  );
  await answer(sub, usageId);
  return [world, usage(usageId)];
}

/** The claim passes to the third member with its grants, and custody of the data with it. */
async function transferred(): Promise<Using> {
  const at = await using({ hasThird: true });
  const { world, claimId, versionId } = at;
  const { offerDigest } = await world.run<{ offerDigest: Digest }>(steel, 'claims:OfferTransfer', {
    claimId,
    to: third.participant,
    grants: 'PASS',
    custodian: third.participant,
    versions: [versionId],
    handover: HANDOVER,
  });
  const { successor } = await world.run<{ successor: Id<'claim'> }>(third, 'claims:AcceptTransfer', {
    claimId,
    nonce: world.nonce(),
    offerDigest,
    possession: POSSESSION,
  });
  await world.run(regulator, 'claims:Register', { claimId: successor });
  return { ...at, claimId: successor };
}

async function useAfterTransfer(): Promise<History> {
  const at = await transferred();
  const id = await ask(at);
  await answer(at, id, { component: at.thirdComponent }, thirdKey);
  await acknowledge(at, id);
  return [at.world, usage(id)];
}

async function grantAfterTransfer(): Promise<History> {
  const { world, grantId } = await transferred();
  return [world, grant(grantId)];
}

/** The rulebook changes between grant and use: the regulator is operator and only regulator, so the change takes effect at once. */
async function amended(): Promise<Using> {
  const at = await using();
  const rulebook = { ...RULEBOOK, version: 2, contestWithin: 2 * RULEBOOK.contestWithin };
  await at.world.run(regulator, 'space:ProposeAmendment', {
    nonce: at.world.nonce(),
    changes: { rulebook },
    ...REASON,
  });
  return at;
}

async function superseded(): Promise<Using> {
  const at = await using();
  const { grantId, termsDigest } = await offer(at, { supersedes: at.grantId });
  await at.world.run(buyer, 'grants:Accept', { grantId, termsDigest });
  return { ...at, grantId };
}

async function grantOf(made: Promise<Using>): Promise<History> {
  const { world, grantId } = await made;
  return [world, grant(grantId)];
}

async function claimRegistered(): Promise<History> {
  const { world, claimId } = await claimed();
  return [world, claim(claimId)];
}

async function claimInSharedBlock(): Promise<History> {
  const [{ world }, subject] = await shared();
  return [world, subject];
}

async function configUpdated(): Promise<History> {
  const site = await claimed();
  await reconfigured(site);
  const { claimId } = await register(site.world);
  await site.world.run(regulator, 'claims:Register', { claimId });
  return [site.world, claim(claimId)];
}

async function definitionUpgraded(before: Parameters<typeof upgraded>[0]): Promise<History> {
  const [{ world }, id] = await upgraded(before);
  return [world, usage(id)];
}

export async function assessed(): Promise<History> {
  const site = await claimed();
  const { world } = site;
  const { valuationId } = await world.run(steel, 'valuations:Assess', sealedAssessment(site), [OPENING]);
  return [world, { kind: 'valuation', id: valuationId! }];
}

/** A use of the second dataset of a busy space: much else happened before, between and after. */
async function amongOthers(): Promise<History> {
  const at = await using();
  const first = await ask(at);
  const subject = usage(await acknowledged(at));
  await answer(at, first);
  await granted(at);
  at.world.now = addSeconds(at.world.now, 60);
  await acknowledged(at);
  return [at.world, subject];
}

/** Histories of which evidence verifies, by what is special about them. */
export const HISTORIES: Readonly<Record<string, () => Promise<History>>> = {
  'use-acknowledged': async () => useOf(await using()),
  'use-denied': denied,
  'use-under-duties': underDuties,
  'use-denied-unattested': unattested,
  'use-answered-in-a-batch': inBatch,
  'use-requested': requestedOnly,
  'use-lapsed': lapsed,
  'use-renewed': renewed,
  'use-contested-upheld': () => ruled('UPHELD'),
  'use-contested-rejected': () => ruled('REJECTED'),
  'use-under-a-countered-grant': async () => useOf(await countered()),
  'use-with-consent-of-a-co-owner': async () => useOf(await coOwned()),
  'use-after-suspension-and-resumption': async () => useOf(await resumed()),
  'use-under-a-sub-licence': sublicensed,
  'use-after-a-transfer-of-the-claim': useAfterTransfer,
  'use-after-an-amendment': async () => useOf(await amended()),
  'use-under-a-superseding-grant': async () => useOf(await superseded()),
  'use-among-others': amongOthers,
  'grant-accepted': () => grantOf(using()),
  'grant-countered': () => grantOf(countered()),
  'grant-suspended-and-resumed': () => grantOf(resumed()),
  'grant-passed-on': grantAfterTransfer,
  'claim-registered': claimRegistered,
  'claim-in-a-shared-block': claimInSharedBlock,
  'configuration-updated': configUpdated,
  'use-after-an-upgrade': () => definitionUpgraded('REQUEST'),
  'use-asked-for-before-an-upgrade': () => definitionUpgraded('ANSWER'),
  'use-answered-before-an-upgrade': () => definitionUpgraded('ACKNOWLEDGEMENT'),
};
