import { createHash } from 'node:crypto';
import type { EvidenceSubject, Id, Opening } from '@tallystick/chaincode/model';
import {
  acknowledging,
  answer,
  answering as answeringUse,
  ask,
  buyer,
  buyerKey,
  constraint,
  counted,
  granted,
  HEADER,
  OPENING,
  permitting,
  register,
  sealedAssessment,
  steelKey,
  terms,
  versionBody,
  type Granted,
} from '../../chaincode/test/rights.js';
import { attest, consent, under } from '../../chaincode/test/duties.js';
import { regulator, steel } from '../../chaincode/test/world.js';
import { revocationList } from '../../verifier/test/certificates-fixture.js';
import type { Outcome } from '../../verifier/src/verdict.js';
import type { Trust } from '../../verifier/src/trust/trust.js';
import { answering, collect, trustIn, type Wanted } from './collecting.js';
import { spell, spellSigned, type Draft } from './draft.js';
import { encode } from '@tallystick/chaincode/model';
import { claimed, settled, type Options, type Site, type SpaceWorld } from './space.js';

/** Everything that a verifier is given. */
export interface Case {
  readonly text: string;
  readonly trust: Trust;
  readonly payload?: Uint8Array;
}

export const caseOf = (world: SpaceWorld, draft: Draft, changes: Partial<Trust> = {}): Case => ({
  text: spell(draft),
  trust: trustIn(world, changes),
});

/** A space in which a grant is in force. */
export interface Using extends Granted {
  readonly world: SpaceWorld;
}

export const PLAINTEXT = new TextEncoder().encode('vibration of mill 2, one month\n'.repeat(50));
export const SALT = '5a'.repeat(32);

function commitmentOf(plaintext: Uint8Array): { readonly digest: string; readonly bytes: string } {
  const digest = createHash('sha256').update(Buffer.from(SALT, 'hex')).update(plaintext).digest('hex');
  return { digest: `sha256:${digest}`, bytes: `${plaintext.length}` };
}

export const COMMITMENT = commitmentOf(PLAINTEXT);

export async function using(
  options: Options = {},
  grantTerms: ReturnType<typeof terms> = terms(),
  between: (site: Site) => Promise<void> | void = () => undefined,
): Promise<Using> {
  const site = await settled(options, { version: versionBody({ commitment: COMMITMENT }) });
  await between(site);
  return { ...(await granted(site, { terms: grantTerms })), world: site.world };
}

export const usage = (id: string): EvidenceSubject => ({ kind: 'usage', id });
export const claim = (id: string): EvidenceSubject => ({ kind: 'claim', id });

/** A use that went through. */
export async function acknowledged(at: Using): Promise<Id<'usage'>> {
  const id = await ask(at);
  await answer(at, id);
  await acknowledge(at, id);
  return id;
}

export async function acknowledge(at: Using, id: Id<'usage'>): Promise<void> {
  const received = { bytes: COMMITMENT.bytes, commitment: COMMITMENT.digest };
  await at.world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, id, received));
}

async function useAcknowledged(): Promise<Case> {
  const at = await using();
  const draft = collect(at.world, usage(await acknowledged(at)));
  const by = at.world.people.get('SteelMSP')!.people.officer;
  draft.payloadSalt = SALT;
  const text = encode(spellSigned(draft, by, '2026-11-24T18:05:00.000Z'));
  return { text, trust: trustIn(at.world), payload: PLAINTEXT };
}

async function useDenied(): Promise<Case> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  await answer(at, first, { slot: 0 });
  await answer(at, second, { slot: 1 });
  return caseOf(at.world, collect(at.world, usage(second)));
}

/** A policy that asks for a statement, a consent and an open event, and for deletion after each use. */
export async function bound(): Promise<Using> {
  const site = await settled({}, { version: versionBody({ commitment: COMMITMENT }) });
  const { world } = site;
  const { eventId } = await world.run(steel, 'events:Declare', { nonce: world.nonce(), name: 'maintenance' });
  await world.run(steel, 'events:Open', { eventId });
  const policy = permitting({
    constraint: [constraint('industry', 'eq', 'steel'), constraint('event', 'eq', eventId)],
    duty: [{ action: 'obtainConsent', consentingParty: regulator.participant }, { action: 'delete' }],
  });
  const at = { ...(await granted(site, under(policy))), world };
  await consent(at, regulator);
  return at;
}

async function useUnderDuties(): Promise<Case> {
  const at = await bound();
  const id = await ask(at, { attestations: [await attest(at)] });
  await answer(at, id);
  await acknowledge(at, id);
  return caseOf(at.world, collect(at.world, usage(id)));
}

/** The same without a statement. */
async function useUnattested(): Promise<Case> {
  const at = await bound();
  const id = await ask(at);
  await answer(at, id);
  return caseOf(at.world, collect(at.world, usage(id)));
}

/** Two uses that were answered in one transaction; the request of the other is only stated. */
async function useInBatch(): Promise<Case> {
  const at = await using({}, terms(counted(2)));
  const [first, second] = [await ask(at), await ask(at)];
  const requests = [answeringUse(at, first, { slot: 0 }), answeringUse(at, second, { slot: 1 })];
  await at.world.run(steelKey, 'usage:Answer', requests);
  return caseOf(at.world, collect(at.world, usage(second)));
}

async function contestUpheld(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  await at.world.run(buyer, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' });
  const header = Buffer.from(HEADER).toString('base64');
  await at.world.run(steel, 'usage:Deliver', { usageId: id, header });
  const finding = { usageId: id, finding: 'UPHELD', reason: 'Delivered too late.' };
  await at.world.run(regulator, 'usage:Adjudicate', finding);
  return caseOf(at.world, collect(at.world, usage(id)));
}

async function grantAccepted(): Promise<Case> {
  const at = await using();
  return caseOf(at.world, collect(at.world, { kind: 'grant', id: at.grantId }));
}

export async function claimRegistered(options: Options = {}, wanted: Wanted = {}): Promise<[Site, Draft]> {
  const site = await claimed(options);
  return [site, collect(site.world, claim(site.claimId), wanted)];
}

async function compactClaim(): Promise<Case> {
  const [{ world }, draft] = await claimRegistered();
  return caseOf(world, draft);
}

/** Two independent registrations stand in one block. */
export async function shared(wanted: Wanted = { profile: 'full' }): Promise<[Site, Draft]> {
  const site = await claimed();
  const { world } = site;
  world.ledger.blocks.hold();
  const { claimId } = await register(world);
  await register(world);
  world.ledger.blocks.cut();
  await world.run(regulator, 'claims:Register', { claimId });
  return [site, collect(world, claim(claimId), wanted)];
}

async function fullClaim(): Promise<Case> {
  const [{ world }, draft] = await shared();
  return caseOf(world, draft);
}

async function singleOperator(changes: Partial<Trust>): Promise<Case> {
  const [{ world }, draft] = await claimRegistered({ consensus: 'SINGLE_OPERATOR' });
  return caseOf(world, draft, changes);
}

async function orderedOnly(): Promise<Case> {
  const [{ world }, draft] = await shared();
  const asked = answering(world.ledger).slice(0, 1);
  for (const each of draft.transactions.slice(-1)) {
    const { txId } = each;
    const { envelope } = world.ledger.transactions.find((recorded) => recorded.txId === txId)!;
    each.answers = [world.ledger.answer(txId, envelope, asked, world.now)];
  }
  draft.states = [];
  return caseOf(world, draft);
}

/** A third organisation joins, and another one revokes a certificate. */
export async function reconfigured({ world }: Site): Promise<void> {
  const { blocks } = world.ledger;
  const { organisations } = blocks.members;
  blocks.reconfigure({ ...blocks.members, organisations: [...organisations, world.people.get('ThirdMSP')!] });
  const { root, people } = world.people.get('ThirdMSP')!;
  const serial = people.operator.serial;
  blocks.reconfigure({
    ...blocks.members,
    revoked: { ThirdMSP: pemOf(await revocationList(root, [serial])) },
  });
}

export const pemOf = (list: Uint8Array): Uint8Array => {
  const lines = Buffer.from(list)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return new TextEncoder().encode(`-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`);
};

async function configUpdated(): Promise<Case> {
  const site = await claimed();
  await reconfigured(site);
  const { claimId } = await register(site.world);
  await site.world.run(regulator, 'claims:Register', { claimId });
  return caseOf(site.world, collect(site.world, claim(claimId)));
}

export async function upgraded(): Promise<[Using, Id<'usage'>]> {
  const at = await using({}, terms(), ({ world }) => void world.ledger.define('1.1.0'));
  return [at, await acknowledged(at)];
}

async function definitionUpgraded(): Promise<Case> {
  const [{ world }, id] = await upgraded();
  return caseOf(world, collect(world, usage(id)));
}

async function valuation(openings: readonly Opening[]): Promise<Case> {
  const site = await claimed();
  const { world } = site;
  const { valuationId } = await world.run(steel, 'valuations:Assess', sealedAssessment(site), [OPENING]);
  const draft = collect(world, { kind: 'valuation', id: valuationId! });
  draft.openings = [...openings];
  return caseOf(world, draft);
}

/** What an honest exporter writes, by name. */
export const STORIES: Readonly<Record<string, () => Promise<Case>>> = {
  'use-acknowledged': useAcknowledged,
  'use-denied': useDenied,
  'use-under-duties': useUnderDuties,
  'use-denied-unattested': useUnattested,
  'use-answered-in-a-batch': useInBatch,
  'use-contested-upheld': contestUpheld,
  'grant-accepted': grantAccepted,
  'claim-registered': compactClaim,
  'claim-registered-full': fullClaim,
  'valuation-opened': () => valuation([OPENING]),
  'valuation-sealed': () => valuation([]),
  'single-operator-refused': () => singleOperator({}),
  'single-operator-accepted': () => singleOperator({ singleOperator: true }),
  'ordered-not-proven-valid': orderedOnly,
  'configuration-updated': configUpdated,
  'definition-upgraded': definitionUpgraded,
};

/** How those end that do not end as VERIFIED. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'valuation-sealed': 'INCOMPLETE',
  'single-operator-refused': 'FAILED',
  'ordered-not-proven-valid': 'ORDERED_NOT_PROVEN_VALID',
};
