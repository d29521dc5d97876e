import { digestOf, type Claim, type Id, type Origin, type Right } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { someId } from './seeds.js';
import { isAgreed } from '../src/rules/claims/share-rule.js';
import {
  buyer,
  claimBody,
  fork,
  GENERAL,
  patch,
  place,
  register,
  registered,
  registration,
  shared,
  staged,
  third,
  type Registered,
  type Setting,
  type Stage,
} from './rights.js';
import { keys, regulator, steel, who } from './world.js';

const reason = 'because';
const EVIDENCE = [digestOf('contract')];

describe('claims: admissibility', () => {
  // National guideline, article 21: hold, use, operate; Y yes, E with evidence, N no.
  const TABLE: Readonly<Record<Origin, string>> = {
    OWN_ACTIVITY: 'YYY',
    PROMPTED: 'YYY',
    NATURAL_PERSON: 'YYY',
    PUBLIC_AUTOMATED: 'YYN',
    PUBLIC_PRODUCT: 'YYE',
    FUSION_CONTRACT: 'EEE',
    FUSION_SILENT: 'YYE',
    DERIVED: 'YYY',
    ENTRUSTED: 'EEE',
    GOVERNMENT: 'NNN',
  };
  const RIGHTS: readonly Right[] = ['HOLD', 'USE', 'OPERATE'];
  let stage: Stage;
  before(async () => (stage = await staged()));

  for (const [origin, cells] of Object.entries(TABLE)) {
    it(`follows the guideline for ${origin}`, async () => {
      const { world } = stage;
      for (const [index, right] of RIGHTS.entries()) {
        for (const evidence of [[], EVIDENCE]) {
          const claim = claimBody({ origin, rights: [right], evidence });
          const cell = cells.charAt(index);
          const isAdmissible = cell === 'Y' || (cell === 'E' && evidence.length > 0);
          expect(
            await world.refusal(steel, 'datasets:Register', registration(world, { claim })),
            `${right} with ${evidence.length} evidence`,
          ).to.equal(isAdmissible ? undefined : 'NOT_ADMISSIBLE');
        }
      }
    });
  }

  it('judges every right of a claim', async () => {
    const claim = claimBody({ origin: 'PUBLIC_AUTOMATED', rights: ['HOLD', 'USE'] });
    const { world } = stage;
    expect(await world.refusal(steel, 'datasets:Register', registration(world, { claim }))).to.equal(
      undefined,
    );
  });
});

describe('claims: share rule', () => {
  const [a, b, c] = [steel.participant, buyer.participant, third.participant];
  const claim = (shareRule: Claim['shareRule'], changes: Partial<Claim> = {}) => ({
    holders: [
      { participant: a, share: 500_000 },
      { participant: b, share: 300_000 },
      { participant: c, share: 200_000 },
    ],
    shareRule,
    origin: 'OWN_ACTIVITY' as const,
    rights: ['OPERATE' as const],
    ...changes,
  });

  const CASES: readonly [Claim['shareRule'], readonly Id<'participant'>[], boolean][] = [
    ['JOINT', [a, b, c], true],
    ['JOINT', [a, b], false],
    ['MAJORITY', [a], false],
    ['MAJORITY', [b, c], false],
    ['MAJORITY', [a, c], true],
    ['SEVERAL', [c], true],
    ['SEVERAL', [], false],
    ['SEVERAL', [who('StrangerMSP').participant], false],
    ['MAJORITY', [a, who('StrangerMSP').participant], false],
  ];
  for (const [shareRule, consents, expected] of CASES) {
    it(`${shareRule} ${expected ? 'is' : 'is not'} satisfied by ${consents.length} consent(s)`, () => {
      expect(isAgreed(claim(shareRule), consents, 'GRANT')).to.equal(expected);
    });
  }

  it('lets several holders grant each by themselves, and dispose of the whole only together', () => {
    for (const consents of [[], [a], [c], [a, b]]) {
      expect(isAgreed(claim('SEVERAL'), consents, 'DISPOSE')).to.equal(false);
      expect(isAgreed(claim('SEVERAL'), consents, 'GRANT')).to.equal(consents.length > 0);
    }
    expect(isAgreed(claim('SEVERAL'), [a, b, c], 'DISPOSE')).to.equal(true);
    for (const rule of ['JOINT', 'MAJORITY'] as const)
      for (const consents of [[a], [a, b], [a, c], [a, b, c]])
        expect(isAgreed(claim(rule), consents, 'DISPOSE')).to.equal(isAgreed(claim(rule), consents, 'GRANT'));
  });

  it('asks everyone to market data whose fusion no contract settles', () => {
    const silent = { origin: 'FUSION_SILENT' as const };
    expect(isAgreed(claim('SEVERAL', silent), [a, b], 'GRANT')).to.equal(false);
    expect(isAgreed(claim('SEVERAL', silent), [a, b, c], 'GRANT')).to.equal(true);
    expect(isAgreed(claim('SEVERAL', { ...silent, rights: ['USE'] }), [a], 'GRANT')).to.equal(true);
  });
});

describe('claims:Assert and Consent', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  const asserting = ({ world, datasetId }: Setting, claim: unknown) => ({
    nonce: world.nonce(),
    datasetId,
    claim,
  });
  const ofBuyer = claimBody(shared([buyer, 1_000_000]));
  const ofBoth = claimBody(shared([buyer, 500_000], [third, 500_000]));

  it('asserts a further claim, which is no conflict by itself', async () => {
    const { world, claimId } = fork(setting);
    const second = await world.run(buyer, 'claims:Assert', asserting(setting, ofBuyer));
    expect(second).to.include({ state: 'ASSERTED' });
    expect(world.get(keys.claim(claimId)).state).to.equal('REGISTERED');
  });

  it('waits for every co-holder', async () => {
    const { world } = fork(setting);
    const claim = claimBody(shared([buyer, 500_000], [third, 300_000], [steel, 200_000]));
    const { claimId } = await world.run(buyer, 'claims:Assert', asserting(setting, claim));
    const consent = { claimId };
    expect(await world.refusal(buyer, 'claims:Consent', consent)).to.equal('ALREADY_CONSENTED');
    expect(await world.run(third, 'claims:Consent', consent)).to.include({ state: 'PROPOSED' });
    expect(await world.refusal(third, 'claims:Consent', consent)).to.equal('ALREADY_CONSENTED');
    expect(await world.run(steel, 'claims:Consent', consent)).to.include({ state: 'ASSERTED' });
    expect(await world.refusal(steel, 'claims:Consent', consent)).to.equal('ILLEGAL_STATE');
  });

  it('is refused to strangers, for core data, unknown data and the same request', async () => {
    const { world, datasetId } = fork(setting);
    expect(await world.refusal(steel, 'claims:Assert', asserting(setting, ofBuyer))).to.equal('NOT_HOLDER');
    const request = asserting(setting, ofBoth);
    const { claimId } = await world.run(buyer, 'claims:Assert', request);
    expect(await world.refusal(buyer, 'claims:Assert', request)).to.equal('ALREADY_EXISTS');
    expect(await world.refusal(steel, 'claims:Consent', { claimId })).to.equal('NOT_HOLDER');
    const missing = { ...request, datasetId: someId('dataset') };
    expect(await world.refusal(buyer, 'claims:Assert', missing)).to.equal('NOT_FOUND');
    patch(world, keys.dataset(datasetId), { classification: { ...GENERAL, grade: 'CORE' } });
    expect(await world.refusal(buyer, 'claims:Assert', asserting(setting, ofBuyer))).to.equal(
      'CLASSIFICATION_FORBIDS',
    );
  });
});

describe('claims:Register, Reject and Cancel', () => {
  let setting: Stage & Registered;
  before(async () => {
    const stage = await staged();
    setting = { ...stage, ...(await register(stage.world)) };
  });

  it('registers, with the registrar and its certificate', async () => {
    const { world, claimId } = fork(setting);
    const certificate = 'SJ3112026070001';
    expect(await world.run(regulator, 'claims:Register', { claimId, certificate })).to.deep.equal({
      claimId,
      state: 'REGISTERED',
    });
    expect(world.get(keys.claim(claimId)).registration).to.deep.equal({
      registrar: regulator.participant,
      at: world.now,
      certificate,
    });
  });

  it('rejects with a code and a reason', async () => {
    const { world, claimId } = fork(setting);
    await world.run(regulator, 'claims:Reject', { claimId, code: 'RJ2', reason });
    expect(world.get(keys.claim(claimId))).to.deep.include({
      state: 'REJECTED',
      rejection: { registrar: regulator.participant, code: 'RJ2', reason },
    });
  });

  it('is for registrars only, and for none that holds the claim', async () => {
    const { world, claimId } = setting;
    const own = await register(world.fork(), {});
    expect(own).to.have.property('claimId');
    for (const [name, request] of [
      ['claims:Register', { claimId }],
      ['claims:Reject', { claimId, code: 'RJ1', reason }],
    ] as const) {
      expect(await world.refusal(steel, name, request), name).to.equal('NOT_REGISTRAR');
      const held = world.fork();
      patch(held, keys.claim(claimId), {
        holders: [{ participant: regulator.participant, share: 1_000_000 }],
      });
      expect(await held.refusal(regulator, name, request), name).to.equal('CONFLICT_OF_INTEREST');
    }
  });

  it('registers neither what has run out nor what became core', async () => {
    const { world, claimId, datasetId } = fork(setting);
    const late = world.fork();
    patch(late, keys.claim(claimId), { term: { from: '2025-01-01T00:00:00.000Z', until: late.now } });
    expect(await late.refusal(regulator, 'claims:Register', { claimId })).to.equal('PERIOD_INVALID');
    patch(world, keys.dataset(datasetId), { classification: { ...GENERAL, grade: 'CORE' } });
    expect(await world.refusal(regulator, 'claims:Register', { claimId })).to.equal('CLASSIFICATION_FORBIDS');
  });

  it('is cancelled by its holder or a registrar, and by nobody else', async () => {
    const { world, claimId } = setting;
    expect(await world.refusal(buyer, 'claims:Cancel', { claimId, reason })).to.equal('NOT_HOLDER');
    for (const by of [steel, regulator]) {
      const at = world.fork();
      expect(await at.run(by, 'claims:Cancel', { claimId, reason })).to.include({ state: 'CANCELLED' });
      expect(at.get(keys.claim(claimId)).cancellation).to.deep.equal({ by: by.participant, reason });
    }
  });

  it('is not given up by a co-holder alone, unless the others have yet to consent', async () => {
    const { world } = fork(setting);
    const { claimId } = await register(world, {
      claim: claimBody(shared([steel, 600_000], [buyer, 400_000])),
    });
    expect(await world.refusal(buyer, 'claims:Cancel', { claimId, reason })).to.equal(undefined);
    await world.run(buyer, 'claims:Consent', { claimId });
    expect(await world.refusal(buyer, 'claims:Cancel', { claimId, reason })).to.equal('CONSENT_MISSING');
    expect(await world.refusal(steel, 'claims:Cancel', { claimId, reason })).to.equal('CONSENT_MISSING');
    expect(await world.refusal(regulator, 'claims:Cancel', { claimId, reason })).to.equal(undefined);
    patch(world, keys.claim(claimId), { shareRule: 'MAJORITY' });
    expect(await world.refusal(buyer, 'claims:Cancel', { claimId, reason })).to.equal('CONSENT_MISSING');
    expect(await world.refusal(steel, 'claims:Cancel', { claimId, reason })).to.equal(undefined);
  });

  it('is not cancelled while it is frozen', async () => {
    const { claimId, datasetId } = setting;
    for (const subject of [claimId, datasetId]) {
      const { world } = fork(setting);
      await place(world, subject, 'NO_TRANSFER');
      for (const by of [steel, regulator]) {
        expect(await world.refusal(by, 'claims:Cancel', { claimId, reason })).to.equal('HOLD_IN_EFFECT');
      }
    }
  });
});
