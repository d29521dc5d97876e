import { expect } from 'chai';
import { keys } from '@tallystick/chaincode/model';
import { LedgerInvalid, LedgerUnavailable, OutcomeUnknown } from '../../src/ledger/port-errors.js';
import { times } from '../../../test/sampling.js';
import { collect } from '../payload/fixtures.js';
import { BUYER, counted, REGULATOR, STEEL, termsOf } from './space.js';
import { ask, attend, caughtUp, entryOf, FILE, isReleased, storyBeforeEach } from './story.js';

/** A thorough run asks two hundred times for one hundred uses. */
const USES = times(50, 100);

describe(`custody: ${2 * USES} requests at once on a grant of ${USES} uses`, () => {
  const story = storyBeforeEach({ terms: counted(USES) });

  async function outcomes(usageIds: readonly string[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const usageId of usageIds) {
      const { answer, state } = story.space.usage(usageId);
      const outcome = `${state} ${answer?.code ?? ''}`.trim();
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      expect(await isReleased(story.steel, usageId)).to.equal(answer?.outcome === 'ALLOWED');
    }
    return counts;
  }

  const slots = (usageIds: readonly string[]): number[] =>
    usageIds
      .flatMap((usageId) => story.space.usage(usageId).answer?.slot ?? [])
      .sort((one, other) => one - other);

  it(`exactly ${USES} are allowed, each with a slot of its own, and none is left unanswered`, async () => {
    const { space, steel } = story;
    steel.custodian.start();
    const usageIds = await Promise.all(Array.from({ length: 2 * USES }, () => ask(story)));
    await attend(steel, space);
    expect(await outcomes(usageIds)).to.deep.equal({ ALLOWED: USES, 'DENIED QUOTA': USES });
    expect(slots(usageIds)).to.deep.equal(Array.from({ length: USES }, (_, index) => index));
    const txIds = new Set(usageIds.flatMap((id) => space.answersTo(id).map(({ txId }) => txId)));
    expect(txIds.size, 'answered in batches').to.be.lessThan((2 * USES) / 5);
  });

  it('also when every seventh answer is lost on its way to the orderer', async () => {
    const { space, steel } = story;
    let count = 0;
    space.chain.fate = ({ call }) => {
      if (call.transaction !== 'usage:Answer') return 'ORDER';
      count += 1;
      return count % 7 === 1 ? 'LOSE' : 'ORDER';
    };
    steel.custodian.start();
    const usageIds = await Promise.all(Array.from({ length: 2 * USES }, () => ask(story)));
    await attend(steel, space);
    expect(await outcomes(usageIds)).to.deep.equal({ ALLOWED: USES, 'DENIED QUOTA': USES });
  });

  it('also over several grants, at different depths', async () => {
    const { space, steel } = story;
    const small = await space.grant(story, { terms: counted(10) });
    const free = await space.grant(story, { terms: termsOf() });
    steel.custodian.start();
    const usageIds = await Promise.all(
      Array.from({ length: 90 }, (_, index) =>
        ask({ ...story, grant: [small, free, story.grant][index % 3] ?? free }),
      ),
    );
    await attend(steel, space);
    expect(await outcomes(usageIds)).to.deep.equal({ ALLOWED: 70, 'DENIED QUOTA': 20 });
  });
});

describe('custody: what an answer can meet on its way', () => {
  const story = storyBeforeEach();

  it('an unknown outcome of a transaction that never came: answered anew, once', async () => {
    const { space, steel } = story;
    let isLost = false;
    space.chain.fate = ({ call }) => {
      if (call.transaction !== 'usage:Answer' || isLost) return 'ORDER';
      isLost = true;
      return 'LOSE';
    };
    const usageId = await ask(story);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'RELEASED', attempts: 2 });
    expect(space.answersTo(usageId)).to.have.length(1);
  });

  it('an answer that the orderer took and lost, and that nobody ever reports: answered anew, once', async () => {
    const { space } = story;
    await story.steel.close();
    const steel = await space.open(STEEL, { settings: { answerWithin: 50 } });
    story.steel = steel;
    let isLost = false;
    space.chain.fate = ({ call }) => {
      if (call.transaction !== 'usage:Answer' || isLost) return 'ORDER';
      isLost = true;
      return 'HOLD';
    };
    const usageId = await ask(story);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'RELEASED', attempts: 2 });
    expect(space.answersTo(usageId)).to.have.length(1);
  });

  it('an unknown outcome of a transaction that comes after it was made anew: one answer, its header', async () => {
    const { space, steel } = story;
    const { chain } = space;
    let count = 0;
    chain.fate = ({ call }) => (call.transaction === 'usage:Answer' && count === 1 ? 'HOLD' : 'ORDER');
    const usageId = await ask(story);
    // Nobody hears of the first transaction; its envelope is kept, and ordered before the second.
    const submit = chain.submit.bind(chain);
    chain.submit = (envelope, signal) => {
      if (envelope.call.transaction !== 'usage:Answer') return submit(envelope, signal);
      count += 1;
      if (count === 2) chain.letGo();
      const committed = submit(envelope, signal);
      if (count > 1) return committed;
      committed.catch(() => undefined);
      return Promise.reject(new OutcomeUnknown(envelope.txId, 'COMMIT'));
    };
    await attend(steel, space);
    const answers = space.answersTo(usageId);
    expect(answers.map(({ code }) => code)).to.deep.equal(['VALID', 'MVCC_READ_CONFLICT']);
    expect(await entryOf(steel, usageId)).to.include({ state: 'RELEASED', txId: answers[0]!.txId });
    expect(await isReleased(steel, usageId)).to.equal(true);
  });

  it('a peer that is away for a while', async () => {
    const { space, steel } = story;
    const { chain } = space;
    const endorse = chain.endorse.bind(chain);
    let failures = 4;
    chain.endorse = (signer, submission, txId) => {
      if (submission.transaction !== 'usage:Answer' || failures === 0)
        return endorse(signer, submission, txId);
      failures -= 1;
      return Promise.reject(new LedgerUnavailable('away', { txId }));
    };
    const usageId = await ask(story);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'RELEASED', attempts: 5 });
  });

  it('transactions that are invalid for good reasons of the network: given up after so many', async () => {
    const { space } = story;
    await story.steel.close();
    const steel = await space.open(STEEL, { settings: { attempts: 3 } });
    story.steel = steel;
    const { chain } = space;
    const submit = chain.submit.bind(chain);
    chain.submit = (envelope, signal) =>
      envelope.call.transaction === 'usage:Answer'
        ? Promise.reject(new LedgerInvalid('ENDORSEMENT_POLICY_FAILURE', { txId: envelope.txId }))
        : submit(envelope, signal);
    const usageId = await ask(story);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'FAILED', attempts: 3, reason: 'INVALID' });
    expect(await isReleased(steel, usageId)).to.equal(false);
  });

  it('endorsers that refuse one of many, for reasons only they see: the others are answered', async () => {
    const { space } = story;
    const { chain } = space;
    await story.steel.close();
    // Without pauses all are due at once, time and again: only smaller batches can set the others free.
    const steel = await space.open(STEEL, { settings: { pause: 0 } });
    story.steel = steel;
    const usageIds = await Promise.all(Array.from({ length: 9 }, () => ask(story)));
    const [poison = ''] = usageIds;
    const endorse = chain.endorse.bind(chain);
    let isPoisonous = true;
    chain.endorse = (signer, submission, txId) => {
      const isMet = submission.transaction === 'usage:Answer' && submission.argument.includes(poison);
      return isMet && isPoisonous
        ? endorse(signer, { transaction: 'usage:Answer', argument: 'no JSON' }, txId)
        : endorse(signer, submission, txId);
    };
    steel.custodian.start();
    await caughtUp(steel, space);
    const others = usageIds.slice(1);
    while (!others.every((usageId) => space.usage(usageId).state === 'ALLOWED')) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(space.usage(poison)).to.have.property('state', 'REQUESTED');
    isPoisonous = false;
    await steel.custodian.idle();
    for (const usageId of usageIds) expect(await isReleased(steel, usageId)).to.equal(true);
  });

  it('a request that has become too old: withheld', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    space.chain.later(3601);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'ANSWER_TOO_LATE' });
    expect(space.usage(usageId)).to.have.property('state', 'REQUESTED');
  });

  it('a request that lapsed meanwhile: withheld', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    await steel.state.custody.see(usageId, story.grant);
    space.chain.later(3601);
    await space.run(BUYER, 'operator', 'usage:Lapse', { usageId });
    await caughtUp(steel, space);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'WITHHELD', reason: 'LAPSED' });
  });

  it('a component of ours that is suspended: denied, not silent', async () => {
    const { space, steel } = story;
    const componentId = space.components[STEEL];
    await space.run(REGULATOR, 'officer', 'components:Suspend', { componentId, reason: 'audit' });
    const usageId = await ask(story);
    await attend(steel, space);
    expect(space.usage(usageId).answer).to.include({ outcome: 'DENIED', code: 'PROVIDER_COMPONENT' });
  });

  it('a key that is not the one committed to: nothing is wrapped', async () => {
    const { space, steel, versionId } = story;
    const kept = await steel.state.ownerHeaders.get(versionId);
    const other = { ...kept, keyCommitment: `sha256:${'0'.repeat(64)}` };
    const headers = { ...steel.state.ownerHeaders, get: () => Promise.resolve(other) };
    Object.assign(steel.state, { ownerHeaders: headers });
    const usageId = await ask(story);
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'FAILED', reason: 'KEY_MISMATCH' });
    expect(await entryOf(steel, usageId)).to.not.have.property('header');
  });

  it('a key that is not here: an operator can restore it and start the request again', async () => {
    const { space, steel, versionId } = story;
    const kept = await steel.state.ownerHeaders.get(versionId);
    const usageId = await ask(story);
    const bare = { ...steel.state.ownerHeaders, get: () => Promise.resolve(undefined) };
    Object.assign(steel.state, { ownerHeaders: bare });
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.include({ state: 'FAILED', reason: 'OWNER_HEADER_UNKNOWN' });
    expect(space.usage(usageId)).to.have.property('state', 'REQUESTED');
    Object.assign(bare, { get: () => Promise.resolve(kept) });
    await steel.state.custody.move(usageId, 'FAILED', 'SEEN');
    await steel.custodian.idle();
    expect(await entryOf(steel, usageId)).to.have.property('state', 'RELEASED');
  });
});

describe('custody: a consumer that contests', () => {
  const story = storyBeforeEach();

  async function contested(reason: string): Promise<string> {
    const { space, steel, buyer } = story;
    const usageId = await ask(story);
    await attend(steel, space);
    await space.run(BUYER, 'operator', 'usage:Contest', { usageId, reason });
    await attend(steel, space);
    await caughtUp(buyer, space);
    return usageId;
  }

  it('that nothing was delivered, finds the header on the ledger and opens with it', async () => {
    const { space, buyer, steel } = story;
    const usageId = await contested('NOT_DELIVERED');
    const { header } = await entryOf(steel, usageId);
    expect(space.usage(usageId).contest?.header).to.equal(Buffer.from(header!).toString('base64'));
    const opened = await buyer.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: false });
    expect(await collect(opened.stream)).to.deep.equal(FILE);
    expect(await opened.acknowledged).to.deep.equal({ state: 'NOT_ASKED' });
    const { custodian } = steel;
    await custodian.idle();
    expect(steel.reached.filter((name) => name === 'custody.delivered')).to.have.length(1);
  });

  it('that the key was wrong, gets an arbiter and not the same key again', async () => {
    const { space } = story;
    const usageId = await contested('WRONG_KEY');
    expect(space.usage(usageId).contest).to.not.have.property('header');
  });
});

describe('custody: what becomes of the journal', () => {
  const story = storyBeforeEach({ terms: counted(1) });

  it('a denied request keeps no header; status tells the state and never the header', async () => {
    const { space, steel, buyer } = story;
    const [first, second] = [await ask(story), await ask(story)];
    await attend(steel, space);
    await caughtUp(buyer, space);
    const denied = (await entryOf(steel, first)).state === 'DENIED' ? first : second;
    expect((await entryOf(steel, denied)).header).to.have.length(0);
    const status = await steel.useCases.usageStatus(denied);
    expect(status).to.include({ side: 'CUSTODIAN', state: 'DENIED', isKeyHere: false });
    expect(status.custody).to.include({ state: 'DENIED', attempts: 1, reason: 'QUOTA' });
    expect(JSON.stringify(status)).to.not.include('age-encryption');
    expect(await buyer.useCases.usageStatus(denied)).to.include({ side: 'CONSUMER', isKeyHere: true });
    const slot = keys.usageSlot(story.grant, 0).text;
    expect(JSON.parse(space.chain.text(slot) ?? '')).to.have.property('usage');
    expect(await steel.custodian.status()).to.deep.equal({
      isRunning: true,
      open: { SEEN: 0, PREPARED: 0, SUBMITTED: 0 },
      inFlight: 0,
      hindered: [],
    });
  });

  it('tells nothing of a use that nobody knows', async () => {
    const unknown = `usage-${'a'.repeat(52)}`;
    const error: unknown = await story.steel.useCases.usageStatus(unknown).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'NOT_FOUND');
  });
});
