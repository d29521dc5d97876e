import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.js';
import { Problem } from './client.js';
import { digestOf, inDays, inSeconds } from './requests.js';
import { askOf, grant, type Scene } from './story.js';

/** Everything that must be refused. Each is a scenario of its own; the code it ends in is part of the contract. */
export async function refusals(scene: Scene, spentGrant: string): Promise<void> {
  const expiring = await grant(scene, 'grant with a short term', { uses: 5, until: inSeconds(4) });
  const expiry = Date.now() + 4000;
  const open = await grant(scene, 'second grant', { uses: 100, until: inDays(90) });
  scene.narrator.line('What must be refused');
  const asks = askOf(scene, open, { purpose: 'benchmarking' });
  await explained(scene, await denied(scene, 'wrong purpose', 'PURPOSE', asks));
  await strangers(scene, open);
  await denied(scene, 'exhausted quota', 'QUOTA', askOf(scene, spentGrant));
  await underHold(scene, open);
  await sleep(Math.max(0, expiry - Date.now()) + 100);
  await denied(scene, 'expired term', 'GRANT_TERM', askOf(scene, expiring));
  await suspended(scene, open);
  await revoked(scene, open);
}

async function strangers(scene: Scene, grantId: string): Promise<void> {
  const { supplier } = scene.cast;
  const uncertified = `component-${'a'.repeat(52)}`;
  const asks = askOf(scene, grantId, { component: uncertified });
  await refused(
    scene,
    'uncertified component',
    'COMPONENT_NOT_CERTIFIED',
    supplier.client('connector-b'),
    asks,
  );
  await refused(
    scene,
    'certified component, another key',
    'NOT_COMPONENT_KEY',
    supplier.client('connector-c'),
    askOf(scene, grantId),
  );
}

async function underHold(scene: Scene, grantId: string): Promise<void> {
  const { officer } = scene.cast.regulator;
  const { result } = await officer.submit<{ holdId: string }>('holds:Place', {
    subject: scene.dataset,
    authority: 'Intermediate People’s Court',
    orderNumber: '2026-0117',
    orderDigest: digestOf('order 2026-0117'),
    effects: ['NO_USE'],
    term: { from: inDays(-1), until: inDays(30) },
  });
  await denied(scene, 'regulator’s hold', 'HOLD', askOf(scene, grantId));
  await officer.submit('holds:Release', {
    subject: scene.dataset,
    holdId: result.holdId,
    reason: 'order lifted',
  });
}

async function suspended(scene: Scene, grantId: string): Promise<void> {
  const { regulator, supplier } = scene.cast;
  const target = { participantId: supplier.participant, reason: 'audit overdue' };
  await regulator.officer.submit('participants:Suspend', target);
  await denied(scene, 'suspended participant', 'CONSUMER_NOT_ACTIVE', askOf(scene, grantId));
  await regulator.officer.submit('participants:Reinstate', target);
}

async function revoked(scene: Scene, grantId: string): Promise<void> {
  await scene.cast.steel.officer.submit('grants:Revoke', { grantId, reason: 'breach of terms' });
  await denied(scene, 'revoked grant', 'GRANT_NOT_ACTIVE', askOf(scene, grantId));
}

/** A request that is committed, and answered with a denial. */
async function denied(
  { cast, narrator }: Scene,
  scenario: string,
  expected: string,
  ask: object,
): Promise<string> {
  const { connector } = cast.supplier;
  const { usageId } = await connector.post<{ usageId: string }>('/usages', ask);
  const { state, answer } = await connector.answered(usageId);
  narrator.refused(scenario, answer?.code ?? state, expected);
  return usageId;
}

interface Explained {
  readonly summary: string;
  readonly lines: readonly string[];
  /** Each has a line of its own at the end, under a heading. */
  readonly facts: readonly unknown[];
}

/** Why a use was denied, as the consumer's gateway makes it again from what the ledger recorded. */
async function explained({ cast, narrator }: Scene, usageId: string): Promise<void> {
  const why = (language: string): Promise<Explained> =>
    cast.supplier.connector.get<Explained>(`/usages/${usageId}/explanation?language=${language}`);
  const [english, chinese] = await Promise.all([why('en'), why('zh')]);
  const told = english.lines.slice(0, -1 - english.facts.length);
  for (const line of [english.summary, ...told, chinese.summary]) narrator.line(`    ${line}`);
  narrator.line(`    and ${english.facts.length} ledger keys that the decision looked at`);
  narrator.report.explanations[usageId] = english.summary;
  if (!english.summary.includes('PURPOSE')) narrator.report.isAsExpected = false;
}

/** A request that the ledger refuses to write at all. */
async function refused(
  { narrator }: Scene,
  scenario: string,
  expected: string,
  client: Client,
  ask: object,
): Promise<void> {
  const code = await client.post('/usages', ask).then(
    () => 'ACCEPTED',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );
  narrator.refused(scenario, code, expected);
}
