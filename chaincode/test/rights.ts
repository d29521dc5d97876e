import {
  digestOf,
  encodeRecord,
  possessionCommitment,
  rawCid,
  type AnyRecord,
  type Digest,
  type Id,
  type Json,
  type Key,
  type Opening,
  type Policy,
} from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import { readPolicy } from '../src/policy/reading/index.js';
import {
  AGE_RECIPIENT,
  certifiedComponent,
  component as buyer,
  constituted,
  keys,
  profileOf,
  regulator,
  steel,
  who,
  World,
} from './world.js';

/** The story most tests of rights begin with: steel registers data, `buyer` uses it. */

export { buyer };
export const steelKey = who('SteelMSP', 'connector');
export const buyerKey = who('ComponentMSP', 'connector');
export const third = who('ThirdMSP');
export const thirdKey = who('ThirdMSP', 'connector');
export type Organisation = ReturnType<typeof who>;

export const TERM = { from: '2026-11-01T00:00:00.000Z', until: '2027-11-01T00:00:00.000Z' };
export const COMMITMENT = { digest: digestOf('salt and plaintext'), bytes: '1048576' };
export const HEADER = new TextEncoder().encode('age header wrapped to the one-time key');
export const HEADER_CID = rawCid(HEADER);
const KEY_COMMITMENT = digestOf('file key');
/** What only who has the keys can say, and the offer that commits to it. */
export const POSSESSION = digestOf('what follows from the keys');
export const HANDOVER = {
  cid: rawCid(new TextEncoder().encode('headers wrapped to the new custodian')),
  nonce: '0f'.repeat(16),
  possession: possessionCommitment(POSSESSION),
};
export const GENERAL = { level: 'L1', grade: 'GENERAL', status: 'DECLARED', personalData: false } as const;

type Changes = Readonly<Record<string, unknown>>;

export const versionBody = (changes: Changes = {}): Changes => ({
  commitment: COMMITMENT,
  delivery: {
    mode: 'SEALED',
    cid: rawCid(new TextEncoder().encode('ciphertext')),
    cidProfile: 'unixfs-v1-2025',
    suite: 'age-v1',
    keyCommitment: KEY_COMMITMENT,
  },
  collection: {
    system: 'rolling mill 2',
    period: { from: '2026-10-01T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' },
    method: 'sensor',
    timeSource: 'PTP',
  },
  ...changes,
});

export const claimBody = (changes: Changes = {}): Changes => ({
  holders: [{ participant: steel.participant, share: 1_000_000 }],
  shareRule: 'JOINT',
  rights: ['HOLD', 'USE', 'OPERATE'],
  origin: 'OWN_ACTIVITY',
  territory: ['CN'],
  term: TERM,
  evidence: [],
  ...changes,
});

/** Holders with shares in ppm, by organisation. */
export const shared = (...shares: readonly (readonly [Organisation, number])[]): Changes => ({
  holders: shares.map(([{ participant }, share]) => ({ participant, share })),
});

export const registration = (world: World, changes: Changes = {}): Changes => ({
  nonce: world.nonce(),
  title: { open: 'Vibration of mill 2' },
  summary: { open: 'One month at 1 kHz.' },
  sector: 'steel',
  classification: GENERAL,
  derivedFrom: [],
  version: versionBody(),
  claim: claimBody(),
  ...changes,
});

/** A constraint as people write it. */
export const constraint = (
  leftOperand: string,
  operator: string,
  rightOperand: unknown,
  unit?: string,
): Changes => ({ leftOperand, operator, rightOperand, ...(unit !== undefined && { unit }) });

/** An action with refinements. */
export const refined = (action: string, ...refinement: readonly Changes[]): Changes => ({
  'rdf:value': { '@id': action },
  refinement,
});

/** A permission to use, with more members of the rule, its duties for example. */
export const permitting = (members: Changes = {}): Changes => ({
  permission: [{ action: 'use', ...members }],
});

/** The permission to use under all of some constraints. */
export const policyOf = (...constraints: readonly Changes[]): Changes =>
  permitting(constraints.length === 0 ? {} : { constraint: constraints });

/** A policy in the form the ledger keeps. */
export function canonical(document: unknown): Policy {
  const reading = readPolicy(document as Json);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

export const terms = (changes: Changes = {}): Changes => ({
  agreement: { open: {} },
  enforced: policyOf(),
  term: TERM,
  survival: [],
  ...changes,
});

export const counted = (count: number): Changes => ({
  enforced: policyOf(constraint('count', 'lteq', count)),
});

export interface Registered {
  readonly datasetId: Id<'dataset'>;
  readonly versionId: Id<'version'>;
  readonly claimId: Id<'claim'>;
}

/** Two members and a third, each with a certified component. */
export interface Stage {
  readonly world: World;
  readonly steelComponent: Id<'component'>;
  readonly buyerComponent: Id<'component'>;
  readonly thirdComponent: Id<'component'>;
}

export async function staged(): Promise<Stage> {
  const world = await constituted();
  await world.run(regulator, 'participants:Admit', profileOf('ThirdMSP'));
  await world.run(third, 'participants:Activate', { participantId: third.participant, rulebook: 1 });
  await world.run(regulator, 'participants:Certify', {
    participantId: third.participant,
    trustLevel: 2,
    assurance: 2,
    validUntil: '2028-01-01T00:00:00.000Z',
  });
  const [steelComponent, buyerComponent, thirdComponent] = [
    await certifiedComponent(world, 'SteelMSP'),
    await certifiedComponent(world, 'ComponentMSP'),
    await certifiedComponent(world, 'ThirdMSP'),
  ];
  return { world, steelComponent, buyerComponent, thirdComponent };
}

export const register = (world: World, changes: Changes = {}, by = steel): Promise<Registered> =>
  world.run<Registered>(by, 'datasets:Register', registration(world, changes));

export interface Setting extends Stage, Registered {}

/** A dataset with a registered claim. */
export async function registered(changes: Changes = {}): Promise<Setting> {
  const stage = await staged();
  const ids = await register(stage.world, changes);
  await stage.world.run(regulator, 'claims:Register', { claimId: ids.claimId });
  return { ...stage, ...ids };
}

export interface Offered {
  readonly grantId: Id<'grant'>;
  readonly termsDigest: Digest;
  readonly state: string;
}

export const offering = (setting: Setting, changes: Changes = {}): Changes => ({
  nonce: setting.world.nonce(),
  dataset: setting.datasetId,
  selector: { all: true },
  claim: setting.claimId,
  rightsUsed: ['USE'],
  consumer: buyer.participant,
  terms: terms(),
  ...changes,
});

export const offer = (setting: Setting, changes: Changes = {}, by = steel): Promise<Offered> =>
  setting.world.run<Offered>(by, 'grants:Offer', offering(setting, changes));

export interface Granted extends Setting {
  readonly grantId: Id<'grant'>;
}

/** The setting with an active grant on it. */
export async function granted(setting: Setting, changes: Changes = {}): Promise<Granted> {
  const { grantId, termsDigest } = await offer(setting, changes);
  await setting.world.run(buyer, 'grants:Accept', { grantId, termsDigest });
  return { ...setting, grantId };
}

export const asking = (setting: Granted, changes: Changes = {}): Changes => ({
  nonce: setting.world.nonce(),
  grant: setting.grantId,
  version: setting.versionId,
  action: 'read',
  purpose: 'predictive-maintenance',
  territory: 'CN-31',
  component: setting.buyerComponent,
  recipient: AGE_RECIPIENT,
  ...changes,
});

/** The id of a committed request. */
export async function ask(setting: Granted, changes: Changes = {}, by = buyerKey): Promise<Id<'usage'>> {
  const { usageId } = await setting.world.run<{ usageId: Id<'usage'> }>(
    by,
    'usage:Request',
    asking(setting, changes),
  );
  return usageId;
}

export const answering = (setting: Granted, usageId: Id<'usage'>, changes: Changes = {}): Changes => ({
  usageId,
  component: setting.steelComponent,
  header: HEADER_CID,
  ...changes,
});

export interface Answered {
  readonly state: string;
  readonly code?: string;
}

export const answer = (
  setting: Granted,
  usageId: Id<'usage'>,
  changes: Changes = {},
  by = steelKey,
): Promise<Answered> => setting.world.run<Answered>(by, 'usage:Answer', answering(setting, usageId, changes));

/** Ask and answer at once; what was decided. */
export async function use(setting: Granted, asked: Changes = {}, answered: Changes = {}): Promise<Answered> {
  return answer(setting, await ask(setting, asked), answered);
}

export const acknowledging = (setting: Granted, usageId: Id<'usage'>, changes: Changes = {}): Changes => ({
  usageId,
  component: setting.buyerComponent,
  bytes: COMMITMENT.bytes,
  commitment: COMMITMENT.digest,
  ...changes,
});

/** Put members of a record where a test needs them, whatever the rules say of how they come there. */
export function patch<T extends AnyRecord>(world: World, key: Key<T>, members: Partial<T>): void {
  world.state.set(key.text, encodeRecord(key.type, { ...world.get(key), ...members }));
}

/** The same setting in a world that can go its own way. */
export const fork = <S extends Stage>(setting: S): S => ({ ...setting, world: setting.world.fork() });

/** Let the rulebook accept claims that no registrar has seen. */
export function acceptAsserted(world: World): void {
  const { rulebook } = world.get(keys.space());
  patch(world, keys.space(), { rulebook: { ...rulebook, acceptAssertedClaims: true } });
}

/** A hold with one effect, in force from November to the new year. */
export const place = (
  world: World,
  subject: string,
  effect: string,
  by: Organisation = regulator,
): Promise<unknown> =>
  world.run(by, 'holds:Place', {
    nonce: world.nonce(),
    subject,
    authority: 'Shanghai Intermediate Court',
    orderNumber: '(2026) 12',
    orderDigest: digestOf('order'),
    effects: [effect],
    term: { from: '2026-11-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
  });

/** Inputs of a valuation that are sealed: this is nowhere on the ledger. */
export const OPENING: Opening = {
  salt: 'ab'.repeat(16),
  value: {
    layers: [{ layer: 'direct', amount: '1000001' }],
    factors: { quality: 500_000, demand: 1_000_000, timeliness: 1_000_000 },
  },
};

/** A valuation over them, as `valuations:Assess` takes it. */
export const sealedAssessment = ({
  world,
  datasetId,
  claimId,
}: Pick<Registered, 'datasetId' | 'claimId'> & {
  readonly world: Pick<World, 'now'> & { nonce(): string };
}): Changes => ({
  nonce: world.nonce(),
  subject: datasetId,
  method: 'cost',
  methodVersion: 1,
  currency: 'CNY',
  inputs: { sealed: { digest: openingDigest(OPENING), cid: `bafkrei${'a'.repeat(52)}` } },
  references: [claimId],
  result: '500000',
  asOf: world.now,
  validUntil: '2027-11-24T08:00:00.000Z',
  class: 'INDICATIVE',
});
