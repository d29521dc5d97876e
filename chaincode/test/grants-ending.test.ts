import { deriveId, encode, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { buyer, fork, granted, patch, registered, terms, third, use, type Setting } from './rights.js';
import { keys, regulator, steel } from './world.js';

const reason = 'because';
type Changes = Readonly<Record<string, unknown>>;

describe('grants: suspension and end', () => {
  let setting: Setting & { grantId: Id<'grant'> };
  before(async () => (setting = await granted(await registered())));

  const refusal = (at: typeof setting, by: typeof steel, verb: string) =>
    at.world.refusal(by, `grants:${verb}`, { grantId: at.grantId, reason });
  const run = (at: typeof setting, by: typeof steel, verb: string) =>
    at.world.run(by, `grants:${verb}`, { grantId: at.grantId, reason });
  const openCount = ({ world }: typeof setting) => world.get(keys.openGrants(steel.participant)).count;

  it('is suspended and revoked by provider or regulator only', async () => {
    for (const verb of ['Suspend', 'Revoke']) {
      expect(await refusal(setting, buyer, verb)).to.equal('NOT_PROVIDER');
      expect(await refusal(setting, third, verb)).to.equal('NOT_PROVIDER');
      expect(await refusal(setting, steel, verb)).to.equal(undefined);
      expect(await refusal(setting, regulator, verb)).to.equal(undefined);
    }
  });

  it('is resumed by who suspended it, or a regulator', async () => {
    const at = fork(setting);
    await run(at, steel, 'Suspend');
    expect(at.world.get(keys.grant(at.grantId))).to.deep.include({
      state: 'SUSPENDED',
      suspension: { by: steel.participant, as: 'PROVIDER', reason },
    });
    expect((await use(at)).code).to.equal('GRANT_NOT_ACTIVE');
    expect(await refusal(at, buyer, 'Resume')).to.equal('NOT_REGULATOR');
    expect(await refusal(at, regulator, 'Resume')).to.equal(undefined);
    expect(await run(at, steel, 'Resume')).to.include({ state: 'ACTIVE' });
    expect(at.world.get(keys.grant(at.grantId))).not.to.have.property('suspension');
    expect((await use(at)).state).to.equal('ALLOWED');
  });

  it('keeps a regulator’s suspension from being lifted or taken over by the provider', async () => {
    const at = fork(setting);
    await run(at, steel, 'Suspend');
    expect(await refusal(at, steel, 'Suspend')).to.equal('ILLEGAL_STATE');
    await run(at, regulator, 'Suspend');
    expect(await refusal(at, steel, 'Suspend')).to.equal('ILLEGAL_STATE');
    expect(await refusal(at, regulator, 'Suspend')).to.equal('ILLEGAL_STATE');
    expect(await refusal(at, steel, 'Resume')).to.equal('NOT_REGULATOR');
    expect(await run(at, regulator, 'Resume')).to.include({ state: 'ACTIVE' });
  });

  it('lets a new holder lift the old one’s suspension', async () => {
    const at = fork(setting);
    await run(at, steel, 'Suspend');
    const successor = deriveId('claim', { mspId: 'ThirdMSP' }, 'successor');
    const claim = at.world.get(keys.claim(at.claimId));
    const holders = [{ participant: third.participant, share: 1_000_000 }];
    const { world } = at;
    world.state.set(`claim/${successor}`, encode({ ...claim, id: successor, holders }));
    patch(world, keys.claim(at.claimId), {
      state: 'TRANSFERRED',
      successor,
      transfer: {
        to: third.participant,
        grants: 'PASS',
        custodian: third.participant,
        versions: [],
        offeredBy: steel.participant,
        consents: [],
      },
    });
    expect(await refusal(at, third, 'Resume')).to.equal(undefined);
    patch(world, keys.grant(at.grantId), {
      suspension: { by: regulator.participant, as: 'REGULATOR', reason },
    });
    expect(await refusal(at, third, 'Resume')).to.equal('NOT_REGULATOR');
  });

  it('ends with a revocation, and no longer counts as open', async () => {
    const at = fork(setting);
    expect(openCount(at)).to.equal(1);
    await run(at, regulator, 'Revoke');
    expect(at.world.get(keys.grant(at.grantId))).to.deep.include({
      state: 'REVOKED',
      ending: { by: regulator.participant, reason },
    });
    expect(openCount(at)).to.equal(0);
    expect((await use(at)).code).to.equal('GRANT_NOT_ACTIVE');
  });

  it('is terminated by both sides, in either order', async () => {
    for (const [first, second] of [
      [steel, buyer],
      [buyer, steel],
    ] as const) {
      const at = fork(setting);
      expect(await refusal(at, third, 'Terminate')).to.equal('NOT_PARTY');
      expect(await run(at, first, 'Terminate')).to.include({ state: 'ACTIVE' });
      expect(at.world.get(keys.grant(at.grantId)).ending).to.deep.equal({ by: first.participant, reason });
      expect((await use(at)).state).to.equal('ALLOWED');
      expect(await refusal(at, first, 'Terminate')).to.equal('ALREADY_CONSENTED');
      expect(openCount(at)).to.equal(1);
      expect(await run(at, second, 'Terminate')).to.include({ state: 'TERMINATED' });
      expect(openCount(at)).to.equal(0);
    }
  });

  it('may be suspended and revoked while the space is paused, but not terminated', async () => {
    const at = fork(setting);
    await at.world.run(regulator, 'space:Pause', { reason });
    expect(await refusal(at, steel, 'Terminate')).to.equal('SPACE_PAUSED');
    expect(await refusal(at, steel, 'Suspend')).to.equal(undefined);
    expect(await refusal(at, regulator, 'Revoke')).to.equal(undefined);
  });
});

describe('grants: the table of states', () => {
  const STATES = [
    'REQUESTED',
    'OFFERED',
    'COUNTERED',
    'ACTIVE',
    'SUSPENDED',
    'REVOKED',
    'TERMINATED',
    'SUPERSEDED',
    'WITHDRAWN',
    'DECLINED',
  ] as const;
  const negotiated = ['REQUESTED', 'OFFERED', 'COUNTERED'];
  const LEGAL: Readonly<Record<string, readonly string[]>> = {
    Consent: negotiated,
    Counter: negotiated,
    Accept: negotiated,
    Decline: negotiated,
    Withdraw: negotiated,
    Suspend: ['ACTIVE'],
    Resume: ['SUSPENDED'],
    Revoke: ['ACTIVE', 'SUSPENDED'],
    Terminate: ['ACTIVE', 'SUSPENDED'],
    Sublicense: ['ACTIVE'],
  };
  let setting: Setting & { grantId: Id<'grant'> };
  before(async () => {
    const sublicence = { maxDepth: 2 };
    setting = await granted(await registered(), { terms: terms({ sublicence }) });
  });

  for (const state of STATES) {
    it(`permits from ${state} what it lists, and nothing else`, async () => {
      const { world, grantId } = fork(setting);
      const { termsDigest } = world.get(keys.grant(grantId));
      const suspension = { by: steel.participant, as: 'PROVIDER' as const, reason };
      patch(world, keys.grant(grantId), { state, suspension, consents: [] });
      const named = { grantId, termsDigest };
      const attempts: Readonly<Record<string, readonly [typeof steel, Changes]>> = {
        Consent: [steel, named],
        Counter: [buyer, { ...named, terms: terms() }],
        Accept: [buyer, named],
        Decline: [buyer, { grantId, reason }],
        Withdraw: [steel, { grantId, reason }],
        Suspend: [steel, { grantId, reason }],
        Resume: [steel, { grantId, reason }],
        Revoke: [steel, { grantId, reason }],
        Terminate: [buyer, { grantId, reason }],
        Sublicense: [
          buyer,
          { nonce: world.nonce(), parentId: grantId, consumer: third.participant, terms: terms() },
        ],
      };
      for (const [verb, [by, request]] of Object.entries(attempts)) {
        // An acceptance without the consents it needs is refused for that, not for its state.
        if (verb === 'Accept') patch(world, keys.grant(grantId), { consents: [steel.participant] });
        const expected = LEGAL[verb]?.includes(state) === true ? undefined : 'ILLEGAL_STATE';
        expect(await world.refusal(by, `grants:${verb}`, request), verb).to.equal(expected);
      }
    });
  }
});
