import type { Classification, DenialCode } from '@tallystick/chaincode/model';
import { denials, digestOf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { CHECKS } from '../src/rules/usage/decision.js';
import {
  answer,
  ask,
  asking,
  answering,
  buyer,
  fork,
  GENERAL,
  granted,
  patch,
  place,
  policyOf,
  register,
  registered,
  steelKey,
  terms,
  use,
  type Granted,
} from './rights.js';
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
const rule =
  (leftOperand: string, operator: string, rightOperand: unknown): Spoil =>
  ({ world, grantId }) => {
    const grant = world.get(keys.grant(grantId));
    const enforced = policyOf({ leftOperand, operator, rightOperand }) as typeof grant.terms.enforced;
    patch(world, keys.grant(grantId), { terms: { ...grant.terms, enforced } });
  };

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
  ['ACTION', 'policy that cannot be judged', rule('elapsedTime', 'lteq', 1)],
  ['PURPOSE', 'another purpose', rule('purpose', 'eq', 'safety')],
  ['TIME_WINDOW', 'window that has closed', rule('dateTime', 'lt', '2026-11-24T08:00:00.000Z')],
  ['TERRITORY', 'another territory', rule('spatial', 'eq', 'DE')],
  ['RECIPIENT', 'another recipient', rule('recipient', 'eq', steel.participant)],
  ['COMPONENT_PROFILE', 'higher profile', rule('component-profile', 'gteq', 'TRUST_PLUS')],
  [
    'PROHIBITED',
    'prohibition',
    ({ world, grantId }) => {
      const grant = world.get(keys.grant(grantId));
      const prohibitions = [{ action: 'read', constraints: [] }];
      patch(world, keys.grant(grantId), {
        terms: { ...grant.terms, enforced: { ...grant.terms.enforced, prohibitions } },
      });
    },
  ],
  ['QUOTA', 'exhausted quota', ({ world, grantId }) => patch(world, keys.grant(grantId), { quota: 0 })],
];

describe('usage:Answer: the decision', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered())));

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
      policy: [{ rule: '/permissions/0', active: true, unsatisfied: [] }],
    });
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
    expect(SPOILS.map(([code]) => code)).to.deep.equal(Object.keys(denials));
  });

  it('has a name for every check', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).to.equal(CHECKS.length);
  });
});

describe('usage:Answer: double authentication', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered())));

  const PARTICIPANT: Readonly<Record<string, (at: Granted) => object>> = {
    admitted: () => ({ state: 'ADMITTED' }),
    'active, certified': () => ({}),
    'active, expired': expired,
    'active, never certified': () => ({ certification: undefined }),
    suspended: () => ({ state: 'SUSPENDED' }),
    exited: () => ({ state: 'EXITED' }),
  };
  const COMPONENT: Readonly<Record<string, (at: Granted) => object>> = {
    certified: () => ({}),
    expired: ({ world }) => ({ validUntil: world.now }),
    suspended: () => ({ state: 'SUSPENDED' }),
    revoked: () => ({ state: 'REVOKED' }),
  };
  /** Members set to `undefined` are taken out. */
  const without = (members: object) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

  for (const [side, who, component] of [
    ['consumer', buyer, 'buyerComponent'],
    ['provider', steel, 'steelComponent'],
  ] as const) {
    it(`allows exactly one pair of states of the ${side} and its component`, async () => {
      const allowed: string[] = [];
      for (const [standing, members] of Object.entries(PARTICIPANT)) {
        for (const [certificate, changes] of Object.entries(COMPONENT)) {
          const at = fork(setting);
          const usageId = await ask(at);
          const key = keys.participant(who.participant);
          const changed = members(at);
          if ('certification' in changed && changed.certification === undefined) {
            const { certification: _certification, ...uncertified } = at.world.get(key);
            at.world.state.set(key.text, JSON.stringify(uncertified));
          }
          patch(at.world, key, without(changed));
          patch(at.world, keys.component(at[component]), changes(at));
          const { state, code } = await answer(at, usageId);
          if (state === 'ALLOWED') allowed.push(`${standing} / ${certificate}`);
          else expect(code).to.match(new RegExp(`^${side.toUpperCase()}_`));
        }
      }
      expect(allowed).to.deep.equal(['active, certified / certified']);
    });
  }

  it('does not take a request signed by a key that has been replaced since', async () => {
    const at = fork(setting);
    const usageId = await ask(at);
    patch(at.world, keys.component(at.buyerComponent), { keys: [digestOf('new key')] });
    expect((await answer(at, usageId)).code).to.equal('CONSUMER_COMPONENT');
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
