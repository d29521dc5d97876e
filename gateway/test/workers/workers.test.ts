import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Started } from '../../src/application/started.js';
import { readinessOf, type ReadinessParts } from '../../src/application/readiness.js';
import { Periodic } from '../../src/workers/periodic.js';
import type { Worker } from '../../src/workers/worker.js';

const untilTrue = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await pause(1);
};

describe('workers', () => {
  const told: string[] = [];
  const worker = (name: string, start: () => void = () => undefined): Worker => ({
    name,
    start() {
      told.push(`start ${name}`);
      start();
    },
    stop: () => Promise.resolve(void told.push(`stop ${name}`)),
    health: () => undefined,
  });
  beforeEach(() => void told.splice(0));

  it('stop in the reverse order of starting, what is between them in its place', async () => {
    const started = new Started();
    await started.run([worker('a'), worker('b')]);
    started.add(() => void told.push('close'));
    await started.run([worker('c')]);
    expect(started.workers.map(({ name }) => name)).to.deep.equal(['a', 'b', 'c']);
    await started.stop();
    expect(told.slice(3)).to.deep.equal(['stop c', 'close', 'stop b', 'stop a']);
    await started.stop();
    expect(told).to.have.length(7);
  });

  it('stop when one after them cannot start, and that one does not', async () => {
    const started = new Started();
    const broken = worker('b', () => {
      throw new Error('no');
    });
    expect(await started.run([worker('a'), broken]).catch(() => 'failed')).to.equal('failed');
    await started.stop();
    expect(told).to.deep.equal(['start a', 'start b', 'stop a']);
  });

  it('have names of their own', async () => {
    const started = new Started();
    await started.run([worker('a')]);
    const again = await started.run([worker('a')]).catch((error: unknown) => error);
    expect(String(again)).to.contain('two workers are called a');
  });

  it('are each a check of readiness', async () => {
    const well = {
      isDraining: () => false,
      peerHeight: () => Promise.resolve(0n),
      projection: {
        status: () => ({ state: 'FOLLOWING' }),
        rules: () => ({ version: '1', edition: 'known' }),
      },
      content: { verdict: () => Promise.resolve(undefined) },
    } as unknown as ReadinessParts;
    const ill = { ...worker('notes'), health: () => 'notes does not run' };
    const checks = readinessOf({ ...well, workers: [worker('a'), ill] });
    const verdicts = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
    );
    expect(Object.fromEntries(verdicts)).to.deep.equal({
      process: undefined,
      ledger: undefined,
      projection: undefined,
      store: undefined,
      rules: undefined,
      a: undefined,
      notes: 'notes does not run',
    });
  });

  describe('that look again and again', () => {
    it('look never twice at a time, survive a failure, and wait for the look under way', async () => {
      let looks = 0;
      let running = 0;
      let most = 0;
      const failures: unknown[] = [];
      const look = async (): Promise<void> => {
        looks += 1;
        most = Math.max(most, (running += 1));
        await pause(5);
        running -= 1;
        if (looks === 1) throw new Error('once');
      };
      const failed = (error: unknown): void => void failures.push(error);
      const periodic = new Periodic({ name: 'looking', every: 1, look, failed });
      expect(periodic.health()).to.equal('looking does not run');
      periodic.start();
      periodic.start();
      expect(periodic.health()).to.equal(undefined);
      await untilTrue(() => looks > 3 && running === 1);
      await periodic.stop();
      expect([most, running, failures.length]).to.deep.equal([1, 0, 1]);
      expect(periodic.health()).to.equal('looking does not run');
      const before = looks;
      await pause(20);
      expect(looks).to.equal(before);
    });
  });
});
