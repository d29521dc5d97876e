import { addSeconds, encode, type CheckpointBody } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { Checklist, type Step } from '../src/checklist.js';
import { asOfIn } from '../src/evidence/compact.js';
import { isFinal } from '../src/evidence/finality.js';
import { checkCertificates, checkTime, type Clocks } from '../src/evidence/time.js';
import type { EvidencedTransaction, World } from '../src/evidence/transactions.js';
import { outcomeOf } from '../src/outcome.js';
import { issue } from './certificates-fixture.js';

const AT = '2026-11-24T08:00:00.000Z';
const later = (seconds: number): string => addSeconds(AT, seconds);
const HOUR = 3600;
const U = 'usage/usage-u';

const call = (name: string, mspId: string, time: string): EvidencedTransaction =>
  ({
    txId: name,
    name,
    time,
    submitter: { mspId },
    position: 0,
    writes: new Map([[U, '{}']]),
  }) as unknown as EvidencedTransaction;

const worldOf = (transactions: readonly EvidencedTransaction[], record: object = {}, space?: object): World =>
  ({
    transactions,
    newest: { key: U, record, leaf: 0, text: '' },
    current: (key: string) => (key === 'space' && space ? encode(space) : undefined),
  }) as unknown as World;

const HEIGHT = 7;

const clocks = (
  signedAt: readonly string[] = [],
  stamps: readonly string[] = [],
  newest: readonly number[] = [],
  needed = 1,
): Clocks => ({
  needed,
  counted: signedAt.map((at, index) => ({
    mspId: `W${index}MSP`,
    fingerprint: '',
    signedAt: at,
    ...(newest[index] !== undefined && { newest: newest[index] }),
  })),
  stamps: stamps.map((at) => ({ at: Date.parse(at), accuracyMs: 1000, authority: 'Authority' })),
  clockSkew: 900,
});

describe('time of evidence', () => {
  const request = call('usage:Request', 'ConsumerMSP', AT);
  const answer = call('usage:Answer', 'ProviderMSP', later(60));
  const receipt = call('usage:Acknowledge', 'ConsumerMSP', later(120));
  const all = [request, answer, receipt];

  async function bounded(transactions: readonly EvidencedTransaction[], given: Clocks) {
    const list = new Checklist();
    const time = await checkTime(worldOf(transactions), transactions, { clocks: given, earlier: [] }, list);
    return { time, steps: list.steps.map(({ result, reason }) => reason ?? result) };
  }

  it('is bounded by the other side’s request before, and by witnesses and tokens after', async () => {
    const witnessed = await bounded(all, clocks([later(2 * HOUR), later(3 * HOUR)]));
    expect(witnessed.time).to.deep.equal({
      notBefore: { at: later(-900), by: ['ConsumerMSP'] },
      notAfter: { at: later(2 * HOUR + 900), by: ['W0MSP'] },
    });
    const stamped = await bounded(all, clocks([later(2 * HOUR)], [later(HOUR)]));
    expect(stamped.time.notAfter).to.deep.equal({ at: later(HOUR + 1), by: ['Authority'] });
    expect(stamped.steps).to.deep.equal(['pass', 'pass', 'pass']);
  });

  it('is bounded by as many witnesses as are needed: one liar narrows nothing', async () => {
    const seen = (signedAt: readonly string[], needed: number): Clocks => clocks(signedAt, [], [], needed);
    const liar = later(-HOUR);
    const { time, steps } = await bounded(all, seen([liar, later(HOUR), later(2 * HOUR)], 2));
    expect(time.notAfter).to.deep.equal({ at: later(HOUR + 900), by: ['W0MSP', 'W1MSP'] });
    expect(steps).to.deep.equal(['pass', 'pass', 'pass']);
    expect((await bounded(all, seen([liar, liar], 2))).steps[1]).to.equal('TIME_OUTSIDE');
    expect((await bounded(all, seen([liar], 2))).time).not.to.have.property('notAfter');
    const body = { height: HEIGHT, block: '' } as unknown as CheckpointBody;
    const { counted } = seen([later(HOUR), liar], 2);
    expect(asOfIn(body, counted, { needed: 2 }).at).to.equal(later(HOUR));
    expect(asOfIn(body, counted, { needed: 3 })).not.to.have.property('at');
  });

  it('of one’s own request bounds nothing', async () => {
    const own = [call('usage:Request', 'ProviderMSP', AT), answer];
    expect((await bounded(own, clocks([later(HOUR)]))).time).not.to.have.property('notBefore');
  });

  it('that was stated too late fails what decided, and is told of everything else', async () => {
    const late = clocks([later(-1000)]);
    expect((await bounded(all, late)).steps).to.deep.equal(['TIME_OUTSIDE', 'TIME_OUTSIDE', 'TIME_OUTSIDE']);
    const list = new Checklist();
    await checkTime(worldOf(all), all, { clocks: late, earlier: [] }, list);
    expect(list.steps.map(({ result }) => result)).to.deep.equal(['not-evaluated', 'fail', 'not-evaluated']);
    const edge = await bounded([answer], clocks([later(60 - 900)]));
    expect(edge.steps).to.deep.equal(['pass']);
  });

  it('is none where a token was made long before the request: that fails, and no bound is shown', async () => {
    const list = new Checklist();
    const early = clocks([later(HOUR)], [later(-300 * 24 * HOUR)]);
    const time = await checkTime(worldOf(all), all, { clocks: early, earlier: [] }, list);
    expect(time).to.deep.equal({});
    const [first] = list.steps;
    expect(first).to.include({
      code: 'time.bounds',
      subject: 'usage:Answer',
      result: 'fail',
      reason: 'INTERVAL_EMPTY',
    });
    expect(first!.facts).to.include({ saysNotBefore: 'ConsumerMSP', saysNotAfter: 'Authority' });
    expect(outcomeOf(list.steps)).to.equal('FAILED');
  });

  it('is one instant at least: bounds that meet do not contradict each other', async () => {
    const meeting = clocks([], [later(-901)]);
    expect((await bounded(all, meeting)).time.notAfter).to.deep.equal({ at: later(-900), by: ['Authority'] });
    expect((await bounded(all, clocks([], [later(-902)]))).time).to.deep.equal({});
  });

  it('that a dishonest clock states before the request does not hide that a token contradicts the request', async () => {
    const backdated = [request, call('usage:Answer', 'ProviderMSP', later(-301 * 24 * HOUR))];
    const { steps, time } = await bounded(backdated, clocks([], [later(-300 * 24 * HOUR)]));
    expect([steps[0], time]).to.deep.equal(['INTERVAL_EMPTY', {}]);
  });

  it('is not bounded where nobody says anything', async () => {
    expect((await bounded(all, clocks())).steps).to.deep.equal(['NOT_GIVEN', 'NOT_GIVEN', 'NOT_GIVEN']);
  });
});

describe('certificates of creators', () => {
  async function judged(at: string, isDeciding: boolean) {
    const period = { notBefore: Date.parse(AT), notAfter: Date.parse(later(HOUR)) };
    const { pem } = await issue({ name: 'creator', ...period });
    const submitter = { mspId: 'ConsumerMSP', certificate: new TextDecoder().decode(pem) };
    const tx = { ...call('usage:Request', 'ConsumerMSP', at), submitter };
    const list = new Checklist();
    await checkCertificates([tx], isDeciding ? tx : call('usage:Answer', 'ProviderMSP', AT), list);
    return list.steps;
  }

  it('outside their period fail what decided, and are told of everything else', async () => {
    for (const at of [later(-1), later(HOUR + 1)]) {
      const [deciding, other] = [await judged(at, true), await judged(at, false)];
      expect(deciding.map(({ result, reason }) => [result, reason])).to.deep.equal([['fail', 'EXPIRED']]);
      expect(other.map(({ result, reason }) => [result, reason])).to.deep.equal([
        ['not-evaluated', 'EXPIRED'],
      ]);
      expect([outcomeOf(deciding), outcomeOf(other)]).to.deep.equal(['FAILED', 'VERIFIED']);
    }
    for (const at of [AT, later(HOUR)])
      for (const isDeciding of [true, false])
        expect((await judged(at, isDeciding)).map(({ result }) => result)).to.deep.equal(['pass']);
  });
});

describe('finality', () => {
  const space = { kind: 'space', schema: 1, rulebook: { contestWithin: HOUR } };
  const usage = (state: string): object => ({ kind: 'usage', state, answer: { at: AT } });
  const final = (record: object, given = clocks(), rulebook: object | undefined = space): boolean =>
    isFinal(worldOf([], record, rulebook), given, HEIGHT);

  it('is of states that no transaction leaves', () => {
    for (const state of ['DENIED', 'LAPSED', 'ACKNOWLEDGED', 'UPHELD', 'REJECTED'])
      expect(final(usage(state)), state).to.equal(true);
    for (const state of ['REQUESTED', 'CONTESTED', 'ALLOWED'])
      expect(final(usage(state)), state).to.equal(false);
    expect(final({ kind: 'grant', state: 'REVOKED' })).to.equal(true);
    expect(final({ kind: 'grant', state: 'ACTIVE' })).to.equal(false);
    expect(final({ kind: 'claim', state: 'REGISTERED' })).to.equal(false);
    expect(final({ kind: 'valuation' })).to.equal(true);
  });

  const over = later(HOUR + 901);
  const seen = (signedAt: readonly string[], newest: readonly number[]): Clocks =>
    clocks(signedAt, [], newest);

  it('of an allowed use begins when every witness saw the window over, and nothing newer', () => {
    expect(final(usage('ALLOWED'), seen([over], [HEIGHT]))).to.equal(true);
    expect(final(usage('ALLOWED'), seen([over, over], [HEIGHT, HEIGHT]))).to.equal(true);
    expect(final(usage('ALLOWED'), seen([later(HOUR + 900)], [HEIGHT]))).to.equal(false);
    expect(final(usage('ALLOWED'), seen([over, later(HOUR)], [HEIGHT, HEIGHT]))).to.equal(false);
    expect(final(usage('REQUESTED'), seen([over], [HEIGHT]))).to.equal(false);
    expect(isFinal(worldOf([], usage('ALLOWED'), space), seen([over], [HEIGHT]), undefined)).to.equal(false);
  });

  it('of an allowed use does not follow from a late signature under a height that may not be the newest', () => {
    expect(final(usage('ALLOWED'), seen([over], []))).to.equal(false);
    expect(final(usage('ALLOWED'), seen([over, over], [HEIGHT]))).to.equal(false);
    for (const other of [HEIGHT - 1, HEIGHT + 1])
      expect(final(usage('ALLOWED'), seen([over, over], [HEIGHT, other]))).to.equal(false);
  });

  it('of an allowed use takes as many witnesses as are needed, whoever folded', () => {
    const two = { ...seen([over], [HEIGHT]), needed: 2 };
    expect(final(usage('ALLOWED'), two)).to.equal(false);
    expect(final(usage('ALLOWED'), { ...seen([over, over], [HEIGHT, HEIGHT]), needed: 2 })).to.equal(true);
  });

  it('is not shown by a token, nor without the window that is in force', () => {
    expect(final(usage('ALLOWED'), clocks([], [later(10 * HOUR)]))).to.equal(false);
    expect(isFinal(worldOf([], usage('ALLOWED')), seen([later(10 * HOUR)], [HEIGHT]), HEIGHT)).to.equal(
      false,
    );
  });
});

describe('the outcome', () => {
  const step = (code: Step['code'], result: Step['result']): Step => ({
    code,
    subject: '',
    result,
    facts: {},
  });

  it('is FAILED by one failure, INCOMPLETE by one required step that is open, VERIFIED otherwise', () => {
    const passed = step('file.form', 'pass');
    expect(outcomeOf([passed])).to.equal('VERIFIED');
    for (const code of ['checkpoint.witness', 'time.authorities', 'time.bounds', 'sealed.openings'] as const)
      expect(outcomeOf([passed, step(code, 'not-evaluated')]), code).to.equal('VERIFIED');
    for (const code of [
      'checkpoint.witnesses',
      'subject.newest',
      'subject.terms',
      'decision.replay',
    ] as const)
      expect(outcomeOf([passed, step(code, 'not-evaluated')]), code).to.equal('INCOMPLETE');
    const open = step('subject.newest', 'not-evaluated');
    expect(outcomeOf([open, step('custody.log', 'fail')])).to.equal('FAILED');
  });
});
