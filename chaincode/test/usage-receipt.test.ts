import { digestOf, type Id, type Usage } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  acknowledging,
  answer,
  answering,
  ask,
  buyer,
  buyerKey,
  COMMITMENT,
  fork,
  granted,
  HEADER,
  patch,
  registered,
  steelKey,
  third,
  type Granted,
} from './rights.js';
import { keys, regulator, RULEBOOK, steel, who } from './world.js';

const reason = 'because';

describe('usage:Lapse', () => {
  it('records a silence, by anyone, once the time for an answer has passed', async () => {
    const at = await granted(await registered());
    const usageId = await ask(at);
    at.world.later(RULEBOOK.answerWithin);
    expect(await at.world.refusal(third, 'usage:Lapse', { usageId })).to.equal('NOT_YET_LAPSED');
    at.world.later(1);
    expect(await at.world.run(third, 'usage:Lapse', { usageId })).to.deep.equal({ usageId, state: 'LAPSED' });
    expect(await at.world.refusal(steelKey, 'usage:Answer', answering(at, usageId))).to.equal(
      'ILLEGAL_STATE',
    );
  });
});

describe('usage:Acknowledge', () => {
  let setting: Granted;
  let usageId: Id<'usage'>;
  before(async () => {
    setting = await granted(await registered());
    usageId = await ask(setting);
    await answer(setting, usageId);
  });

  const refusal = (at: Granted, changes = {}, by = buyerKey) =>
    at.world.refusal(by, 'usage:Acknowledge', acknowledging(at, usageId, changes));

  it('is the consumer’s half of the receipt', async () => {
    const at = fork(setting);
    at.world.later(5);
    await at.world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, usageId));
    expect(at.world.get(keys.usage(usageId))).to.deep.include({
      state: 'ACKNOWLEDGED',
      acknowledgement: {
        at: at.world.now,
        bytes: COMMITMENT.bytes,
        commitment: COMMITMENT.digest,
        signedBy: buyerKey.keyDigest,
      },
    });
  });

  it('is signed by the component that asked', async () => {
    expect(await refusal(setting, {}, buyer)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal(setting, {}, steelKey)).to.equal('NOT_CONSUMER');
    expect(await refusal(setting, { component: setting.thirdComponent })).to.equal('NOT_COMPONENT_KEY');
  });

  it('is refused for anything but what was committed to', async () => {
    expect(await refusal(setting, { commitment: digestOf('else') })).to.equal('COMMITMENT_MISMATCH');
    expect(await refusal(setting, { bytes: '1048575' })).to.equal('COMMITMENT_MISMATCH');
  });

  it('still closes the receipt of a component that was revoked since', async () => {
    const at = fork(setting);
    patch(at.world, keys.component(at.buyerComponent), { state: 'REVOKED' });
    expect(await refusal(at)).to.equal(undefined);
  });
});

describe('usage:Contest, Deliver and Adjudicate', () => {
  let setting: Granted;
  let usageId: Id<'usage'>;
  const header = Buffer.from(HEADER).toString('base64');
  const contest = () => ({ usageId, reason: 'NOT_DELIVERED' });
  const adjudicate = (finding = 'UPHELD') => ({ usageId, finding, reason });
  before(async () => {
    setting = await granted(await registered());
    usageId = await ask(setting);
    await answer(setting, usageId);
  });

  const contested = async (): Promise<Granted> => {
    const at = fork(setting);
    await at.world.run(buyer, 'usage:Contest', contest());
    return at;
  };

  it('is contested by the consumer, within the window', async () => {
    const at = fork(setting);
    expect(await at.world.refusal(steel, 'usage:Contest', contest())).to.equal('NOT_CONSUMER');
    const operator = who('ComponentMSP', 'operator');
    expect(await at.world.refusal(operator, 'usage:Contest', contest())).to.equal(undefined);
    at.world.later(RULEBOOK.contestWithin);
    expect(await at.world.refusal(buyer, 'usage:Contest', contest())).to.equal(undefined);
    at.world.later(1);
    expect(await at.world.refusal(buyer, 'usage:Contest', contest())).to.equal('WINDOW_CLOSED');
  });

  it('records what is said and when', async () => {
    const at = fork(setting);
    const statement = digestOf('statement');
    await at.world.run(buyer, 'usage:Contest', { usageId, reason: 'WRONG_KEY', statement });
    expect(at.world.get(keys.usage(usageId))).to.deep.include({
      state: 'CONTESTED',
      contest: { at: at.world.now, reason: 'WRONG_KEY', statement },
    });
  });

  it('has the wrapped key put on the ledger by who answered', async () => {
    const at = await contested();
    expect(await at.world.refusal(third, 'usage:Deliver', { usageId, header })).to.equal('NOT_CUSTODIAN');
    for (const wrong of [Buffer.from('another header').toString('base64'), '']) {
      expect(await at.world.refusal(steel, 'usage:Deliver', { usageId, header: wrong })).to.equal(
        'HEADER_MISMATCH',
      );
    }
    expect(await at.world.refusal(steel, 'usage:Deliver', { usageId, header: '!' })).to.equal('MALFORMED');
    await at.world.run(steel, 'usage:Deliver', { usageId, header });
    expect(at.world.get(keys.usage(usageId))).to.have.nested.property('contest.header', header);
    expect(at.world.get(keys.usage(usageId)).state).to.equal('CONTESTED');
  });

  it('is adjudicated by a regulator that is no party', async () => {
    const at = await contested();
    expect(await at.world.refusal(steel, 'usage:Adjudicate', adjudicate())).to.equal('NOT_REGULATOR');
    for (const finding of ['UPHELD', 'REJECTED']) {
      const copy = fork(at);
      await copy.world.run(regulator, 'usage:Adjudicate', adjudicate(finding));
      const usage = copy.world.get(keys.usage(usageId));
      expect(usage.state).to.equal(finding);
      expect(usage.contest?.finding).to.deep.equal({ by: regulator.participant, at: copy.world.now, reason });
    }
    const parties: readonly ((copy: Granted) => void)[] = [
      ({ world }) => patch(world, keys.usage(usageId), { consumer: regulator.participant }),
      ({ world }) => patch(world, keys.usage(usageId), { custodian: regulator.participant }),
      ({ world }) => {
        const { answer: given } = world.get(keys.usage(usageId));
        patch(world, keys.usage(usageId), { answer: { ...given!, provider: regulator.participant } });
      },
      ({ world, grantId }) => patch(world, keys.grant(grantId), { provider: regulator.participant }),
    ];
    for (const involve of parties) {
      const copy = fork(at);
      involve(copy);
      expect(await copy.world.refusal(regulator, 'usage:Adjudicate', adjudicate())).to.equal(
        'CONFLICT_OF_INTEREST',
      );
    }
  });

  it('may be delivered and adjudicated while the space is paused', async () => {
    const at = await contested();
    await at.world.run(regulator, 'space:Pause', { reason });
    expect(await at.world.refusal(steel, 'usage:Deliver', { usageId, header })).to.equal(undefined);
    expect(await at.world.refusal(regulator, 'usage:Adjudicate', adjudicate())).to.equal(undefined);
  });

  const STATES: readonly Usage['state'][] = [
    'REQUESTED',
    'ALLOWED',
    'DENIED',
    'LAPSED',
    'ACKNOWLEDGED',
    'CONTESTED',
    'UPHELD',
    'REJECTED',
  ];
  const LEGAL: Readonly<Record<string, Usage['state']>> = {
    Answer: 'REQUESTED',
    Lapse: 'REQUESTED',
    Acknowledge: 'ALLOWED',
    Contest: 'ALLOWED',
    Deliver: 'CONTESTED',
    Adjudicate: 'CONTESTED',
  };
  for (const state of STATES) {
    it(`permits from ${state} what the table lists, and nothing else`, async () => {
      const at = await contested();
      patch(at.world, keys.usage(usageId), { state });
      const late = fork(at);
      late.world.later(RULEBOOK.answerWithin + 1);
      const attempts = {
        Answer: [at, steelKey, answering(at, usageId)],
        Lapse: [late, third, { usageId }],
        Acknowledge: [at, buyerKey, acknowledging(at, usageId)],
        Contest: [at, buyer, contest()],
        Deliver: [at, steel, { usageId, header }],
        Adjudicate: [at, regulator, adjudicate()],
      } as const;
      for (const [verb, [{ world }, by, request]] of Object.entries(attempts)) {
        const expected = LEGAL[verb] === state ? undefined : 'ILLEGAL_STATE';
        expect(await world.refusal(by, `usage:${verb}`, request), verb).to.equal(expected);
      }
    });
  }
});
