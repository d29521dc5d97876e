import { deriveId, digestOf, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  answer,
  answering,
  ask,
  asking,
  buyer,
  buyerKey,
  counted,
  fork,
  granted,
  HEADER_CID,
  patch,
  registered,
  steelKey,
  terms,
  third,
  thirdKey,
  use,
  type Granted,
} from './rights.js';
import { someId } from './seeds.js';
import { keys, regulator, RULEBOOK, steel, who } from './world.js';

const reason = 'because';

describe('usage:Request', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered())));

  const refusal = (at: Granted, changes = {}, by = buyerKey) =>
    at.world.refusal(by, 'usage:Request', asking(at, changes));

  it('is committed before anyone decides', async () => {
    const at = fork(setting);
    const request = asking(at);
    const { nonce: _nonce, ...asked } = request;
    const usageId = deriveId('usage', { mspId: 'ComponentMSP' }, request);
    expect(await at.world.run(buyerKey, 'usage:Request', request)).to.deep.equal({
      usageId,
      state: 'REQUESTED',
    });
    expect(at.world.get(keys.usage(usageId))).to.deep.include({
      ...asked,
      state: 'REQUESTED',
      dataset: at.datasetId,
      consumer: buyer.participant,
      custodian: steel.participant,
      requestedAt: at.world.now,
      signedBy: buyerKey.keyDigest,
    });
    expect(await at.world.refusal(buyerKey, 'usage:Request', request)).to.equal('ALREADY_EXISTS');
  });

  it('is signed by a key of a component of the consumer', async () => {
    expect(await refusal(setting, {}, buyer)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal(setting, { component: setting.steelComponent })).to.equal('COMPONENT_NOT_CERTIFIED');
    expect(await refusal(setting, { component: someId('component') })).to.equal('COMPONENT_NOT_CERTIFIED');
    expect(await refusal(setting, { component: setting.thirdComponent }, thirdKey)).to.equal('NOT_CONSUMER');
    const stranger = who('StrangerMSP', 'connector');
    expect(await refusal(setting, {}, stranger)).to.equal('COMPONENT_NOT_CERTIFIED');
  });

  it('is that of a participant', async () => {
    const at = fork(setting);
    at.world.state.delete(`participant/${buyer.participant}`);
    expect(await refusal(at)).to.equal('NOT_A_PARTICIPANT');
  });

  it('names a grant and a version that exist', async () => {
    expect(await refusal(setting, { grant: someId('grant') })).to.equal('NOT_FOUND');
    expect(await refusal(setting, { version: someId('version') })).to.equal('NOT_FOUND');
  });

  it('is taken in every state of what it rests on, to be denied in writing', async () => {
    const at = fork(setting);
    patch(at.world, keys.grant(at.grantId), { state: 'REVOKED' });
    patch(at.world, keys.participant(buyer.participant), { state: 'SUSPENDED' });
    patch(at.world, keys.component(at.buyerComponent), { state: 'REVOKED' });
    await at.world.run(regulator, 'space:Pause', { reason });
    expect(await refusal(at)).to.equal(undefined);
    expect((await use(at)).code).to.equal('SPACE_PAUSED');
  });
});

describe('usage:Answer', () => {
  let setting: Granted;
  let usageId: Id<'usage'>;
  before(async () => {
    setting = await granted(await registered());
    usageId = await ask(setting);
  });

  const refusal = (at: Granted, changes = {}, by = steelKey) =>
    at.world.refusal(by, 'usage:Answer', answering(at, usageId, changes));

  it('is that of the custodian, signed by a key of its component', async () => {
    expect(await refusal(setting, { component: setting.thirdComponent }, thirdKey)).to.equal('NOT_CUSTODIAN');
    expect(await refusal(setting, {}, buyerKey)).to.equal('NOT_CUSTODIAN');
    expect(await refusal(setting, {}, steel)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal(setting, { component: setting.thirdComponent })).to.equal('COMPONENT_NOT_CERTIFIED');
    expect(await refusal(setting, { component: someId('component') })).to.equal('NOT_FOUND');
    expect(await refusal(setting, { usageId: someId('usage') })).to.equal('NOT_FOUND');
  });

  it('is that of the present custodian', async () => {
    const at = fork(setting);
    patch(at.world, keys.dataset(at.datasetId), { custodian: third.participant });
    expect(await refusal(at)).to.equal('NOT_CUSTODIAN');
    const { state } = await answer(at, usageId, { component: at.thirdComponent }, thirdKey);
    expect(state).to.equal('ALLOWED');
  });

  it('comes within the time the rulebook gives', async () => {
    const at = fork(setting);
    at.world.later(RULEBOOK.answerWithin);
    expect(await refusal(at)).to.equal(undefined);
    at.world.later(1);
    expect(await refusal(at)).to.equal('ANSWER_TOO_LATE');
  });

  it('is given once', async () => {
    const at = fork(setting);
    await answer(at, usageId);
    expect(await refusal(at)).to.equal('ILLEGAL_STATE');
  });

  it('releases what the delivery of the version needs', async () => {
    const at = fork(setting);
    const { header: _header, ...bare } = answering(at, usageId);
    expect(await at.world.refusal(steelKey, 'usage:Answer', bare)).to.equal('HEADER_MISSING');
    const pullToken = digestOf('token');
    const component = at.steelComponent;
    patch(at.world, keys.version(at.versionId), { delivery: { mode: 'PULL', component } });
    expect(await refusal(at)).to.equal('HEADER_MISSING');
    await at.world.run(steelKey, 'usage:Answer', { ...bare, pullToken });
    expect(at.world.get(keys.usage(usageId)).answer)
      .to.include({ pullToken })
      .and.not.to.have.property('header');
    const compute = fork(setting);
    const delivery = { mode: 'COMPUTE' as const, component, jobInterface: 'fmi-3' };
    patch(compute.world, keys.version(at.versionId), { delivery });
    expect(await compute.world.refusal(steelKey, 'usage:Answer', bare)).to.equal(undefined);
  });

  it('records the header of what is sealed', async () => {
    const at = fork(setting);
    await answer(at, usageId);
    expect(at.world.get(keys.usage(usageId)).answer).to.include({ header: HEADER_CID });
  });

  it('leaves the outcome to nobody: header and token change nothing in it', async () => {
    const at = fork(setting);
    patch(at.world, keys.grant(at.grantId), { state: 'REVOKED' });
    const outcomes = new Set<string>();
    for (const changes of [{}, { header: undefined }, { pullToken: digestOf('token') }, { slot: 3 }]) {
      const request = Object.fromEntries(
        Object.entries(answering(at, usageId, changes)).filter(([, value]) => value !== undefined),
      );
      const { result, writes } = await at.world.simulate(steelKey, 'usage:Answer', request);
      outcomes.add(result + JSON.stringify([...writes]));
    }
    expect(outcomes.size).to.equal(1);
  });
});

describe('usage:Answer: quota slots', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered(), { terms: terms(counted(2)) })));

  const refusal = async (at: Granted, slot?: number) => {
    const usageId = await ask(at);
    const changes = slot === undefined ? {} : { slot };
    return at.world.refusal(steelKey, 'usage:Answer', answering(at, usageId, changes));
  };

  it('are handed out in order, each once, and their end is a written denial', async () => {
    const at = fork(setting);
    for (const slot of [0, 1]) {
      const usageId = await ask(at);
      expect((await answer(at, usageId, { slot })).state).to.equal('ALLOWED');
      expect(at.world.get(keys.usageSlot(at.grantId, slot))).to.include({ usage: usageId, index: slot });
      expect(at.world.get(keys.usage(usageId)).answer).to.include({ slot });
    }
    expect((await use(at, {}, { slot: 2 })).code).to.equal('QUOTA');
    expect((await use(at, {}, { slot: 2 })).code).to.equal('QUOTA');
    expect([...at.world.state.keys()].filter((key) => key.startsWith('usage-slot/'))).to.have.length(2);
  });

  it('are refused out of order, taken, beyond the quota, or left out', async () => {
    const at = fork(setting);
    expect(await refusal(at, 1), 'leaves one out').to.equal('SLOT_OUT_OF_ORDER');
    expect(await refusal(at, 2), 'pretends exhaustion').to.equal('SLOT_OUT_OF_ORDER');
    expect(await refusal(at), 'names none').to.equal('SLOT_OUT_OF_ORDER');
    await use(at, {}, { slot: 0 });
    expect(await refusal(at, 0), 'taken').to.equal('SLOT_OUT_OF_ORDER');
    await use(at, {}, { slot: 1 });
    expect(await refusal(at, 1), 'taken, the last').to.equal('SLOT_OUT_OF_ORDER');
    expect(await refusal(at, 3), 'beyond').to.equal('SLOT_OUT_OF_ORDER');
  });

  it('have no place in a grant without a count', async () => {
    const at = await granted(await registered());
    expect(await refusal(at, 0)).to.equal('SLOT_OUT_OF_ORDER');
    expect(await refusal(at)).to.equal(undefined);
  });

  it('are taken by a batch in one transaction', async () => {
    const at = fork(setting);
    const asked = [await ask(at), await ask(at), await ask(at)];
    const answers = await at.world.run<{ state: string; code?: string }[]>(
      steelKey,
      'usage:Answer',
      asked.map((usageId, slot) => answering(at, usageId, { slot })),
    );
    expect(answers.map(({ state, code }) => code ?? state)).to.deep.equal(['ALLOWED', 'ALLOWED', 'QUOTA']);
  });

  it('are not spent by a denial', async () => {
    const at = fork(setting);
    await at.world.run(steel, 'grants:Suspend', { grantId: at.grantId, reason });
    expect((await use(at, {}, { slot: 0 })).code).to.equal('GRANT_NOT_ACTIVE');
    await at.world.run(steel, 'grants:Resume', { grantId: at.grantId, reason });
    expect((await use(at, {}, { slot: 0 })).state).to.equal('ALLOWED');
  });

  it('are looked at only when all else permits', async () => {
    const at = fork(setting);
    const usageId = await ask(at);
    patch(at.world, keys.grant(at.grantId), { state: 'REVOKED' });
    await answer(at, usageId, { slot: 0 });
    const { facts } = at.world.get(keys.usage(usageId)).answer!;
    expect(facts.filter(({ key }) => key.startsWith('usage-slot/'))).to.deep.equal([]);
  });
});
