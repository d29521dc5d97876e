import { expect } from 'chai';
import { digestOf, encode, keys, type Grant } from '@tallystick/chaincode/model';
import { signerOf } from './signers.js';
import { counted, REGULATOR, STEEL, termsOf } from './space.js';
import { ask, attend, caughtUp, entryOf, isReleased, storyBeforeEach } from './story.js';

const tick = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await tick(2);
}

describe('custody: an answer that was held back', () => {
  const story = storyBeforeEach();

  /** Ask, and let the custodian answer, with the answer held back before it is ordered. */
  async function heldAnswer(): Promise<string> {
    const { space, steel } = story;
    const { chain } = space;
    chain.fate = ({ call }) => (call.transaction === 'usage:Answer' ? 'HOLD' : 'ORDER');
    const usageId = await ask(story);
    steel.custodian.start();
    await until(() => chain.held.length === 1);
    expect(await entryOf(steel, usageId)).to.have.property('state', 'SUBMITTED');
    return usageId;
  }

  async function letGo(usageId: string): Promise<string> {
    const { space, steel } = story;
    space.chain.fate = () => 'ORDER';
    space.chain.letGo();
    await caughtUp(steel, space);
    await until(() => space.answersTo(usageId).length > 0);
    await steel.custodian.idle();
    const { state, reason } = await entryOf(steel, usageId);
    return `${state} ${reason ?? ''}`.trim();
  }

  const codes = (usageId: string): readonly string[] =>
    story.space.answersTo(usageId).map(({ code }) => code);

  it('and then ordered in time, releases', async () => {
    const usageId = await heldAnswer();
    story.space.chain.later(60);
    expect(await letGo(usageId)).to.equal('RELEASED');
    expect(await isReleased(story.steel, usageId)).to.equal(true);
  });

  it('until after a revocation, is invalid and releases nothing; the request is denied', async () => {
    const { space, steel, grant } = story;
    const usageId = await heldAnswer();
    await space.run(STEEL, 'officer', 'grants:Revoke', { grantId: grant, reason: 'breach' });
    expect(await letGo(usageId)).to.equal('DENIED GRANT_NOT_ACTIVE');
    expect(codes(usageId)).to.deep.equal(['MVCC_READ_CONFLICT', 'VALID']);
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('until after a hold, is invalid and releases nothing; the request is denied', async () => {
    const { space, steel, datasetId } = story;
    const usageId = await heldAnswer();
    await space.run(REGULATOR, 'officer', 'holds:Place', {
      nonce: space.nonce(),
      subject: datasetId,
      authority: 'Shanghai Intermediate Court',
      orderNumber: '(2026) 12',
      orderDigest: digestOf('order'),
      effects: ['NO_USE'],
      term: { from: '2026-11-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' },
    });
    expect(await letGo(usageId)).to.equal('DENIED HOLD');
    expect(codes(usageId)).to.deep.equal(['MVCC_READ_CONFLICT', 'VALID']);
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('until after a suspension of the consumer, is invalid and releases nothing', async () => {
    const { space } = story;
    const usageId = await heldAnswer();
    const participantId = space.usage(usageId).consumer;
    await space.run(REGULATOR, 'officer', 'participants:Suspend', { participantId, reason: 'audit' });
    expect(await letGo(usageId)).to.equal('DENIED CONSUMER_NOT_ACTIVE');
  });

  it('until after the time to answer, is VALID and releases nothing', async () => {
    const { space, steel } = story;
    const usageId = await heldAnswer();
    space.chain.later(3601);
    expect(await letGo(usageId)).to.equal('WITHHELD TOO_LATE ANSWER_TOO_LATE');
    expect(space.usage(usageId)).to.have.property('state', 'ALLOWED');
    expect(await isReleased(steel, usageId)).to.equal(false);
  });
});

describe('custody: the end of the term', () => {
  const soon = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-24T08:10:00.000Z' };
  const story = storyBeforeEach({ terms: termsOf({ term: soon }) });

  it('between endorsement and order: VALID, and releases nothing, nor on a contest', async () => {
    const { space, steel } = story;
    const { chain } = space;
    chain.fate = ({ call }) => (call.transaction === 'usage:Answer' ? 'HOLD' : 'ORDER');
    const usageId = await ask(story);
    steel.custodian.start();
    await until(() => chain.held.length === 1);
    chain.later(600);
    chain.fate = () => 'ORDER';
    chain.letGo();
    await until(() => space.usage(usageId).state === 'ALLOWED');
    await caughtUp(steel, space);
    await steel.custodian.idle();
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'TOO_LATE GRANT_TERM' });
    expect(await isReleased(steel, usageId)).to.equal(false);
    await space.run('BuyerMSP', 'operator', 'usage:Contest', { usageId, reason: 'NOT_DELIVERED' });
    await attend(steel, space);
    expect(space.usage(usageId).contest).to.not.have.property('header');
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('before the request is answered: denied', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    space.chain.later(600);
    await attend(steel, space);
    expect(space.usage(usageId).answer).to.include({ outcome: 'DENIED', code: 'GRANT_TERM' });
    expect(await entryOf(steel, usageId)).to.have.property('state', 'DENIED');
  });
});

describe('custody: colluding endorsers', () => {
  const story = storyBeforeEach();

  /** Our own transaction comes after theirs, and is invalid. */
  async function theirEnd(): Promise<void> {
    story.space.chain.letGo();
    await caughtUp(story.steel, story.space);
    await story.steel.custodian.idle();
  }

  async function heldAnswer(): Promise<string> {
    const { space, steel } = story;
    const { chain } = space;
    chain.fate = ({ call }) => (call.transaction === 'usage:Answer' ? 'HOLD' : 'ORDER');
    const usageId = await ask(story);
    steel.custodian.start();
    await until(() => chain.held.length === 1);
    return usageId;
  }

  it('who allow what the rules deny, with our own signature and header, get nothing released', async () => {
    const { space, steel, grant } = story;
    const { chain } = space;
    const usageId = await heldAnswer();
    const [envelope] = chain.held;
    const { headerCid = '' } = await entryOf(steel, usageId);
    await space.run(STEEL, 'officer', 'grants:Suspend', { grantId: grant, reason: 'audit' });
    // The very transaction that we sent, now contrary to the rules, taken as valid.
    await chain.forge(envelope!.call);
    await theirEnd();
    expect(space.usage(usageId).answer).to.include({ outcome: 'ALLOWED', header: headerCid });
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'DECISION_DIFFERS' });
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('who write an answer that nobody signed for us, get nothing released', async () => {
    const { space, steel } = story;
    const { chain } = space;
    const usageId = await heldAnswer();
    const stranger = await signerOf(REGULATOR, 'officer');
    await chain.forge({ ...chain.held[0]!.call, ...stranger });
    await theirEnd();
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'OTHER_SIGNER' });
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('who write an answer whose signature does not verify, get nothing released', async () => {
    const { space, steel } = story;
    const { chain } = space;
    const usageId = await heldAnswer();
    await chain.forge({ ...chain.held[0]!.call, signed: false });
    await theirEnd();
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'NOT_SIGNED' });
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('who lift the quota of a grant that we did sign, get nothing: the rules write another', async () => {
    const { space, steel } = story;
    const grant = await space.grant(story, { terms: counted(1) });
    const lifted: Grant = { ...space.grantRecord(grant), quota: 5 };
    const signer = await signerOf(STEEL, 'officer');
    await space.chain.forge({
      ...signer,
      signed: true,
      time: space.chain.now,
      transaction: 'grants:Resume',
      argument: encode({ grantId: grant, reason: 'x' }),
      result: '',
      writes: [{ key: keys.grant(grant).text, value: encode(lifted) }],
    });
    const usageId = await ask({ ...story, grant });
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'DECISION_DIFFERS' });
  });
});

describe('custody: an answer of our organisation with another header', () => {
  const story = storyBeforeEach();

  it('does not release the one we hold', async () => {
    const { space, steel } = story;
    const { chain } = space;
    const header = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
    chain.fate = ({ call }) => (call.transaction === 'usage:Answer' ? 'HOLD' : 'ORDER');
    const usageId = await ask(story);
    steel.custodian.start();
    await until(() => chain.held.length === 1);
    chain.fate = () => 'ORDER';
    const component = space.components[STEEL];
    await space.run(STEEL, 'connector', 'usage:Answer', { usageId, component, header });
    await caughtUp(steel, space);
    chain.letGo();
    await steel.custodian.idle();
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'OTHER_HEADER' });
    expect(await isReleased(steel, usageId)).to.equal(false);
    const codes = space.answersTo(usageId).map(({ code }) => code);
    expect(codes).to.deep.equal(['VALID', 'MVCC_READ_CONFLICT']);
  });
});
