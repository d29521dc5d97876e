import { encode } from '@tallystick/chaincode/model';
import {
  acknowledging,
  answer,
  ask,
  asking,
  buyer,
  buyerKey,
  offer,
  register,
  steelKey,
} from '../../../chaincode/test/rights.js';
import { regulator, steel } from '../../../chaincode/test/world.js';
import {
  acknowledged,
  caseOf,
  claim,
  COMMITMENT,
  committed,
  usage,
  using,
  type Case,
  type Using,
} from '../acts.js';
import { contested } from '../histories.js';
import type { AnyMembers } from '../restoring.js';
import { claimed } from '../space.js';
import { failing, lacking, lie, type Forgery } from './forgery.js';

type Who = typeof steel;

/** What a transaction of others writes, whoever signs: colluding endorsers let it, and every witness lies. */
async function passedOff(
  { world }: Pick<Using, 'world'>,
  by: Who,
  transaction: string,
  request: object,
  key: string,
  record: object,
): Promise<void> {
  const text = encode(record);
  const execution = { writes: new Map([[key, text]]), result: '{}', events: [] };
  await world.run(by, transaction, request, [], execution);
}

const recordAt = ({ world }: Pick<Using, 'world'>, key: string): AnyMembers =>
  JSON.parse(world.ledger.text(key)!) as AnyMembers;

const lied = async ({ world }: Using, id: string): Promise<Case> =>
  caseOf(world, await lie(world, usage(id)));

/** Who offers accepts, too. */
async function acceptedBy(by: Who, named: (digest: string) => string = (digest) => digest): Promise<Case> {
  const site = await committed();
  const { grantId, termsDigest } = await offer(site);
  const at: Using = { ...site, grantId };
  const key = `grant/${grantId}`;
  const active = { ...recordAt(at, key), state: 'ACTIVE', activatedAt: at.world.now };
  await passedOff(at, by, 'grants:Accept', { grantId, termsDigest: named(termsDigest) }, key, active);
  return lied(at, await acknowledged(at));
}

/** Somebody else's component asks in the consumer's name. */
async function requestedByAnother(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  const key = `usage/${id}`;
  const record = recordAt(at, key);
  const other = `usage-${'b'.repeat(52)}`;
  const forged = { ...record, id: other };
  await passedOff(at, steelKey, 'usage:Request', asking(at), `usage/${other}`, forged);
  await answer(at, other as typeof id);
  return lied(at, other);
}

async function acknowledgedByTheProvider(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  const key = `usage/${id}`;
  const acknowledgement = {
    at: at.world.now,
    bytes: COMMITMENT.bytes,
    commitment: COMMITMENT.digest,
    signedBy: at.world.person(buyerKey).keyDigest,
  };
  const record = { ...recordAt(at, key), state: 'ACKNOWLEDGED', acknowledgement };
  await passedOff(at, steelKey, 'usage:Acknowledge', acknowledging(at, id), key, record);
  return lied(at, id);
}

/** The ruling that the regulator made is made by a party. */
async function ruledByAParty(): Promise<Case> {
  const [at, id] = await contested('REJECTED');
  const key = `usage/${id}`;
  const record = recordAt(at, key);
  const finding = { usageId: id, finding: 'REJECTED', reason: 'Delivered in time.' };
  await passedOff(at, steel, 'usage:Adjudicate', finding, key, { ...record, updatedAt: at.world.now });
  const draft = await lie(at.world, usage(id));
  // Of the two rulings only the forged one is in the file.
  draft.transactions.splice(-2, 1);
  return caseOf(at.world, draft);
}

/** A contest in the name of the consumer, by the provider who would rather have a ruling in its favour. */
async function contestedByTheProvider(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  const key = `usage/${id}`;
  const contest = { at: at.world.now, reason: 'NOT_DELIVERED' };
  const record = { ...recordAt(at, key), state: 'CONTESTED', contest };
  await passedOff(at, steel, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' }, key, record);
  return lied(at, id);
}

/** The registrar's act, by the holder itself. */
async function registeredByTheHolder(): Promise<Case> {
  const { world, ...site } = await claimed();
  const { claimId } = await register(world);
  const key = `claim/${claimId}`;
  const at = { ...site, world };
  const registration = { registrar: regulator.participant, at: world.now };
  const record = { ...recordAt(at, key), state: 'REGISTERED', registration };
  await passedOff(at, steel, 'claims:Register', { claimId }, key, record);
  return caseOf(world, await lie(world, claim(claimId)));
}

const differing = (code: Forgery['code'], make: () => Promise<Case>): Forgery =>
  failing(code, 'PARTY_DIFFERS', make);

/** Acts that the wrong party signed. The rules would never have it so; every witness lies. */
export const PARTIES: Readonly<Record<string, Forgery>> = {
  'accepted-by-who-offered': differing('subject.terms', () => acceptedBy(steel)),
  'accepted-by-a-stranger': differing('subject.terms', () => acceptedBy(regulator)),
  'accepted-other-terms': lacking('subject.terms', 'PART_MISSING', () =>
    acceptedBy(buyer, (digest) => digest.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
  ),
  'requested-by-another': differing('subject.request', requestedByAnother),
  'acknowledged-by-the-provider': differing('subject.course', acknowledgedByTheProvider),
  'contested-by-the-provider': differing('subject.course', contestedByTheProvider),
  'ruled-by-a-party': differing('subject.course', ruledByAParty),
  'registered-by-the-holder': differing('subject.claim', registeredByTheHolder),
};
