import { createHash } from 'node:crypto';
import type { EvidenceSubject, Id } from '@tallystick/chaincode/model';
import {
  acknowledging,
  answer,
  ask,
  buyerKey,
  constraint,
  granted,
  permitting,
  register,
  terms,
  versionBody,
  type Granted,
} from '../../chaincode/test/rights.js';
import { consent, under } from '../../chaincode/test/duties.js';
import { regulator, steel } from '../../chaincode/test/world.js';
import { revocationList } from '../../verifier/test/certificates-fixture.js';
import type { Trust } from '../../verifier/src/trust/trust.js';
import { trustIn } from './collecting.js';
import { spell, type Draft } from './draft.js';
import {
  claimed,
  FIRST_EDITION,
  SECOND_EDITION,
  settled,
  type Options,
  type Site,
  type SpaceWorld,
} from './space.js';

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

/** A site of which the version commits to the plaintext above. */
export const committed = (options: Options = {}): Promise<Site> =>
  settled(options, { version: versionBody({ commitment: COMMITMENT }) });

export async function using(
  options: Options = {},
  grantTerms: ReturnType<typeof terms> = terms(),
  between: (site: Site) => Promise<void> | void = () => undefined,
): Promise<Using> {
  const site = await committed(options);
  await between(site);
  return { ...(await granted(site, { terms: grantTerms })), world: site.world };
}

export const usage = (id: string): EvidenceSubject => ({ kind: 'usage', id });
export const claim = (id: string): EvidenceSubject => ({ kind: 'claim', id });
export const grant = (id: string): EvidenceSubject => ({ kind: 'grant', id });

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

/** A policy that asks for a statement, a consent and an open event, and for deletion after each use. */
export async function bound(): Promise<Using> {
  const site = await committed();
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

/** Two independent registrations stand in one block; the claim of the first. */
export async function shared(): Promise<[Site, EvidenceSubject]> {
  const site = await claimed();
  const { world } = site;
  world.ledger.blocks.hold();
  const { claimId } = await register(world);
  await register(world);
  world.ledger.blocks.cut();
  await world.run(regulator, 'claims:Register', { claimId });
  return [site, claim(claimId)];
}

/** A third organisation joins, and another one revokes a certificate. */
export async function reconfigured({ world }: Site): Promise<void> {
  const { blocks } = world.ledger;
  const { organisations } = blocks.members;
  const joining = world.people.get('ThirdMSP')!;
  blocks.reconfigure({ ...blocks.members, organisations: [...organisations, joining] });
  await revoke(world, 'ThirdMSP', joining.people.operator.serial);
}

/** An organisation revokes certificates. */
export async function revoke(
  { ledger, people }: SpaceWorld,
  mspId: string,
  ...serials: readonly string[]
): Promise<void> {
  const list = pemOf(await revocationList(people.get(mspId)!.root, serials));
  ledger.blocks.reconfigure({ ...ledger.blocks.members, revoked: { [mspId]: list } });
}

const pemOf = (list: Uint8Array): Uint8Array => {
  const lines = Buffer.from(list)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return new TextEncoder().encode(`-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`);
};

/** A use during which the second edition comes into force: before it is asked for, answered or acknowledged. */
export async function upgraded(
  before: 'REQUEST' | 'ANSWER' | 'ACKNOWLEDGEMENT',
): Promise<[Using, Id<'usage'>]> {
  const at = await using({ definition: FIRST_EDITION });
  const upgrade = (now: typeof before): void => {
    if (now === before) at.world.ledger.define(SECOND_EDITION);
  };
  upgrade('REQUEST');
  const id = await ask(at);
  upgrade('ANSWER');
  await answer(at, id);
  upgrade('ACKNOWLEDGEMENT');
  await acknowledge(at, id);
  return [at, id];
}
