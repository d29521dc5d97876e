import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { keys, obligationId, participantId, type Id, type Obligation } from '@tallystick/chaincode/model';
import { newObligations } from '../../src/features/obligations/obligations.js';
import { signNotice, type SignedNotice } from '../../src/features/obligations/notice.js';
import { OutboxError } from '../../src/features/obligations/outbox.js';
import type { House } from '../custody/house.js';
import { enrolledOf } from '../custody/signers.js';
import { BUYER, STEEL, termsOf, WORKSHOP } from '../custody/space.js';
import { ask, attend, caughtUp, FILE, storyBeforeEach } from '../custody/story.js';
import { collect, collectUntilError, rejection } from '../payload/fixtures.js';

type Duties = ReturnType<typeof newObligations>;

const DELETE_AFTER_A_DAY = {
  action: {
    'rdf:value': { '@id': 'odrl:delete' },
    refinement: [
      {
        leftOperand: 'delayPeriod',
        operator: 'eq',
        rightOperand: { '@value': 'P1D', '@type': 'xsd:duration' },
      },
    ],
  },
};
const INFORM = { action: 'inform', informedParty: participantId(WORKSHOP) };

const policyWith = (duty: object): object => ({
  '@type': 'Offer',
  permission: [{ action: 'use', duty: [duty] }],
});

const DUTY = '/permission/0/duty/0';
const DAY = 86_400;

describe('obligations: a gateway deletes', () => {
  const story = storyBeforeEach({ terms: termsOf({ enforced: policyWith(DELETE_AFTER_A_DAY) }) });
  let buyer: Duties;
  afterEach(() => buyer.worker.stop());

  async function dutiesOf(house: House, mspId: string): Promise<Duties> {
    const { space } = story;
    return newObligations({
      ledger: house.ledger,
      projection: house.projection,
      duties: house.state.duties,
      useCases: house.useCases,
      signer: await enrolledOf(mspId, 'connector'),
      participant: participantId(mspId),
      send: () => Promise.reject(new OutboxError('MEMBER_UNKNOWN', 'nobody')),
      isWatching: true,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      now: () => space.chain.now,
      pause: 5,
    });
  }

  /** A use that the buyer was allowed; its gateway's worker runs. */
  async function allowed(): Promise<Id<'usage'>> {
    const usageId = (await ask(story)) as Id<'usage'>;
    await attend(story.steel, story.space);
    await caughtUp(story.buyer, story.space);
    buyer = await dutiesOf(story.buyer, BUYER);
    buyer.worker.start();
    await buyer.worker.idle();
    return usageId;
  }

  const dutyOf = (usage: Id<'usage'>): Obligation => {
    const text = story.space.chain.text(keys.obligation(obligationId(story.grant, DUTY, { usage })).text);
    return JSON.parse(text ?? 'null') as Obligation;
  };

  const open = (usageId: string): ReturnType<House['useCases']['openUse']> =>
    story.buyer.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: false });

  it('not before it is due', async () => {
    const usageId = await allowed();
    expect(dutyOf(usageId)).to.include({ state: 'DUE', action: 'delete' });
    expect(await collect((await open(usageId)).stream)).to.deep.equal(FILE);
    story.space.chain.later(DAY - 120);
    await buyer.worker.stop();
    buyer.worker.start();
    await buyer.worker.idle();
    expect(await story.buyer.state.oneTimeKeys.get(usageId)).to.be.a('string');
  });

  it('in time, states it once, and opens nothing any more', async () => {
    const { space, buyer: house } = story;
    const usageId = await allowed();
    space.chain.later(DAY - 30);
    await buyer.worker.stop();
    buyer.worker.start();
    await buyer.worker.idle();
    expect(await house.state.oneTimeKeys.get(usageId)).to.equal(undefined);
    const duty = dutyOf(usageId);
    expect(duty.state).to.equal('FULFILLED');
    expect(duty.fulfilment).to.include({ component: space.components[BUYER], by: participantId(BUYER) });
    expect(duty.fulfilment?.evidence).to.match(/^sha256:/);
    expect(await rejection(open(usageId))).to.have.property('code', 'KEY_UNKNOWN');
    const stated = space.chain.ordered.filter(({ call }) => call.transaction === 'obligations:Fulfil');
    expect(stated).to.have.length(1);
  });

  it('when asked, also while it is served', async () => {
    const { space, buyer: house } = story;
    const usageId = await allowed();
    const opened = await open(usageId);
    const deletion = await buyer.obligations.deleteUse(usageId);
    expect(deletion).to.deep.equal({ usageId, wasKeyHere: true, obligations: [dutyOf(usageId).id] });
    const { error } = await collectUntilError(opened.stream);
    expect(error).to.have.property('code', 'KEY_UNKNOWN');
    await caughtUp(house, space);
    await buyer.worker.idle();
    expect(dutyOf(usageId).state).to.equal('FULFILLED');
    expect(await buyer.obligations.deleteUse(usageId)).to.deep.equal({
      usageId,
      wasKeyHere: false,
      obligations: [],
    });
    const { delivery } = JSON.parse(space.chain.text(`version/${story.versionId}`) ?? '{}') as {
      delivery: { cid: string };
    };
    expect(await house.store.has(delivery.cid), 'the copy is gone').to.equal(false);
    expect(await story.steel.store.has(delivery.cid), 'the owner’s is not').to.equal(true);
  });

  it('not while a court forbids it, and then at once', async () => {
    const { space, buyer: house } = story;
    const usageId = await allowed();
    const until = '2026-11-30T00:00:00.000Z';
    await space.run('RegulatorMSP', 'officer', 'holds:Place', {
      nonce: space.nonce(),
      subject: story.claimId,
      authority: 'Shanghai Intermediate Court',
      orderNumber: '2026-17',
      orderDigest: `sha256:${'0'.repeat(64)}`,
      effects: ['NO_DELETION'],
      term: { from: '2026-11-24T00:00:00.000Z', until },
    });
    await caughtUp(house, space);
    const refused = await rejection(buyer.obligations.deleteUse(usageId));
    expect(refused).to.deep.include({
      code: 'HOLD_IN_EFFECT',
      details: { subject: story.claimId, effect: 'NO_DELETION' },
    });
    expect(await house.state.oneTimeKeys.get(usageId)).to.be.a('string');
    expect((await house.state.duties.unfinished()).map(({ state }) => state)).to.deep.equal(['OPEN']);
    space.chain.now = until;
    await buyer.worker.idle();
    expect(dutyOf(usageId).state).to.equal('FULFILLED');
    expect(await house.state.oneTimeKeys.get(usageId)).to.equal(undefined);
  });

  it('after a crash between forgetting and stating', async () => {
    const { buyer: house } = story;
    const usageId = await allowed();
    await buyer.worker.stop();
    const { id } = dutyOf(usageId);
    await house.useCases.eraseUse(usageId);
    await house.state.duties.open(id, 'DELETE');
    const again = await dutiesOf(house, BUYER);
    again.worker.start();
    await again.worker.idle();
    await again.worker.stop();
    expect(dutyOf(usageId).state).to.equal('FULFILLED');
    expect(await house.state.duties.get(id, 'DELETE')).to.include({ state: 'CLOSED' });
  });

  it('nothing of other organisations', async () => {
    const usageId = await allowed();
    const steel = await dutiesOf(story.steel, STEEL);
    expect(await rejection(steel.obligations.deleteUse(usageId))).to.have.property('code', 'NOT_OURS');
    expect(await rejection(steel.obligations.deleteUse(`usage-${'a'.repeat(52)}`))).to.have.property(
      'code',
      'NOT_FOUND',
    );
  });
});

describe('obligations: a gateway informs', () => {
  const story = storyBeforeEach({ terms: termsOf({ enforced: policyWith(INFORM) }) });
  let workshop: House;
  let receiver: Duties;
  let sender: Duties;
  let sent: SignedNotice[];
  /** How the network fails, while it does. */
  let failures: number;
  afterEach(async () => {
    await sender.worker.stop();
    await receiver.worker.stop();
  });

  async function dutiesOf(
    house: House,
    mspId: string,
    send: (msp: string, notice: object) => Promise<void>,
  ): Promise<Duties> {
    return newObligations({
      ledger: house.ledger,
      projection: house.projection,
      duties: house.state.duties,
      useCases: house.useCases,
      signer: await enrolledOf(mspId, 'connector'),
      participant: participantId(mspId),
      send,
      isWatching: true,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      now: () => story.space.chain.now,
      pause: 5,
    });
  }

  beforeEach(async () => {
    workshop = await story.space.open(WORKSHOP);
    sent = [];
    failures = 0;
    receiver = await dutiesOf(workshop, WORKSHOP, () =>
      Promise.reject(new OutboxError('MEMBER_UNKNOWN', 'x')),
    );
    sender = await dutiesOf(story.buyer, BUYER, async (mspId, notice) => {
      expect(mspId).to.equal(WORKSHOP);
      if (failures > 0) {
        failures -= 1;
        throw new OutboxError('MEMBER_UNAVAILABLE', 'away');
      }
      sent.push(notice as SignedNotice);
      await caughtUp(workshop, story.space);
      await receiver.obligations.receive(notice);
    });
  });

  async function allowed(): Promise<Id<'usage'>> {
    const usageId = (await ask(story)) as Id<'usage'>;
    await attend(story.steel, story.space);
    await caughtUp(story.buyer, story.space);
    return usageId;
  }

  const dutyOf = (usage: Id<'usage'>): Obligation =>
    JSON.parse(
      story.space.chain.text(keys.obligation(obligationId(story.grant, DUTY, { usage })).text) ?? 'null',
    ) as Obligation;

  it('the party named, who states that the notice arrived', async () => {
    const usageId = await allowed();
    receiver.worker.start();
    sender.worker.start();
    await sender.worker.idle();
    const duty = dutyOf(usageId);
    expect(duty.state).to.equal('FULFILLED');
    expect(duty.fulfilment).to.include({ component: story.space.components[WORKSHOP] });
    expect(duty.fulfilment?.evidence).to.match(/^sha256:/);
    expect(sent[0]?.notice).to.include({
      usage: usageId,
      from: participantId(BUYER),
      to: participantId(WORKSHOP),
    });
    await receiver.worker.idle();
    expect(await workshop.state.duties.unfinished()).to.deep.equal([]);
  });

  it('again until it arrives, and until the receiver has stated it', async () => {
    failures = 3;
    const usageId = await allowed();
    sender.worker.start();
    for (let looks = 0; sent.length < 2 && looks < 6000; looks += 1) await pause(10);
    expect(sent.length).to.be.greaterThan(1);
    expect(dutyOf(usageId).state).to.equal('DUE');
    receiver.worker.start();
    await sender.worker.idle();
    expect(dutyOf(usageId).state).to.equal('FULFILLED');
  });

  it('itself, where the policy names it', async () => {
    const { space, datasetId, claimId, versionId } = story;
    const enforced = policyWith({ action: 'inform', informedParty: participantId(BUYER) });
    const grant = await space.grant({ datasetId, claimId } as never, { terms: termsOf({ enforced }) });
    const usage = (await ask({ ...story, grant, versionId })) as Id<'usage'>;
    await attend(story.steel, space);
    await caughtUp(story.buyer, space);
    sender.worker.start();
    await sender.worker.idle();
    const id = obligationId(grant, DUTY, { usage });
    expect(JSON.parse(space.chain.text(keys.obligation(id).text) ?? '{}')).to.include({ state: 'FULFILLED' });
    expect(sent).to.deep.equal([]);
  });

  it('and is believed only for what a certified component of the debtor signed, to us', async () => {
    const usageId = await allowed();
    sender.worker.start();
    for (let looks = 0; sent.length === 0 && looks < 6000; looks += 1) await pause(10);
    const [genuine] = sent;
    if (genuine === undefined) throw new Error('a notice was sent');
    // Whoever is told asks its own peer for the obligation.
    await caughtUp(workshop, story.space);
    const { notice } = genuine;
    const officer = await enrolledOf(BUYER, 'officer');
    const connector = await enrolledOf(BUYER, 'connector');
    const steel = await enrolledOf(STEEL, 'connector');
    const forged: [object, string][] = [
      [{}, 'NOTICE_INVALID'],
      [{ ...genuine, surplus: 1 }, 'NOTICE_INVALID'],
      [{ ...genuine, certificate: 'x' }, 'NOTICE_INVALID'],
      [{ ...genuine, signature: 'AAAA' }, 'NOTICE_INVALID'],
      [{ ...genuine, notice: { ...notice, at: '2026-11-24T09:00:00.000Z' } }, 'NOTICE_INVALID'],
      [signNotice(notice, officer), 'NOTICE_INVALID'],
      [signNotice({ ...notice, from: participantId(STEEL) }, connector), 'NOTICE_INVALID'],
      [signNotice({ ...notice, to: participantId(STEEL) }, connector), 'NOTICE_INVALID'],
      [signNotice({ ...notice, component: story.space.components[STEEL]! }, steel), 'NOTICE_INVALID'],
      [
        signNotice({ ...notice, obligation: `obligation-${'a'.repeat(52)}` }, connector),
        'OBLIGATION_UNKNOWN',
      ],
    ];
    for (const [body, code] of forged) {
      expect(await rejection(receiver.obligations.receive(body)), JSON.stringify(body)).to.have.property(
        'code',
        code,
      );
    }
    await story.space.run('RegulatorMSP', 'officer', 'components:Suspend', {
      componentId: notice.component,
      reason: 'x',
    });
    await caughtUp(workshop, story.space);
    expect(await rejection(receiver.obligations.receive(genuine))).to.have.property('code', 'NOTICE_INVALID');
    expect(dutyOf(usageId).state).to.equal('DUE');
  });
});
