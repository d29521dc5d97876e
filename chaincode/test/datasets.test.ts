import { deriveId, digestOf, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  answer,
  ask,
  buyer,
  claimBody,
  COMMITMENT,
  fork,
  GENERAL,
  granted,
  patch,
  register,
  registered,
  registration,
  shared,
  staged,
  third,
  versionBody,
  type Registered,
  type Setting,
  type Stage,
} from './rights.js';
import { keys, regulator, steel, who } from './world.js';

const core = { ...GENERAL, grade: 'CORE' };

describe('datasets:Register', () => {
  let stage: Stage;
  before(async () => (stage = await staged()));

  const refusal = (changes: Record<string, unknown>, by = steel) =>
    stage.world.refusal(by, 'datasets:Register', registration(stage.world, changes));

  it('writes dataset, first version, its number and the claim, with ids of the request', async () => {
    const { world } = fork(stage);
    const request = registration(world);
    const before = new Set(world.state.keys());
    const ids = await world.run<Registered>(steel, 'datasets:Register', request);
    expect(ids).to.deep.equal({
      datasetId: deriveId('dataset', { mspId: 'SteelMSP' }, request),
      versionId: deriveId('version', { mspId: 'SteelMSP' }, request),
      claimId: deriveId('claim', { mspId: 'SteelMSP' }, request),
    });
    expect([...world.state.keys()].filter((key) => !before.has(key))).to.have.members([
      `dataset/${ids.datasetId}`,
      `version/${ids.versionId}`,
      `version-number/${ids.datasetId}/1`,
      `claim/${ids.claimId}`,
    ]);
    expect(world.get(keys.dataset(ids.datasetId))).to.include({
      registeredBy: steel.participant,
      custodian: steel.participant,
      claim: ids.claimId,
    });
    expect(world.get(keys.version(ids.versionId))).to.deep.include({ number: 1, commitment: COMMITMENT });
    expect(world.get(keys.versionNumber(ids.datasetId, 1)).version).to.equal(ids.versionId);
    expect(world.get(keys.claim(ids.claimId))).to.deep.include({
      state: 'ASSERTED',
      consents: [steel.participant],
    });
  });

  it('leaves a claim with co-holders proposed', async () => {
    const { world } = fork(stage);
    const { claimId } = await register(world, {
      claim: claimBody(shared([steel, 600_000], [buyer, 400_000])),
    });
    expect(world.get(keys.claim(claimId))).to.deep.include({
      state: 'PROPOSED',
      consents: [steel.participant],
    });
  });

  it('makes nobody custodian but who registers: nobody answers for data without its consent', async () => {
    const { world } = fork(stage);
    const { datasetId } = await register(world);
    expect(world.get(keys.dataset(datasetId)).custodian).to.equal(steel.participant);
    const request = registration(world, { custodian: third.participant });
    expect(await world.refusal(steel, 'datasets:Register', request)).to.equal('MALFORMED');
  });

  it('is refused for a claim the caller does not hold', async () => {
    expect(await refusal({}, buyer)).to.equal('NOT_HOLDER');
  });

  it('is refused for a holder nobody knows', async () => {
    const claim = claimBody(shared([steel, 600_000], [who('NobodyMSP'), 400_000]));
    expect(await refusal({ claim })).to.equal('NOT_FOUND');
  });

  it('is refused for core data', async () => {
    expect(await refusal({ classification: core })).to.equal('CLASSIFICATION_FORBIDS');
  });

  it('is refused for a right that data of this origin does not give', async () => {
    expect(await refusal({ claim: claimBody({ origin: 'PUBLIC_AUTOMATED' }) })).to.equal('NOT_ADMISSIBLE');
  });

  it('is refused for a term that has passed', async () => {
    const term = { from: '2025-01-01T00:00:00.000Z', until: stage.world.now };
    expect(await refusal({ claim: claimBody({ term }) })).to.equal('PERIOD_INVALID');
  });

  it('is refused a second time for the same request', async () => {
    const { world } = fork(stage);
    const request = registration(world);
    await world.run(steel, 'datasets:Register', request);
    expect(await world.refusal(steel, 'datasets:Register', request)).to.equal('ALREADY_EXISTS');
  });

  it('takes 500 requests at once, all or nothing', async () => {
    const { world } = fork(stage);
    const requests = Array.from({ length: 500 }, () => registration(world));
    const { writes } = await world.simulate(steel, 'datasets:Register', requests);
    expect(writes.size).to.equal(2000);
    const spoiled = [...requests.slice(1), registration(world, { classification: core })];
    expect(await world.refusal(steel, 'datasets:Register', spoiled)).to.equal('CLASSIFICATION_FORBIDS');
  });

  describe('of what is pulled or computed on', () => {
    const delivered = (mode: string, component: Id<'component'>) => ({
      version: versionBody({
        delivery: { mode, component, ...(mode === 'COMPUTE' && { jobInterface: 'fmi-3' }) },
      }),
    });

    it('needs a certified component of the custodian', async () => {
      for (const mode of ['PULL', 'COMPUTE']) {
        expect(await refusal(delivered(mode, stage.steelComponent)), mode).to.equal(undefined);
        expect(await refusal(delivered(mode, stage.buyerComponent)), mode).to.equal(
          'COMPONENT_NOT_CERTIFIED',
        );
      }
    });

    it('is refused for a component that is suspended, revoked or expired', async () => {
      const { world, steelComponent } = fork(stage);
      for (const members of [
        { state: 'SUSPENDED' },
        { state: 'REVOKED' },
        { state: 'CERTIFIED', validUntil: world.now },
      ] as const) {
        patch(world, keys.component(steelComponent), members);
        const request = registration(world, delivered('PULL', steelComponent));
        expect(await world.refusal(steel, 'datasets:Register', request)).to.equal('COMPONENT_NOT_CERTIFIED');
      }
    });
  });
});

describe('datasets:Register of derived data', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  const refusalOf = (
    { world }: Setting,
    derivation: Record<string, unknown>,
    by = buyer,
    changes: Record<string, unknown> = {},
  ) =>
    world.refusal(
      by,
      'datasets:Register',
      registration(world, {
        derivedFrom: [derivation],
        claim: claimBody({ origin: 'DERIVED', holders: [{ participant: by.participant, share: 1_000_000 }] }),
        ...changes,
      }),
    );

  it('may build on what one registered and still keeps', async () => {
    expect(await refusalOf(setting, { dataset: setting.datasetId }, steel)).to.equal(undefined);
  });

  it('is refused for the data of others without a use or claim', async () => {
    expect(await refusalOf(setting, { dataset: setting.datasetId })).to.equal('DERIVATION_NOT_PERMITTED');
  });

  it('does not permit a mere custodian, nor the registrant who no longer keeps it', async () => {
    const { world, datasetId } = fork(setting);
    patch(world, keys.dataset(datasetId), { custodian: buyer.participant });
    const at = { ...setting, world };
    expect(await refusalOf(at, { dataset: datasetId })).to.equal('DERIVATION_NOT_PERMITTED');
    expect(await refusalOf(at, { dataset: datasetId }, steel)).to.equal('DERIVATION_NOT_PERMITTED');
  });

  it('may build on a claim one holds with the right of use', async () => {
    const { world, datasetId, claimId } = fork(setting);
    patch(world, keys.dataset(datasetId), { custodian: buyer.participant });
    const at = { ...setting, world };
    const derivation = { dataset: datasetId, claim: claimId };
    expect(await refusalOf(at, derivation, steel)).to.equal(undefined);
    expect(await refusalOf(at, derivation, buyer)).to.equal('DERIVATION_NOT_PERMITTED');
    for (const members of [
      { rights: ['HOLD' as const, 'OPERATE' as const] },
      { state: 'CANCELLED' as const },
      { state: 'TRANSFERRED' as const },
      { term: { from: '2025-01-01T00:00:00.000Z', until: world.now } },
    ]) {
      const other = world.fork();
      patch(other, keys.claim(claimId), members);
      expect(await refusalOf({ ...at, world: other }, derivation, steel)).to.equal(
        'DERIVATION_NOT_PERMITTED',
      );
    }
    const { claimId: foreign } = await register(world);
    expect(await refusalOf(at, { dataset: datasetId, claim: foreign }, steel)).to.equal(
      'DERIVATION_NOT_PERMITTED',
    );
  });

  it('may build on an allowed use to derive, and on no other', async () => {
    const active = await granted(fork(setting));
    const { world, datasetId } = active;
    const derive = await ask(active, { action: 'derive' });
    const derivation = { dataset: datasetId, usage: derive };
    expect(await refusalOf(active, derivation)).to.equal('DERIVATION_NOT_PERMITTED');
    await answer(active, derive);
    expect(await refusalOf(active, derivation)).to.equal(undefined);
    expect(await refusalOf(active, derivation, third)).to.equal('DERIVATION_NOT_PERMITTED');
    const read = await ask(active);
    await answer(active, read);
    expect(await refusalOf(active, { ...derivation, usage: read })).to.equal('DERIVATION_NOT_PERMITTED');
    const { datasetId: other } = await register(world);
    expect(await refusalOf(active, { dataset: other, usage: derive })).to.equal('DERIVATION_NOT_PERMITTED');
    for (const state of ['DENIED', 'LAPSED', 'CONTESTED', 'UPHELD'] as const) {
      patch(world, keys.usage(derive), { state });
      expect(await refusalOf(active, derivation), state).to.equal('DERIVATION_NOT_PERMITTED');
    }
    patch(world, keys.usage(derive), { state: 'ACKNOWLEDGED' });
    expect(await refusalOf(active, derivation)).to.equal(undefined);
  });

  it('is at least as sensitive as each input', async () => {
    const { world, datasetId } = fork(setting);
    const at = { ...setting, world };
    patch(world, keys.dataset(datasetId), {
      classification: { ...GENERAL, level: 'L2', grade: 'IMPORTANT' },
    });
    const as = (classification: unknown) => refusalOf(at, { dataset: datasetId }, steel, { classification });
    expect(await as({ ...GENERAL, level: 'L1', grade: 'IMPORTANT' })).to.equal('CLASSIFICATION_FORBIDS');
    expect(await as({ ...GENERAL, level: 'L3' })).to.equal('CLASSIFICATION_FORBIDS');
    expect(await as({ ...GENERAL, level: 'L2', grade: 'IMPORTANT' })).to.equal(undefined);
    expect(await as({ ...GENERAL, level: 'L3', grade: 'IMPORTANT' })).to.equal(undefined);
  });
});

describe('datasets:Append', () => {
  let setting: Setting;
  before(async () => {
    setting = await registered();
    patch(setting.world, keys.dataset(setting.datasetId), { custodian: third.participant });
  });

  const appending = ({ world, datasetId }: Setting, number: number, changes = {}) => ({
    nonce: world.nonce(),
    datasetId,
    number,
    version: versionBody({ commitment: { digest: digestOf(`day ${number}`), bytes: '1' }, ...changes }),
  });

  it('adds versions in order, by the custodian and by a holder', async () => {
    const { world, datasetId } = fork(setting);
    const before = world.record(`dataset/${datasetId}`);
    const second = await world.run(third, 'datasets:Append', appending(setting, 2));
    await world.run(steel, 'datasets:Append', appending(setting, 3));
    expect(world.get(keys.versionNumber(datasetId, 2)).version).to.equal(second['versionId']);
    expect(world.get(keys.version(second['versionId'] as Id<'version'>))).to.include({ number: 2 });
    expect(world.record(`dataset/${datasetId}`)).to.deep.equal(before);
  });

  it('takes a series at once', async () => {
    const { world } = fork(setting);
    const numbers = [2, 3, 4, 5];
    await world.run(
      steel,
      'datasets:Append',
      numbers.map((number) => appending(setting, number)),
    );
    expect(world.get(keys.versionNumber(setting.datasetId, 5)).number).to.equal(5);
  });

  it('refuses a number that is taken or leaves a gap', async () => {
    const { world } = fork(setting);
    expect(await world.refusal(steel, 'datasets:Append', appending(setting, 3))).to.equal(
      'VERSION_OUT_OF_ORDER',
    );
    await world.run(steel, 'datasets:Append', appending(setting, 2));
    expect(await world.refusal(steel, 'datasets:Append', appending(setting, 2))).to.equal(
      'VERSION_OUT_OF_ORDER',
    );
    expect(await world.refusal(steel, 'datasets:Append', appending(setting, 1))).to.equal('MALFORMED');
  });

  it('refuses the same request, a stranger, core data and a missing dataset', async () => {
    const { world, datasetId } = fork(setting);
    const request = appending(setting, 2);
    expect(await world.refusal(buyer, 'datasets:Append', request)).to.equal('NOT_CUSTODIAN');
    await world.run(steel, 'datasets:Append', request);
    expect(await world.refusal(steel, 'datasets:Append', request)).to.equal('ALREADY_EXISTS');
    patch(world, keys.dataset(datasetId), { classification: core as typeof GENERAL });
    expect(await world.refusal(steel, 'datasets:Append', appending(setting, 3))).to.equal(
      'CLASSIFICATION_FORBIDS',
    );
    const missing = {
      ...appending(setting, 2),
      datasetId: deriveId('dataset', { mspId: 'SteelMSP' }, 'none'),
    };
    expect(await world.refusal(steel, 'datasets:Append', missing)).to.equal('NOT_FOUND');
  });

  it('needs a component of the present custodian for what is pulled', async () => {
    const { world } = fork(setting);
    const pull = (component: Id<'component'>) =>
      appending(setting, 2, { delivery: { mode: 'PULL', component } });
    expect(await world.refusal(steel, 'datasets:Append', pull(setting.steelComponent))).to.equal(
      'COMPONENT_NOT_CERTIFIED',
    );
    expect(await world.refusal(steel, 'datasets:Append', pull(setting.thirdComponent))).to.equal(undefined);
  });
});

describe('datasets:Classify', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  const refusal = ({ world, datasetId }: Setting, by: typeof steel, changes: Record<string, unknown>) =>
    world.refusal(by, 'datasets:Classify', {
      datasetId,
      classification: { ...GENERAL, ...changes },
      reason: 'review',
    });

  it('supersedes the classification', async () => {
    const { world, datasetId } = fork(setting);
    const classification = { ...GENERAL, level: 'L2' };
    await world.run(steel, 'datasets:Classify', { datasetId, classification, reason: 'review' });
    expect(world.get(keys.dataset(datasetId)).classification).to.deep.equal(classification);
  });

  it('is for the custodian and regulators', async () => {
    expect(await refusal(setting, steel, { level: 'L3' })).to.equal(undefined);
    expect(await refusal(setting, regulator, { level: 'L3' })).to.equal(undefined);
    expect(await refusal(setting, buyer, { level: 'L3' })).to.equal('NOT_CUSTODIAN');
  });

  it('lets only a regulator lower what has been notified, on any axis', async () => {
    const { world, datasetId } = fork(setting);
    const at = { ...setting, world };
    const notified = { level: 'L2', grade: 'IMPORTANT', status: 'NOTIFIED', personalData: true } as const;
    patch(world, keys.dataset(datasetId), { classification: notified });
    for (const lower of [
      { ...notified, level: 'L1' },
      { ...notified, grade: 'GENERAL' },
      { ...notified, status: 'DECLARED' },
      { ...notified, personalData: false },
    ]) {
      expect(await refusal(at, steel, lower)).to.equal('NOT_REGULATOR');
      expect(await refusal(at, regulator, lower)).to.equal(undefined);
    }
    expect(await refusal(at, steel, { ...notified, level: 'L3' })).to.equal(undefined);
    patch(world, keys.dataset(datasetId), { classification: { ...notified, status: 'DECLARED' } });
    expect(await refusal(at, steel, { level: 'L1' })).to.equal(undefined);
  });

  it('lets only a regulator find data to be core, and not to be', async () => {
    const { world, datasetId } = fork(setting);
    expect(await refusal(setting, steel, core)).to.equal('CLASSIFICATION_FORBIDS');
    expect(await refusal(setting, regulator, core)).to.equal(undefined);
    patch(world, keys.dataset(datasetId), { classification: core as typeof GENERAL });
    expect(await refusal({ ...setting, world }, steel, GENERAL)).to.equal('NOT_REGULATOR');
  });

  it('keeps derived data at the level of its inputs, but for a regulator', async () => {
    const { world, datasetId } = fork(setting);
    patch(world, keys.dataset(datasetId), { classification: { ...GENERAL, level: 'L3' } });
    const derived = await register(world, {
      derivedFrom: [{ dataset: datasetId }],
      classification: { ...GENERAL, level: 'L3' },
    });
    const at = { ...setting, world, ...derived };
    expect(await refusal(at, steel, { level: 'L2' })).to.equal('CLASSIFICATION_FORBIDS');
    expect(await refusal(at, regulator, { level: 'L2' })).to.equal(undefined);
  });
});
