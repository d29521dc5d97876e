import { digestOf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  buyer,
  claimBody,
  constraint,
  counted,
  fork,
  GENERAL,
  granted,
  offer,
  offering,
  patch,
  place,
  policyOf,
  register,
  registered,
  shared,
  terms,
  third,
  use,
  type Offered,
  type Setting,
} from './rights.js';
import { keys, regulator, steel } from './world.js';

const reason = 'because';
type Changes = Readonly<Record<string, unknown>>;

const requesting = (at: Setting, changes: Changes = {}): Changes => {
  const { consumer: _consumer, ...subject } = offering(at);
  return { ...subject, provider: steel.participant, ...changes };
};
const refusalOfOffer = (at: Setting, changes: Changes = {}, by = steel) =>
  at.world.refusal(by, 'grants:Offer', offering(at, changes));
describe('grants: negotiation', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  it('activates with the second signature under the same terms', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await offer(at, { terms: terms(counted(5)) });
    at.world.later(60);
    expect(await at.world.run(buyer, 'grants:Accept', { grantId, termsDigest })).to.deep.equal({
      grantId,
      state: 'ACTIVE',
    });
    expect(at.world.get(keys.grant(grantId))).to.include({ quota: 5, activatedAt: at.world.now });
    expect(at.world.get(keys.openGrants(steel.participant)).count).to.equal(1);
  });

  it('takes as many rounds as it takes', async () => {
    const at = fork(setting);
    const { world } = at;
    let { grantId, termsDigest } = await world.run<Offered>(buyer, 'grants:Request', requesting(at));
    for (const [by, survival] of [
      [steel, ['report']],
      [buyer, ['report', 'model']],
    ] as const) {
      const counter = { grantId, termsDigest, terms: terms({ survival }) };
      const other = by === steel ? buyer : steel;
      expect(await world.refusal(other, 'grants:Counter', counter)).to.equal('OWN_PROPOSAL');
      expect(await world.refusal(third, 'grants:Counter', counter)).to.equal('NOT_PARTY');
      const stale = { ...counter, termsDigest: digestOf('stale') };
      expect(await world.refusal(by, 'grants:Counter', stale)).to.equal('TERMS_CHANGED');
      const countered = await world.run<Offered>(by, 'grants:Counter', counter);
      expect(countered.state).to.equal('COUNTERED');
      expect(world.get(keys.grant(grantId))).to.deep.include({
        proposedBy: by.participant,
        consents: by === steel ? [steel.participant] : [],
      });
      expect(await world.refusal(other, 'grants:Accept', { grantId, termsDigest })).to.equal('TERMS_CHANGED');
      ({ grantId, termsDigest } = countered);
    }
    expect(await world.refusal(buyer, 'grants:Accept', { grantId, termsDigest })).to.equal('OWN_PROPOSAL');
    expect(await world.refusal(third, 'grants:Accept', { grantId, termsDigest })).to.equal('NOT_PARTY');
    await world.run(steel, 'grants:Accept', { grantId, termsDigest });
    expect(world.get(keys.grant(grantId))).to.deep.include({
      state: 'ACTIVE',
      consents: [steel.participant],
    });
  });

  it('judges countered terms like offered ones', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await offer(at);
    const term = { from: '2025-01-01T00:00:00.000Z', until: at.world.now };
    for (const [changes, code] of [
      [{ enforced: policyOf(constraint('count', 'lteq', 0)) }, 'POLICY_UNENFORCEABLE'],
      [{ term }, 'PERIOD_INVALID'],
    ] as const) {
      const counter = { grantId, termsDigest, terms: terms(changes) };
      expect(await at.world.refusal(buyer, 'grants:Counter', counter)).to.equal(code);
    }
  });

  it('is accepted only while what it stands on still holds', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await offer(at);
    const accepting = { grantId, termsDigest };
    const spoils: readonly [string, (world: typeof at.world) => unknown][] = [
      ['CLAIM_NOT_IN_FORCE', (world) => patch(world, keys.claim(at.claimId), { state: 'CANCELLED' })],
      ['HOLD_IN_EFFECT', (world) => place(world, at.claimId, 'NO_NEW_GRANT')],
      [
        'PARTICIPANT_NOT_ACTIVE',
        (world) => patch(world, keys.participant(steel.participant), { state: 'SUSPENDED' }),
      ],
      [
        'CLASSIFICATION_FORBIDS',
        (world) =>
          patch(world, keys.dataset(at.datasetId), { classification: { ...GENERAL, grade: 'CORE' } }),
      ],
    ];
    for (const [code, spoil] of spoils) {
      const world = at.world.fork();
      await spoil(world);
      expect(await world.refusal(buyer, 'grants:Accept', accepting)).to.equal(code);
    }
    at.world.later(400 * 86_400);
    const until = '2028-06-01T00:00:00.000Z';
    patch(at.world, keys.claim(at.claimId), { term: { from: '2026-01-01T00:00:00.000Z', until } });
    expect(await at.world.refusal(buyer, 'grants:Accept', accepting)).to.equal('PERIOD_INVALID');
  });

  it('is declined by the other side and withdrawn by the proposer', async () => {
    const at = fork(setting);
    const { grantId } = await offer(at);
    const request = { grantId, reason };
    expect(await at.world.refusal(steel, 'grants:Decline', request)).to.equal('OWN_PROPOSAL');
    expect(await at.world.refusal(third, 'grants:Decline', request)).to.equal('NOT_PARTY');
    expect(await at.world.refusal(buyer, 'grants:Withdraw', request)).to.equal('NOT_PARTY');
    expect(await at.world.refusal(third, 'grants:Withdraw', request)).to.equal('NOT_PARTY');
    const declined = at.world.fork();
    await declined.run(buyer, 'grants:Decline', request);
    expect(declined.get(keys.grant(grantId))).to.deep.include({
      state: 'DECLINED',
      ending: { by: buyer.participant, reason },
    });
    await at.world.run(steel, 'grants:Withdraw', request);
    expect(at.world.get(keys.grant(grantId))).to.deep.include({
      state: 'WITHDRAWN',
      ending: { by: steel.participant, reason },
    });
    expect(at.world.state.has(`open-grants/${steel.participant}`)).to.equal(false);
  });

  it('replaces an open grant between the same parties', async () => {
    const active = await granted(fork(setting));
    const { world, grantId: supersedes } = active;
    const { grantId, termsDigest } = await offer(active, { supersedes });
    expect(world.get(keys.grant(supersedes)).state).to.equal('ACTIVE');
    await world.run(buyer, 'grants:Accept', { grantId, termsDigest });
    expect(world.get(keys.grant(supersedes))).to.include({ state: 'SUPERSEDED', supersededBy: grantId });
    expect(world.get(keys.openGrants(steel.participant)).count).to.equal(1);
    expect((await use(active)).code).to.equal('GRANT_NOT_ACTIVE');
    expect(await refusalOfOffer(active, { supersedes })).to.equal('ILLEGAL_STATE');
    expect(await refusalOfOffer(active, { supersedes: grantId, consumer: third.participant })).to.equal(
      'NOT_PARTY',
    );
    const other = await register(world);
    await world.run(regulator, 'claims:Register', { claimId: other.claimId });
    const elsewhere = { ...active, ...other };
    expect(await refusalOfOffer(elsewhere, { supersedes: grantId })).to.equal('SELECTOR_MISMATCH');
  });

  it('does not replace what ended while it was negotiated', async () => {
    const active = await granted(fork(setting));
    const { world } = active;
    const { grantId, termsDigest } = await offer(active, { supersedes: active.grantId });
    await world.run(steel, 'grants:Revoke', { grantId: active.grantId, reason });
    expect(await world.refusal(buyer, 'grants:Accept', { grantId, termsDigest })).to.equal('ILLEGAL_STATE');
  });
});

describe('grants: consent of co-holders', () => {
  const held = async (shareRule: string): Promise<Setting> => {
    const claim = claimBody({
      ...shared([steel, 500_000], [third, 300_000], [regulator, 200_000]),
      shareRule,
    });
    const at = await registered();
    const ids = await register(at.world, { claim });
    patch(at.world, keys.claim(ids.claimId), { state: 'REGISTERED' });
    return { ...at, ...ids };
  };
  const consent = (at: Setting, by: typeof steel, { grantId, termsDigest }: Offered) =>
    at.world.run(by, 'grants:Consent', { grantId, termsDigest });

  it('is needed from all where the rule is joint', async () => {
    const at = await held('JOINT');
    const offered = await offer(at);
    const accepting = { grantId: offered.grantId, termsDigest: offered.termsDigest };
    expect(await at.world.refusal(buyer, 'grants:Accept', accepting)).to.equal('CONSENT_MISSING');
    expect(await consent(at, third, offered)).to.include({ state: 'OFFERED' });
    expect(await at.world.refusal(buyer, 'grants:Accept', accepting)).to.equal('CONSENT_MISSING');
    await consent(at, regulator, offered);
    expect(await at.world.refusal(buyer, 'grants:Accept', accepting)).to.equal(undefined);
  });

  it('is needed from more than half of the shares where the majority decides', async () => {
    const at = await held('MAJORITY');
    const offered = await offer(at);
    const accepting = { grantId: offered.grantId, termsDigest: offered.termsDigest };
    expect(await at.world.refusal(buyer, 'grants:Accept', accepting)).to.equal('CONSENT_MISSING');
    await consent(at, regulator, offered);
    expect(await at.world.refusal(buyer, 'grants:Accept', accepting)).to.equal(undefined);
  });

  it('is needed from nobody else where each disposes alone, unless the fusion is silent', async () => {
    const at = await held('SEVERAL');
    const { grantId, termsDigest } = await offer(at);
    expect(await at.world.refusal(buyer, 'grants:Accept', { grantId, termsDigest })).to.equal(undefined);
    patch(at.world, keys.claim(at.claimId), { origin: 'FUSION_SILENT' });
    expect(await at.world.refusal(buyer, 'grants:Accept', { grantId, termsDigest })).to.equal(
      'CONSENT_MISSING',
    );
  });

  it('is needed, too, when the provider accepts what the consumer asked for', async () => {
    const at = await held('MAJORITY');
    const asked = await at.world.run<Offered>(buyer, 'grants:Request', requesting(at));
    const accepting = { grantId: asked.grantId, termsDigest: asked.termsDigest };
    expect(await at.world.refusal(steel, 'grants:Accept', accepting)).to.equal('CONSENT_MISSING');
    await consent(at, third, asked);
    expect(await at.world.refusal(steel, 'grants:Accept', accepting)).to.equal(undefined);
  });

  it('is given once, by a holder, to the terms on the table', async () => {
    const at = await held('JOINT');
    const { grantId, termsDigest } = await offer(at);
    const request = { grantId, termsDigest };
    expect(await at.world.refusal(steel, 'grants:Consent', request)).to.equal('ALREADY_CONSENTED');
    expect(await at.world.refusal(buyer, 'grants:Consent', request)).to.equal('NOT_HOLDER');
    expect(
      await at.world.refusal(third, 'grants:Consent', { ...request, termsDigest: digestOf('x') }),
    ).to.equal('TERMS_CHANGED');
  });

  it('is void for other terms', async () => {
    const at = await held('MAJORITY');
    const offered = await offer(at);
    await consent(at, third, offered);
    const countered = await at.world.run<Offered>(buyer, 'grants:Counter', {
      grantId: offered.grantId,
      termsDigest: offered.termsDigest,
      terms: terms({ survival: ['model'] }),
    });
    const accepting = { grantId: countered.grantId, termsDigest: countered.termsDigest };
    expect(await at.world.refusal(steel, 'grants:Accept', accepting)).to.equal('CONSENT_MISSING');
  });
});
