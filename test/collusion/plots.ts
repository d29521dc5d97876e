import { encode, keys, obligationId, type Id } from '@tallystick/chaincode/model';
import { templateOf } from '../../chaincode/src/policy/templates/index.js';
import type { Client } from '../../scripts/demo/client.js';
import { digestOf, inDays } from '../../scripts/demo/requests.js';
import { grant, termsOf, Trial } from '../policy/classes/trial.js';
import { newcomer, register, type Software, type Stage } from '../policy/stage.js';

/** What endorsers write under a key: a text, bytes that are none, or nothing any more. */
export type Forgery = readonly [key: string, value: string | Uint8Array | null];

/** A grant that stood in the way of nothing, what has been done since, honestly, and what a majority writes so that it never was. */
export interface LaidPlot {
  readonly trial: Trial;
  /** What forbids the use. */
  readonly act: () => Promise<unknown>;
  /** After the act. */
  readonly forge: () => Promise<readonly Forgery[]>;
  /** Of the request, beside what every request says. */
  readonly changes?: object;
  /** The software that asks, and its identity; the supplier's connector otherwise. */
  readonly by?: { readonly client: Client; readonly identity: string };
  /** Undoes the act, where other grants suffer from it. */
  readonly undo?: () => Promise<unknown>;
}

export interface Plot {
  readonly title: string;
  /** Why the use is denied by the rules, whatever stands on Fabric. */
  readonly code: string;
  readonly lay: (stage: Stage) => Promise<LaidPlot>;
  /** Every use suffers from the act. */
  readonly isGeneral?: true;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a peer has committed; `undefined` for nothing, and for what is no record. */
const committed = (stage: Stage, key: string): Promise<Fields | undefined> =>
  stage.cast.regulator.officer.get<Fields>(`/records?key=${encodeURIComponent(key)}`).catch(() => undefined);

/** The same as it is written. @throws Error where there is none */
export async function text(stage: Stage, key: string): Promise<string> {
  const record = await committed(stage, key);
  if (record === undefined) throw new Error(`nothing stands under ${key}`);
  return encode(record);
}

const USE = { permission: [{ action: 'use' }] };
const reason = 'breach of terms';

async function trialOf(stage: Stage, policy: unknown = USE): Promise<Trial> {
  const terms = termsOf(policy);
  const [offered] = await grant(stage, [terms]);
  return new Trial(stage, terms, offered!);
}

const policyOf = (name: string, parameters: unknown): unknown => templateOf(name)!.make(parameters);
const keyOfGrant = ({ grantId }: Trial): string => keys.grant(grantId as Id<'grant'>).text;

/** The record as it stood before an act. */
async function asBefore(stage: Stage, key: string): Promise<LaidPlot['forge']> {
  const before = await text(stage, key);
  return () => Promise.resolve([[key, before]]);
}

/** What somebody does to a grant, by the regulator: the provider may be away. */
const byRegulator =
  (transaction: string) =>
  async (stage: Stage): Promise<LaidPlot> => {
    const trial = await trialOf(stage);
    const { grantId } = trial;
    return {
      trial,
      act: () => stage.cast.regulator.officer.submit(transaction, { grantId, reason }),
      forge: await asBefore(stage, keyOfGrant(trial)),
    };
  };

const order = (subject: string): object => ({
  subject,
  authority: 'Intermediate People’s Court',
  orderNumber: '2026-0117',
  orderDigest: digestOf('order 2026-0117'),
  effects: ['NO_USE'],
  term: { from: inDays(-1), until: inDays(30) },
});

const held =
  (forge: (stage: Stage, key: string) => Promise<readonly Forgery[]>) =>
  async (stage: Stage): Promise<LaidPlot> => {
    const trial = await trialOf(stage);
    const key = keys.holds(trial.grantId as Id<'grant'>).text;
    return {
      trial,
      act: () => stage.cast.regulator.officer.submit('holds:Place', order(trial.grantId)),
      forge: () => forge(stage, key),
    };
  };

async function consented(stage: Stage): Promise<LaidPlot> {
  const { regulator } = stage.cast;
  const trial = await trialOf(stage, policyOf('consent', { parties: [regulator.participant], needed: 1 }));
  const { grantId, termsDigest } = trial;
  await regulator.officer.submit('consents:Give', { grantId, termsDigest });
  return {
    trial,
    act: () => regulator.officer.submit('consents:Withdraw', { grantId, reason: 'changed our mind' }),
    forge: await asBefore(stage, keys.consents(grantId as Id<'grant'>).text),
  };
}

/** A grant of one use, and the use. */
async function spent(stage: Stage): Promise<Trial> {
  const trial = await trialOf(stage, policyOf('number-of-usages', { count: 1 }));
  const outcome = await trial.use();
  if (outcome !== 'ALLOWED') throw new Error(`the first use: ${outcome}`);
  return trial;
}

async function slotTwice(stage: Stage): Promise<LaidPlot> {
  const trial = await spent(stage);
  const key = keys.usageSlot(trial.grantId as Id<'grant'>, 0).text;
  return { trial, act: () => Promise.resolve(), forge: () => Promise.resolve([[key, null]]) };
}

async function quotaRaised(stage: Stage): Promise<LaidPlot> {
  const trial = await spent(stage);
  const key = keyOfGrant(trial);
  const raised = (await text(stage, key)).replaceAll('"quota":1', '"quota":1000');
  return { trial, act: () => Promise.resolve(), forge: () => Promise.resolve([[key, raised]]) };
}

const DUTY = '/permission/0/duty/0';

/** What was stated under a second grant, written under the first. */
async function paid(stage: Stage): Promise<LaidPlot> {
  const { cast, software } = stage;
  const price = { amount: '1500.00', currency: 'CNY', creditor: cast.steel.participant };
  const trial = await trialOf(stage, policyOf('sale', price));
  const other = await trial.another();
  await other.fulfil(DUTY, software.steel);
  const [mine, theirs] = [trial, other].map(({ grantId }) => obligationId(grantId as Id<'grant'>, DUTY));
  const stated = await text(stage, keys.obligation(theirs!).text);
  const forged = stated.replaceAll(theirs!, mine!).replaceAll(other.grantId, trial.grantId);
  return {
    trial,
    act: () => Promise.resolve(),
    forge: () => Promise.resolve([[keys.obligation(mine!).text, forged]]),
  };
}

async function attested(stage: Stage): Promise<LaidPlot> {
  const trial = await trialOf(stage, policyOf('state', { states: ['emergency'] }));
  const other = await trial.another();
  const facts = [{ operand: 'idsc:STATE', value: 'emergency' }];
  const theirs = await other.attest(stage.software.steel, facts);
  const mine: Id<'attestation'> = `attestation-${'a'.repeat(52)}`;
  const stated = await text(stage, keys.attestation(theirs as Id<'attestation'>).text);
  const forged = stated.replaceAll(theirs, mine).replaceAll(other.grantId, trial.grantId);
  return {
    trial,
    changes: { attestations: [mine] },
    act: () => Promise.resolve(),
    forge: () => Promise.resolve([[keys.attestation(mine).text, forged]]),
  };
}

const component =
  (transaction: string) =>
  async (stage: Stage): Promise<LaidPlot> => {
    const trial = await trialOf(stage);
    const { id: componentId, client }: Software = await newcomer(stage);
    return {
      trial,
      changes: { component: componentId },
      by: { client, identity: 'connector-c' },
      act: () => stage.cast.regulator.officer.submit(transaction, { componentId, reason }),
      forge: await asBefore(stage, keys.component(componentId as Id<'component'>).text),
    };
  };

/** A dataset of its own, so that nothing else suffers. */
async function apart(stage: Stage): Promise<Trial> {
  const own = { ...stage, ...(await register(stage.cast)) };
  return trialOf(own);
}

async function claimed(stage: Stage): Promise<LaidPlot> {
  const trial = await apart(stage);
  const claimId = trial.stage.claim as Id<'claim'>;
  return {
    trial,
    changes: { version: trial.stage.version },
    act: () => stage.cast.regulator.officer.submit('claims:Cancel', { claimId, reason }),
    forge: await asBefore(stage, keys.claim(claimId).text),
  };
}

async function classified(stage: Stage): Promise<LaidPlot> {
  const trial = await apart(stage);
  const datasetId = trial.stage.dataset as Id<'dataset'>;
  const classification = { level: 'L3', grade: 'GENERAL', status: 'DECLARED', personalData: false };
  // The custodian does it, who may be away afterwards.
  const before = await text(stage, keys.dataset(datasetId).text);
  await stage.cast.steel.officer.submit('datasets:Classify', { datasetId, classification, reason });
  return {
    trial,
    changes: { version: trial.stage.version },
    act: () => Promise.resolve(),
    forge: () => Promise.resolve([[keys.dataset(datasetId).text, before]]),
  };
}

const garbled =
  (value: string | Uint8Array) =>
  async (stage: Stage): Promise<LaidPlot> => ({
    ...(await byRegulator('grants:Suspend')(stage).then((ground) => ({
      ...ground,
      forge: () => Promise.resolve([[keyOfGrant(ground.trial), value]] as const),
    }))),
  });

async function suspended(stage: Stage): Promise<LaidPlot> {
  const { regulator, supplier } = stage.cast;
  const participantId = supplier.participant as Id<'participant'>;
  const act = (transaction: string) => () => regulator.officer.submit(transaction, { participantId, reason });
  return {
    trial: await trialOf(stage),
    act: act('participants:Suspend'),
    forge: await asBefore(stage, keys.participant(participantId).text),
    undo: act('participants:Reinstate'),
  };
}

async function paused(stage: Stage): Promise<LaidPlot> {
  const { officer } = stage.cast.regulator;
  return {
    trial: await trialOf(stage),
    act: () => officer.submit('space:Pause', { reason }),
    forge: await asBefore(stage, keys.space().text),
    undo: () => officer.submit('space:Resume', { reason }),
  };
}

const emptied = async (stage: Stage, key: string): Promise<readonly Forgery[]> => [
  [key, encode({ ...(await committed(stage, key)), holds: [] })],
];

/** Everything that forbids a use, and that a majority would have undone. */
export const PLOTS: readonly Plot[] = [
  { title: 'a suspended grant is active', code: 'GRANT_NOT_ACTIVE', lay: byRegulator('grants:Suspend') },
  { title: 'a revoked grant is active', code: 'GRANT_NOT_ACTIVE', lay: byRegulator('grants:Revoke') },
  { title: 'holds are emptied', code: 'HOLD', lay: held(emptied) },
  { title: 'holds are deleted', code: 'HOLD', lay: held((_, key) => Promise.resolve([[key, null]])) },
  { title: 'a withdrawn consent is restored', code: 'CONSENT', lay: consented },
  { title: 'one slot is given twice', code: 'QUOTA', lay: slotTwice },
  { title: 'the quota is raised', code: 'QUOTA', lay: quotaRaised },
  { title: 'a price is paid', code: 'DUTY', lay: paid },
  { title: 'a statement is invented', code: 'CONSTRAINT', lay: attested },
  {
    title: 'a suspended component is certified',
    code: 'CONSUMER_COMPONENT',
    lay: component('components:Suspend'),
  },
  {
    title: 'a revoked component is certified',
    code: 'CONSUMER_COMPONENT',
    lay: component('components:Revoke'),
  },
  { title: 'a cancelled claim is in force', code: 'CLAIM_NOT_IN_FORCE', lay: claimed },
  { title: 'a dataset is classified lower', code: 'CLASSIFICATION', lay: classified },
  { title: 'a grant is no JSON', code: 'GRANT_NOT_ACTIVE', lay: garbled('no JSON') },
  { title: 'a grant is no text', code: 'GRANT_NOT_ACTIVE', lay: garbled(Uint8Array.of(0xff, 0xfe)) },
  { title: 'a suspended consumer is active', code: 'CONSUMER_NOT_ACTIVE', lay: suspended, isGeneral: true },
  { title: 'a paused space is not paused', code: 'SPACE_PAUSED', lay: paused, isGeneral: true },
];
