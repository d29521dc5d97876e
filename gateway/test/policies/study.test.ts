import { LIMITS, Refusal, type Json } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { newPolicies } from '../../src/features/policies/policies.js';
import { newStudy } from '../../src/features/policies/study.js';
import { Thread, ThreadError } from '../../src/threads/thread.js';
import { policyOf } from '../custody/space.js';
import { FakeProjection } from '../http/fakes.js';
import { rejection } from '../payload/fixtures.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Turns that the event loop takes until something is done. */
async function turnsUntil(work: Promise<unknown>): Promise<number> {
  let [turns, isDone] = [0, false];
  const ended = (): void => void (isDone = true);
  work.then(ended, ended);
  for (; !isDone; turns += 1) await turn();
  return turns;
}

const spatial = (count: number): Json =>
  policyOf(
    ...Array.from({ length: count }, (_, index) => ({
      leftOperand: 'purpose',
      operator: 'isAnyOf',
      rightOperand: [`a-${index}`, `b-${index}`],
    })),
  ) as Json;

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe('policies are judged beside the event loop', () => {
  it('so that whoever compares large ones keeps nobody else waiting', async () => {
    const policies = newPolicies(new FakeProjection());
    const [before, after] = [spatial(40), spatial(41)];
    expect(await turnsUntil(policies.compare(before, after))).to.be.above(20);
    expect(await turnsUntil(policies.lint(after))).to.be.above(20);
  });

  it('up to a size', async () => {
    const policies = newPolicies(new FakeProjection());
    const large = { ...(spatial(1) as object), uid: 'x'.repeat(LIMITS.document) } as Json;
    const place = { policy: large, pointer: '/permission/0/duty/0' };
    for (const asked of [
      () => policies.lint(large),
      () => policies.lint(null, large),
      () => policies.compare(large, null),
      () => policies.compare(null, large),
      () => policies.dutyAt(place),
    ]) {
      const refusal = (await rejection(asked())) as Refusal;
      expect(refusal).to.be.instanceOf(Refusal);
      expect(refusal.details).to.include({ limit: 'document', most: LIMITS.document });
    }
  });

  it('and for a time', async () => {
    const study = newStudy({ within: 1 });
    expect(
      codeOf(await rejection(study('lint', spatial(41), new Map(), '2026-11-24T08:00:00.000Z'))),
    ).to.equal('POLICY_TIMEOUT');
  });
});

describe('a thread', () => {
  // `spin` never comes back, `throw` ends the thread, `exit` the process of it; anything else comes back as it is.
  const program = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (task) => {
      if (task === 'spin') for (;;);
      if (task === 'throw') throw new Error('unexpected');
      if (task === 'exit') process.exit(1);
      parentPort.postMessage(task);
    });
    parentPort.postMessage('loaded');`;
  const moduleOf = (text: string): URL =>
    new URL(
      `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('/'); ${text}`)}`,
    );
  const newThread = (waiting = 5, text = program): Thread<string, string> =>
    new Thread<string, string>({ module: moduleOf(text), within: 1500, waiting });

  it('does one task after the other, and goes on after one that had to be ended', async () => {
    const thread = newThread();
    expect(await Promise.all(['a', 'b', 'c'].map((task) => thread.run(task)))).to.deep.equal(['a', 'b', 'c']);
    for (const [task, code] of [
      ['throw', 'FAILED'],
      ['exit', 'FAILED'],
      ['spin', 'TOO_LONG'],
    ] as const) {
      const [failed, next] = await Promise.allSettled([thread.run(task), thread.run('next')]);
      expect(failed, task).to.have.nested.property('reason.code', code);
      expect(next, task).to.include({ status: 'fulfilled', value: 'next' });
    }
  });

  it('has the time of a task for the task, however long it takes to load', async () => {
    const slowly = `const until = Date.now() + 2000; while (Date.now() < until);`;
    expect(await newThread(5, `${slowly} ${program}`).run('a')).to.equal('a');
  });

  it('fails where the thread does not load', async () => {
    const thread = newThread(5, `throw new Error('unexpected');`);
    expect(await rejection(thread.run('a'))).to.include({ code: 'FAILED' });
  });

  it('takes no more than may wait', async () => {
    const thread = newThread(2);
    const asked = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((task) => thread.run(task)));
    expect(asked.map(({ status }) => status === 'fulfilled')).to.deep.equal([true, true, true, false, false]);
    const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    for (const error of refused) expect(error).to.be.instanceOf(ThreadError).and.include({ code: 'BUSY' });
    expect(await thread.run('again')).to.equal('again');
  });
});
