import { expect } from 'chai';
import { digestOf, encode, keys, readKey, type Grant, type Usage } from '@tallystick/chaincode/model';
import { attendUntilHindered, forgedWrites, restore } from './forging.js';
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
    const { space, steel } = story;
    space.chain.fate = () => 'ORDER';
    space.chain.letGo();
    await attendUntilHindered(steel, space);
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

  /** What the request waits for; nothing is released, and nothing given up. */
  async function hindrances(usageId: string): Promise<readonly string[]> {
    const { steel } = story;
    expect((await entryOf(steel, usageId)).state).to.be.oneOf(['PREPARED', 'SUBMITTED']);
    expect(await isReleased(steel, usageId)).to.equal(false);
    const { hindered } = await steel.custodian.status();
    expect(steel.warnings.some((facts) => 'keys' in facts && 'usageId' in facts)).to.equal(true);
    return hindered.find((each) => each.usageId === usageId)?.keys ?? [];
  }

  async function restored(usageId: string): Promise<string> {
    const { space, steel } = story;
    await restore(space, steel);
    await steel.custodian.idle();
    return (await entryOf(steel, usageId)).state;
  }

  const usageKey = (usageId: string): string => keys.usage(usageId as Usage['id']).text;

  it('who allow what the rules deny, with our own signature and header, get nothing: it is denied', async () => {
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
    expect(await entryOf(steel, usageId)).to.include({ state: 'DENIED', reason: 'GRANT_NOT_ACTIVE' });
    expect(await isReleased(steel, usageId)).to.equal(false);
    await restore(space, steel);
    expect(space.usage(usageId).answer).to.include({ outcome: 'DENIED', code: 'GRANT_NOT_ACTIVE' });
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('who alter what we signed, get nothing until the record is restored; then the consumer gets what we allowed', async () => {
    const { space, steel } = story;
    const { chain } = space;
    const usageId = await heldAnswer();
    const { call } = chain.held[0]!;
    const altered = { ...(JSON.parse(call.writes[0]!.value as string) as Usage), purpose: 'another' };
    await chain.forge({ ...call, writes: [{ key: usageKey(usageId), value: encode(altered) }] });
    await theirEnd();
    expect((await steel.projection.record(readKey(usageKey(usageId))!))?.value).to.include({
      state: 'ALLOWED',
    });
    expect(await hindrances(usageId)).to.deep.equal([usageKey(usageId)]);
    expect(await restored(usageId)).to.equal('RELEASED');
    expect(await isReleased(steel, usageId)).to.equal(true);
  });

  it('who only return something else, hinder nothing: the record stands as the rules gave it', async () => {
    const { space, steel } = story;
    const usageId = await heldAnswer();
    await space.chain.forge({ ...space.chain.held[0]!.call, result: '{"state":"DENIED"}' });
    await theirEnd();
    const [divergence] = (await steel.projection.divergences({ limit: 10 })).items;
    expect(divergence).to.include({ verdict: 'CORRECTED', reason: 'RESPONSE_DIFFERS' });
    expect(await entryOf(steel, usageId)).to.include({ state: 'RELEASED' });
  });

  it('who write an answer that nobody signed for us, get nothing; restored, we answer', async () => {
    const { space, steel } = story;
    const usageId = await heldAnswer();
    const stranger = await signerOf(REGULATOR, 'officer');
    await space.chain.forge({ ...space.chain.held[0]!.call, ...stranger });
    await theirEnd();
    expect((await steel.projection.record(readKey(usageKey(usageId))!))?.value).to.include({
      state: 'REQUESTED',
    });
    expect(await hindrances(usageId)).to.deep.equal([usageKey(usageId)]);
    expect(await restored(usageId)).to.equal('RELEASED');
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

  it('who lift the quota of a grant that we did sign, get nothing more: the quota is what the rules wrote', async () => {
    const { space, steel } = story;
    const grant = await space.grant(story, { terms: counted(1) });
    const lifted: Grant = { ...space.grantRecord(grant), quota: 5 };
    await forgedWrites(space, STEEL, [{ key: keys.grant(grant).text, value: encode(lifted) }], {
      transaction: 'grants:Resume',
      argument: encode({ grantId: grant, reason: 'x' }),
    });
    const [first, second] = [await ask({ ...story, grant }), await ask({ ...story, grant })];
    await attendUntilHindered(steel, space);
    expect(await hindrances(first)).to.deep.equal([keys.grant(grant).text]);
    expect(await hindrances(second)).to.deep.equal([keys.grant(grant).text]);
    await restore(space, steel);
    await steel.custodian.idle();
    const states = await Promise.all([first, second].map((id) => entryOf(steel, id)));
    expect(states.map(({ state }) => state).sort()).to.deep.equal(['DENIED', 'RELEASED']);
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
