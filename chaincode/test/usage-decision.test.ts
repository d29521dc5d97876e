import type { Classification, DenialCode, Id } from '@tallystick/chaincode/model';
import { denials, digestOf, encodeRecord } from '@tallystick/chaincode/model';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { evaluate, reportDigest } from '../src/policy/index.js';
import { attemptOf } from '../src/rules/usage/attempt.js';
import { CHECKS } from '../src/rules/usage/decision.js';
import { attest } from './duties.js';
import {
  answer,
  ask,
  asking,
  answering,
  buyer,
  buyerKey,
  canonical,
  constraint,
  fork,
  GENERAL,
  granted,
  patch,
  permitting,
  place,
  policyOf,
  register,
  registered,
  steelKey,
  terms,
  third,
  use,
  type Granted,
} from './rights.js';
import { someId } from './seeds.js';
import { keys, regulator, steel } from './world.js';

/** Between the request and the answer something changes; the answer is decided by what is true at its own time. */
type Spoil = (at: Granted) => unknown;

const reason = 'because';
const past = ({ world }: Granted) => ({ from: '2025-01-01T00:00:00.000Z', until: world.now });
const participant =
  (who: typeof steel, members: (at: Granted) => object): Spoil =>
  (at) =>
    patch(at.world, keys.participant(who.participant), members(at));
const componentOf =
  (side: 'steelComponent' | 'buyerComponent', members: (at: Granted) => object): Spoil =>
  (at) =>
    patch(at.world, keys.component(at[side]), members(at));
const expired = ({ world }: Granted) => ({
  certification: {
    trustLevel: 2,
    assurance: 2,
    certifiedBy: regulator.participant,
    validUntil: world.now,
  },
});
const classified =
  (changes: Partial<Classification>): Spoil =>
  ({ world, datasetId }) =>
    patch(world, keys.dataset(datasetId), { classification: { ...GENERAL, ...changes } });
const policy =
  (document: object): Spoil =>
  ({ world, grantId }) =>
    patch(world, keys.grant(grantId), {
      terms: { ...world.get(keys.grant(grantId)).terms, enforced: canonical(document) },
    });
const rule = (leftOperand: string, operator: string, rightOperand: unknown): Spoil =>
  policy(policyOf(constraint(leftOperand, operator, rightOperand)));
const dutiful = (action: string, parties: object = {}): object =>
  permitting({ duty: [{ action, ...parties }] });
const forbidding = (conflict: string): object => ({
  ...policyOf(),
  conflict,
  prohibition: [{ action: 'read' }],
});
const broken: Spoil = (at) => {
  policy(dutiful('delete'))(at);
  const open = [someId('obligation')];
  const stamp = { kind: 'breaches', schema: 1, updatedAt: at.world.now, rules: RULES_VERSION } as const;
  const key = keys.breaches(at.grantId);
  at.world.state.set(key.text, encodeRecord(key.type, { ...stamp, grant: at.grantId, open }));
};

/** Every statement is as long as can be, and every condition is about it. */
const judging =
  (constraints: number): Spoil =>
  async (at) => {
    const facts = Array.from({ length: 20 }, (_, index) => ({
      operand: 'industry',
      value: `i${index}`.padEnd(300, 'x'),
    }));
    const attestations: Id<'attestation'>[] = [];
    while (attestations.length < 10) attestations.push(await attest(at, { facts }));
    for (const key of at.world.state.keys()) {
      const [kind, id] = key.split('/');
      if (kind === 'usage') patch(at.world, keys.usage(id as Id<'usage'>), { attestations });
    }
    policy(policyOf(...Array.from({ length: constraints }, () => constraint('industry', 'neq', 'steel'))))(
      at,
    );
  };
/** More than an answer may take. */
const laborious = judging(200);

/** In the order of the gate. */
const SPOILS: readonly (readonly [DenialCode, string, Spoil])[] = [
  ['SPACE_PAUSED', 'pause', ({ world }) => world.run(regulator, 'space:Pause', { reason })],
  ['CONSUMER_NOT_ACTIVE', 'suspended consumer', participant(buyer, () => ({ state: 'SUSPENDED' }))],
  ['CONSUMER_NOT_CERTIFIED', 'consumer’s certification just expired', participant(buyer, expired)],
  ['PROVIDER_NOT_ACTIVE', 'suspended provider', participant(steel, () => ({ state: 'SUSPENDED' }))],
  ['PROVIDER_NOT_CERTIFIED', 'provider’s certification just expired', participant(steel, expired)],
  [
    'CONSUMER_COMPONENT',
    'consumer’s component revoked',
    componentOf('buyerComponent', () => ({ state: 'REVOKED' })),
  ],
  [
    'KEY_COMPROMISED',
    'key of the request declared since',
    ({ world }) => {
      const declared = { participant: buyer.participant, key: buyerKey.keyDigest, from: world.now, reason };
      return world.run(regulator, 'compromises:Declare', declared);
    },
  ],
  [
    'PROVIDER_COMPONENT',
    'provider’s component suspended',
    componentOf('steelComponent', () => ({ state: 'SUSPENDED' })),
  ],
  [
    'CLAIM_NOT_IN_FORCE',
    'cancelled claim',
    ({ world, claimId }) => patch(world, keys.claim(claimId), { state: 'CANCELLED' }),
  ],
  [
    'RIGHT_NOT_COVERED',
    'no right but that to offer',
    ({ world, grantId }) => patch(world, keys.grant(grantId), { rightsUsed: ['OPERATE'] }),
  ],
  ['HOLD', 'hold', ({ world, claimId }) => place(world, claimId, 'NO_USE')],
  [
    'GRANT_NOT_ACTIVE',
    'revoked grant',
    ({ world, grantId }) => patch(world, keys.grant(grantId), { state: 'REVOKED' }),
  ],
  [
    'GRANT_TERM',
    'grant whose term just ended',
    (at) => {
      const grant = at.world.get(keys.grant(at.grantId));
      patch(at.world, keys.grant(at.grantId), { terms: { ...grant.terms, term: past(at) } });
    },
  ],
  ['CLASSIFICATION', 'found to be core', classified({ grade: 'CORE' })],
  ['EFFORT', 'more to look at than an answer may', laborious],
  ['ACTION', 'another action', policy(permitting({ action: 'print' }))],
  ['TARGET', 'another dataset', policy(permitting({ target: someId('dataset') }))],
  ['PURPOSE', 'another purpose', rule('purpose', 'eq', 'safety')],
  ['TIME_WINDOW', 'window that has closed', rule('dateTime', 'lt', '2026-11-24T08:00:00.000Z')],
  ['TERRITORY', 'another territory', rule('spatial', 'eq', 'DE')],
  ['RECIPIENT', 'another recipient', rule('recipient', 'eq', steel.participant)],
  ['COMPONENT_PROFILE', 'higher profile', rule('idsc:SECURITY_LEVEL', 'gteq', 'TRUST_PLUS')],
  ['CONSTRAINT', 'later version', rule('version', 'gt', 7)],
  [
    'CONSENT',
    'nobody has consented',
    policy(dutiful('obtainConsent', { consentingParty: third.participant })),
  ],
  ['DUTY', 'nothing has been paid', policy(dutiful('compensate'))],
  ['CONFLICT', 'prohibition that voids the policy', policy(forbidding('invalid'))],
  ['PROHIBITED', 'prohibition', policy(forbidding('prohibit'))],
  ['BREACH', 'what was not done', broken],
  ['QUOTA', 'exhausted quota', ({ world, grantId }) => patch(world, keys.grant(grantId), { quota: 0 })],
];

describe('usage:Answer: the decision', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered())));

  it('takes no more steps for all answers of a list together than a transaction may', async () => {
    const at = fork(setting);
    const usages = [await ask(at), await ask(at)];
    await judging(150)(at);
    const list = usages.map((usageId) => answering(at, usageId));
    expect(await at.world.refusal(steelKey, 'usage:Answer', list)).to.equal('LIMIT_EXCEEDED');
  });

  it('allows when nothing stands against it, and records every fact it looked at', async () => {
    const at = fork(setting);
    const usageId = await ask(at);
    const committed = new Map(at.world.state);
    const answered = await answer(at, usageId);
    expect(answered).to.deep.equal({ usageId, state: 'ALLOWED' });
    const { answer: recorded } = at.world.get(keys.usage(usageId));
    expect(recorded).to.deep.include({
      outcome: 'ALLOWED',
      at: at.world.now,
      provider: steel.participant,
      component: at.steelComponent,
      signedBy: steelKey.keyDigest,
      rulebook: 1,
    });
    const { world, report } = recorded?.policy ?? {};
    expect(world).to.deep.equal({
      at: at.world.now,
      facts: [],
      members: [{ member: at.versionId, collection: at.datasetId }],
      duties: [],
    });
    const { enforced } = at.world.get(keys.grant(at.grantId)).terms;
    expect(report).to.equal(
      reportDigest(evaluate(enforced, attemptOf(at.world.get(keys.usage(usageId))), world!)),
    );
    const looked = recorded?.facts.map(({ key }) => key) ?? [];
    expect(looked).to.deep.equal(
      [
        'space',
        `usage/${usageId}`,
        `grant/${at.grantId}`,
        `version/${at.versionId}`,
        `dataset/${at.datasetId}`,
        `participant/${buyer.participant}`,
        `participant/${steel.participant}`,
        `component/${at.buyerComponent}`,
        `component/${at.steelComponent}`,
        `claim/${at.claimId}`,
        ...[at.datasetId, at.claimId, at.grantId].map((id) => `holds/${id}`),
        ...[buyer, steel].map(({ mspId }) => keys.compromises(mspId).text),
      ].sort(),
    );
    for (const { key, value } of recorded?.facts ?? []) {
      const text = committed.get(key);
      expect(value, key).to.equal(text === undefined ? null : digestOf(text));
    }
  });

  for (const [code, name, spoil] of SPOILS) {
    it(`denies ${code}: ${name}`, async () => {
      const at = fork(setting);
      const usageId = await ask(at);
      await spoil(at);
      const slot = code === 'QUOTA' ? { slot: 0 } : {};
      expect(await answer(at, usageId, slot)).to.deep.equal({ usageId, state: 'DENIED', code });
      const { answer: recorded } = at.world.get(keys.usage(usageId));
      expect(recorded).to.include({ outcome: 'DENIED', code });
      expect(recorded, 'a denied answer releases nothing').not.to.have.any.keys(
        'header',
        'pullToken',
        'slot',
      );
    });
  }

  it('names the first of two failures, whichever came first', async () => {
    for (const [index, [code, name, first]] of SPOILS.entries()) {
      for (const [, later, second] of SPOILS.slice(index + 1)) {
        const at = fork(setting);
        const usageId = await ask(at);
        // Both may patch the same record or rewrite the policy; the later one of the gate is laid down first.
        await second(at);
        await first(at);
        const request = { ...answering(at, usageId), slot: 0 };
        const isCounted = at.world.get(keys.grant(at.grantId)).quota !== undefined;
        const { code: decided } = await answer(at, usageId, isCounted ? request : {});
        expect(decided, `${name} and ${later}`).to.equal(code);
      }
    }
  });

  it('sees every denial there is', () => {
    expect(SPOILS.map(([code]) => code)).to.have.members(Object.keys(denials));
  });

  it('has a name for every check', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).to.equal(CHECKS.length);
  });
});

describe('usage:Answer: what the grant rests on', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered())));

  it('applies a hold on dataset, claim or grant while it is in force', async () => {
    for (const subject of ['datasetId', 'claimId', 'grantId'] as const) {
      const at = fork(setting);
      const { holdId } = await at.world.run(regulator, 'holds:Place', {
        nonce: at.world.nonce(),
        subject: at[subject],
        authority: 'Court',
        orderNumber: '1',
        orderDigest: digestOf('order'),
        effects: ['NO_USE'],
        term: { from: at.world.now, until: '2026-11-24T08:30:00.000Z' },
      });
      expect((await use(at)).code, subject).to.equal('HOLD');
      const released = fork(at);
      await released.world.run(regulator, 'holds:Release', { subject: at[subject], holdId, reason });
      expect((await use(released)).code).to.equal(undefined);
      at.world.later(1800);
      expect((await use(at)).code, 'lapsed').to.equal(undefined);
    }
  });

  it('is not stopped by a hold with another effect', async () => {
    const at = fork(setting);
    await place(at.world, at.claimId, 'NO_NEW_GRANT');
    expect((await use(at)).state).to.equal('ALLOWED');
  });

  it('covers looking with the right to hold, and processing with the right of use', async () => {
    const at = fork(setting);
    patch(at.world, keys.grant(at.grantId), { rightsUsed: ['HOLD'] });
    for (const action of ['read', 'display', 'print']) {
      expect((await use(at, { action })).code, action).to.equal(undefined);
    }
    for (const action of ['use', 'derive', 'aggregate', 'anonymize', 'index', 'execute']) {
      expect((await use(at, { action })).code, action).to.equal('RIGHT_NOT_COVERED');
    }
  });

  it('keeps important data out of the content store and at home, between the highest components', async () => {
    const at = fork(setting);
    classified({ grade: 'IMPORTANT' })(at);
    expect((await use(at)).code, 'sealed').to.equal('CLASSIFICATION');
    patch(at.world, keys.version(at.versionId), {
      delivery: { mode: 'PULL', component: at.steelComponent },
    });
    const pullToken = digestOf('token');
    expect((await use(at, {}, { pullToken })).code, 'profile').to.equal('CLASSIFICATION');
    for (const side of ['steelComponent', 'buyerComponent'] as const) {
      patch(at.world, keys.component(at[side]), { profile: 'TRUST_PLUS' });
    }
    expect((await use(at, {}, { pullToken })).code).to.equal(undefined);
    expect((await use(at, { territory: 'DE' }, { pullToken })).code, 'abroad').to.equal('CLASSIFICATION');
    classified({ grade: 'IMPORTANT', status: 'SUSPECTED' })(at);
    expect((await use(at, {}, { pullToken })).code, 'suspected').to.equal('CLASSIFICATION');
  });

  it('asks of both components the profile that the level of the data needs', async () => {
    const sides = ['steelComponent', 'buyerComponent'] as const;
    for (const [changes, least, below] of [
      [{ level: 'L2' }, 'TRUST', 'BASE'],
      [{ level: 'L3' }, 'TRUST_PLUS', 'TRUST'],
      [{ personalData: true }, 'TRUST', 'BASE'],
    ] as const) {
      for (const low of sides) {
        const at = fork(setting);
        classified(changes)(at);
        for (const side of sides) patch(at.world, keys.component(at[side]), { profile: least });
        expect((await use(at)).code, least).to.equal(undefined);
        patch(at.world, keys.component(at[low]), { profile: below });
        expect((await use(at)).code, `${low} ${below}`).to.equal('CLASSIFICATION');
      }
    }
    const at = fork(setting);
    for (const side of sides) patch(at.world, keys.component(at[side]), { profile: 'BASE' });
    expect((await use(at)).code, 'L1').to.equal(undefined);
  });

  it('is judged at the answer’s time, not the request’s', async () => {
    const term = { from: '2026-11-24T08:00:00.000Z', until: '2026-11-24T08:10:00.000Z' };
    const at = await granted(await registered(), { terms: terms({ term }) });
    const [early, late] = [await ask(at), await ask(at)];
    at.world.later(599);
    expect((await answer(at, early)).state).to.equal('ALLOWED');
    at.world.later(1);
    expect((await answer(at, late)).code).to.equal('GRANT_TERM');
  });

  it('covers every version of the dataset, or the one selected', async () => {
    const at = fork(setting);
    const other = await register(at.world);
    const foreign = asking(at, { version: other.versionId });
    expect(await at.world.refusal({ ...buyer, ...keyOf(at) }, 'usage:Request', foreign)).to.equal(
      'SELECTOR_MISMATCH',
    );
    patch(at.world, keys.version(other.versionId), { dataset: at.datasetId });
    expect((await use(at, { version: other.versionId })).state).to.equal('ALLOWED');
    patch(at.world, keys.grant(at.grantId), { selector: { version: at.versionId } });
    expect(await at.world.refusal({ ...buyer, ...keyOf(at) }, 'usage:Request', foreign)).to.equal(
      'SELECTOR_MISMATCH',
    );
    expect((await use(at)).state).to.equal('ALLOWED');
  });

  /** The buyer’s component key. */
  const keyOf = ({ world, buyerComponent }: Granted) => ({
    keyDigest: world.get(keys.component(buyerComponent)).keys[0]!,
  });
});
