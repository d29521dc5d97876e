import { createHash } from 'node:crypto';
import type { Cast, Member } from './cast.js';
import type { Committed } from './client.js';
import type { Narrator } from './report.js';
import * as requests from './requests.js';

/** What the later scenes need of the earlier ones. */
export interface Scene {
  readonly cast: Cast;
  readonly narrator: Narrator;
  readonly dataset: string;
  readonly version: string;
  readonly claim: string;
  readonly component: string;
}

export async function found({ steel, supplier, regulator }: Cast, narrator: Narrator): Promise<string> {
  narrator.line('Founding the space');
  const restoration = await requests.restorationBy([steel, supplier, regulator]);
  await narrator.step('constitute', () =>
    regulator.officer.submit('space:Constitute', requests.constitution(regulator, restoration)),
  );
  for (const member of [steel, supplier]) await admit(member, regulator, narrator);
  await certify(steel, regulator, narrator);
  return certify(supplier, regulator, narrator);
}

async function admit(member: Member, regulator: Member, narrator: Narrator): Promise<void> {
  const profile = requests.profile(member, ['PROVIDER', 'CONSUMER']);
  await narrator.step(`admit ${member.mspId}`, () => regulator.officer.submit('participants:Admit', profile));
  await narrator.step(`activate ${member.mspId}`, () =>
    member.officer.submit('participants:Activate', { participantId: member.participant, rulebook: 1 }),
  );
  await narrator.step(`certify ${member.mspId}`, () =>
    regulator.officer.submit('participants:Certify', requests.certificationOf(member)),
  );
  narrator.report.ids[member.mspId] = member.participant;
}

async function certify(member: Member, regulator: Member, narrator: Narrator): Promise<string> {
  const request = await requests.componentOf(member);
  const { result } = await narrator.step(`certify component of ${member.mspId}`, () =>
    regulator.officer.submit<{ componentId: string }>('components:Certify', request),
  );
  narrator.report.ids[`${member.mspId} component`] = result.componentId;
  return result.componentId;
}

interface Registered extends Committed<{ datasetId: string; versionId: string; claimId: string }> {
  readonly cid: string;
  readonly commitment: string;
  readonly plainDigest: string;
}

export async function register(
  cast: Cast,
  file: Blob,
  component: string,
  narrator: Narrator,
): Promise<Scene> {
  narrator.line('Registering the file');
  const { steel, regulator } = cast;
  const registered = await narrator.step('seal, store and register', () =>
    steel.officer.upload<Registered>('/datasets/files', 'dataset', requests.registration(steel), file),
  );
  const { datasetId: dataset, versionId: version, claimId: claim } = registered.result;
  Object.assign(narrator.report.ids, { dataset, version, claim });
  Object.assign(narrator.report.digests, {
    plaintext: registered.plainDigest,
    commitment: registered.commitment,
  });
  narrator.report.cids['payload'] = registered.cid;
  narrator.line(`    dataset ${dataset}`);
  narrator.line(`    payload ${registered.cid}`);
  await narrator.step('registrar registers the claim', () =>
    regulator.officer.submit('claims:Register', { claimId: claim }),
  );
  return { cast, narrator, dataset, version, claim, component };
}

/** Offer by the owner, acceptance by the consumer. */
export async function grant(scene: Scene, name: string, terms: requests.GrantTerms): Promise<string> {
  const { steel, supplier } = scene.cast;
  const offer = {
    dataset: scene.dataset,
    selector: { version: scene.version },
    claim: scene.claim,
    rightsUsed: ['USE'],
    consumer: supplier.participant,
    terms: requests.terms(terms),
  };
  const { result } = await scene.narrator.step(`offer ${name}`, () =>
    steel.officer.submit<{ grantId: string; termsDigest: string }>('grants:Offer', offer),
  );
  const { grantId, termsDigest } = result;
  await scene.narrator.step(`accept ${name}`, () =>
    supplier.officer.submit('grants:Accept', { grantId, termsDigest }),
  );
  scene.narrator.report.ids[name] = grantId;
  return grantId;
}

export const askOf = (scene: Scene, grantId: string, changes: object = {}): object => ({
  grant: grantId,
  version: scene.version,
  action: 'read',
  purpose: 'predictive-maintenance',
  territory: 'CN-31',
  component: scene.component,
  ...changes,
});

interface Requested {
  readonly txId: string;
  readonly blockNumber: number;
  readonly usageId: string;
}

/** One use from request to acknowledgement: the receipt. */
export async function use(scene: Scene, grantId: string): Promise<void> {
  const { narrator } = scene;
  const { connector } = scene.cast.supplier;
  narrator.line('Using it');
  const { usageId } = await narrator.step('request', () =>
    connector.post<Requested>('/usages', askOf(scene, grantId)),
  );
  const answered = await narrator.step('answer', async () => ({ use: await connector.answered(usageId) }));
  narrator.report.cids['header'] = answered.use.answer?.header ?? '';
  narrator.line(
    `    usage ${usageId} is ${answered.use.state}, ${answered.use.answer?.facts.length ?? 0} facts recorded`,
  );
  const opened = await narrator.step('open and acknowledge', async () => ({
    bytes: await connector.open(usageId),
  }));
  const digest = createHash('sha256').update(opened.bytes).digest('hex');
  narrator.report.digests['opened'] = digest;
  if (digest !== narrator.report.digests['plaintext']) narrator.report.isAsExpected = false;
  narrator.line(`    opened ${opened.bytes.length} bytes, sha256 ${digest}`);
  await closeReceipt(scene, usageId);
}

async function closeReceipt({ narrator, cast }: Scene, usageId: string): Promise<void> {
  const state = await narrator.step('receipt closed', async () => {
    for (let attempt = 0; ; attempt += 1) {
      const record = await cast.supplier.connector.answered(usageId);
      if (record.state !== 'ALLOWED' || attempt > 200) return { state: record.state };
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  });
  narrator.report.ids['usage'] = usageId;
  narrator.report.states['usage'] = state.state;
  if (state.state === 'ACKNOWLEDGED') narrator.report.receipts += 1;
  else narrator.report.isAsExpected = false;
}

interface Owed {
  readonly action: string;
  readonly state: string;
  readonly due: string;
}

/** What the use obliges the consumer to. */
export async function owed({ narrator, cast }: Scene): Promise<void> {
  const usage = narrator.report.ids['usage'] ?? '';
  const { items } = await cast.supplier.connector.get<{ items: readonly Owed[] }>(
    `/obligations?usage=${usage}`,
  );
  for (const { action, state, due } of items) {
    narrator.report.states[action] = state;
    narrator.line(`    owed: ${action}, ${state}, until ${due}`);
  }
  if (items.length !== 1) narrator.report.isAsExpected = false;
}

export async function value(scene: Scene, grantId: string): Promise<void> {
  scene.narrator.line('Valuing the use');
  const usage = scene.narrator.report.ids['usage'] ?? '';
  const { result } = await scene.narrator.step('valuation, cost method', () =>
    scene.cast.steel.operator.submit<{ valuationId: string; result: string }>(
      'valuations:Assess',
      requests.costValuation(usage, grantId),
    ),
  );
  scene.narrator.report.ids['valuation'] = result.valuationId;
  scene.narrator.line(`    ${result.valuationId} is ${result.result} fen`);
}
