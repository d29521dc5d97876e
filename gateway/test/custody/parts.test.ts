import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { keys, Refusal } from '@tallystick/chaincode/model';
import type { Execution } from '@tallystick/chaincode/rules';
import { planBatch, takeBatch, type AnswerRequest } from '../../src/features/custody/batch.js';
import { UnknownFailpoint } from '../../src/failpoints.js';
import { openAgeIdentity } from '../../src/features/custody/age-identity.js';
import { FAILPOINTS, failpointsOf } from '../../src/features/custody/failpoint.js';
import { Pulse } from '../../src/workers/pulse.js';
import { Retries } from '../../src/workers/retries.js';
import { recipientOf } from '../../src/payload/index.js';
import { rejection } from '../payload/fixtures.js';

describe('custody: the organisation’s own age identity', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-age-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const path = (): string => join(directory, 'age-identity.txt');

  it('is made once, for its owner’s eyes only', async () => {
    const made = await openAgeIdentity(directory);
    expect(made.recipient).to.equal(recipientOf(made.identity));
    expect((await stat(path())).mode & 0o777).to.equal(0o600);
    expect(await openAgeIdentity(directory)).to.deep.equal(made);
    expect(await readFile(path(), 'utf8')).to.equal(`# public key: ${made.recipient}\n${made.identity}\n`);
  });

  it('is one and the same for starts at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => openAgeIdentity(directory)));
    expect(new Set(made.map(({ identity }) => identity)).size).to.equal(1);
  });

  it('is refused when others may read it', async () => {
    await openAgeIdentity(directory);
    await chmod(path(), 0o640);
    expect(await rejection(openAgeIdentity(directory))).to.have.property('code', 'AGE_IDENTITY_INVALID');
  });

  for (const [flaw, text] of Object.entries({
    'an empty file': '',
    'a mistyped identity': 'AGE-SECRET-KEY-1QQQQ\n',
    'two identities': 'AGE-SECRET-KEY-1A\nAGE-SECRET-KEY-1B\n',
  })) {
    it(`is refused as ${flaw}, and the file is not quoted`, async () => {
      await writeFile(path(), text, { mode: 0o600 });
      const error = await rejection(openAgeIdentity(directory));
      expect(error).to.have.property('code', 'AGE_IDENTITY_INVALID');
      expect((error as Error).message).to.not.include('SECRET-KEY-1');
      expect((error as Error).cause).to.equal(undefined);
    });
  }
});

describe('custody: failpoints from the environment', () => {
  const reachAll = async (spec: string | undefined, times: number): Promise<number> => {
    let deaths = 0;
    const failpoints = failpointsOf(spec, () => {
      deaths += 1;
    });
    for (let time = 0; time < times; time += 1) {
      for (const name of FAILPOINTS) await failpoints.reach(name);
    }
    return deaths;
  };

  it('do nothing when none is named', async () => {
    expect(await reachAll(undefined, 3)).to.equal(0);
    expect(await reachAll('', 3)).to.equal(0);
  });

  it('die once, at the nth time', async () => {
    expect(await reachAll('custody.sent', 3)).to.equal(1);
    expect(await reachAll('custody.sent:3', 2)).to.equal(0);
    expect(await reachAll('custody.sent:3', 5)).to.equal(1);
  });

  for (const spec of ['custody.sen', 'custody.sent:0', 'custody.sent:', ':1', 'custody.sent:1:2', 'x']) {
    it(`refuse ${JSON.stringify(spec)}`, () => {
      expect(() => failpointsOf(spec)).to.throw(UnknownFailpoint);
    });
  }
});

const idOf = <K extends string>(kind: K, n: number): `${K}-${string}` =>
  `${kind}-${'abcdefghijklmnop'.charAt(n % 16).repeat(51)}${'abcdefghijklmnopqrstuvwxyz234567'.charAt(n >> 4)}`;

const none = (): Promise<readonly string[]> => Promise.resolve([]);

/** Rules in miniature: slots in order, each once; every nth use is denied for its own sake, every mth refused. */
function miniature(quota: number, used: number, denied: number, refused: number) {
  const taken = new Map<string, string>();
  const grant = idOf('grant', 0);
  taken.set(keys.grant(grant).text, JSON.stringify({ kind: 'grant', schema: 1, quota }));
  for (let slot = 0; slot < used; slot += 1) taken.set(keys.usageSlot(grant, slot).text, '{}');
  let count = 0;
  const decide = async (
    argument: string,
    read: (key: string) => Promise<string | undefined>,
  ): Promise<Execution> => {
    count += 1;
    const { usageId, slot } = JSON.parse(argument) as AnswerRequest;
    if (count % refused === 0) throw new Refusal('TIME_REGRESSION');
    if (slot === undefined) throw new Refusal('SLOT_OUT_OF_ORDER');
    const isOwn = count % denied === 0;
    const isTaken = async (index: number): Promise<boolean> =>
      index < 0 || (await read(keys.usageSlot(grant, index).text)) !== undefined;
    const isInOrder = slot <= quota && (await isTaken(slot - 1)) && !(await isTaken(slot));
    if (!isOwn && !isInOrder) throw new Refusal('SLOT_OUT_OF_ORDER', { slot });
    const isAllowed = !isOwn && slot < quota;
    const writes = new Map([
      [keys.usage(usageId).text, JSON.stringify({ state: isAllowed ? 'ALLOWED' : 'DENIED' })],
    ]);
    if (isAllowed) writes.set(keys.usageSlot(grant, slot).text, '{}');
    return { writes, events: [], result: '{}', unopened: false };
  };
  return { grant, decide, read: (key: string) => Promise.resolve(taken.get(key)) };
}

describe('custody: planning a batch', () => {
  it('hands out the slots in order, whatever is denied or refused in between', async () => {
    const small = fc.integer({ min: 0, max: 12 });
    const period = fc.integer({ min: 2, max: 9 });
    await fc.assert(
      fc.asyncProperty(small, small, small, period, period, async (quota, extra, n, denied, refused) => {
        const used = Math.min(quota, extra);
        const { grant, decide, read } = miniature(quota, used, denied, refused);
        const candidates = Array.from({ length: n }, (_, index) => ({
          usageId: idOf('usage', index),
          grantId: grant,
          headerCid: 'bafy',
        }));
        const component = idOf('component', 0);
        const plan = await planBatch(candidates, { component, read, decide, diverging: none });
        expect(plan.refused.map(({ refusal }) => refusal.code)).to.not.include('SLOT_OUT_OF_ORDER');
        expect(plan.requests.length + plan.refused.length).to.equal(n);
        const slots = plan.requests.map(({ slot }) => slot ?? -1);
        for (const slot of slots) expect(slot).to.be.within(used, quota);
        expect(slots).to.deep.equal([...slots].sort((one, other) => one - other));
      }),
    );
  });

  it('leaves out the slot of an uncounted grant, and the header of what has none', async () => {
    const grantId = idOf('grant', 1);
    const seen: string[] = [];
    const plan = await planBatch([{ usageId: idOf('usage', 1), grantId }], {
      component: idOf('component', 0),
      read: () => Promise.resolve('{"kind":"grant","schema":1}'),
      diverging: none,
      decide: (argument) => {
        seen.push(argument);
        return Promise.resolve({ writes: new Map(), events: [], result: '{}', unopened: false });
      },
    });
    expect(Object.keys(plan.requests[0] ?? {}).sort()).to.deep.equal(['component', 'usageId']);
    expect(seen).to.have.length(1);
  });

  it('plans nothing whose decision reads or writes what diverges, whatever the decision would be', async () => {
    const { grant, decide, read } = miniature(9, 0, 99, 3);
    const candidates = Array.from({ length: 6 }, (_, index) => ({
      usageId: idOf('usage', index),
      grantId: grant,
    }));
    const component = idOf('component', 0);
    const planned = async (key: string): Promise<readonly number[]> => {
      const diverging = (keys: readonly string[]): Promise<readonly string[]> =>
        Promise.resolve(keys.filter((each) => each === key));
      const plan = await planBatch(candidates, { component, read, decide, diverging });
      for (const { keys: found } of plan.hindered) expect(found).to.deep.equal([key]);
      return [plan.requests.length, plan.refused.length, plan.hindered.length];
    };
    expect(await planned('space'), 'what nobody reads').to.deep.equal([4, 2, 0]);
    expect(await planned(keys.usage(idOf('usage', 0)).text), 'what one writes').to.deep.equal([3, 2, 1]);
    expect(await planned(keys.usageSlot(grant, 1).text), 'the slot of the second').to.deep.equal([1, 2, 3]);
  });

  it('takes no request of a grant that another transaction is concerned with', () => {
    const [one, other] = [idOf('grant', 1), idOf('grant', 2)];
    const candidates = [one, other, one, other].map((grantId, index) => ({
      usageId: idOf('usage', index),
      grantId,
    }));
    const consumerOf = (): string => 'consumer';
    expect(takeBatch(candidates, consumerOf, new Set([one]), 9)).to.have.length(2);
    expect(takeBatch(candidates, consumerOf, new Set(), 3)).to.deep.equal(candidates.slice(0, 3));
    expect(takeBatch(candidates, consumerOf, new Set([one, other]), 9)).to.deep.equal([]);
  });

  it('never answers two consumers in one transaction, nor anybody together with a grant that is not known', () => {
    const [one, other, third] = [idOf('grant', 1), idOf('grant', 2), idOf('grant', 3)];
    const candidates = [one, other, third, one].map((grantId, index) => ({
      usageId: idOf('usage', index),
      grantId,
    }));
    const consumers = new Map([
      [one, 'a'],
      [other, 'b'],
      [third, 'a'],
    ]);
    const take = (busy: readonly string[]): readonly string[] =>
      takeBatch(candidates, (grantId) => consumers.get(grantId as typeof one), new Set(busy), 9).map(
        ({ usageId }) => usageId,
      );
    const ids = candidates.map(({ usageId }) => usageId);
    expect(take([])).to.deep.equal([ids[0], ids[2], ids[3]]);
    expect(take([one, third])).to.deep.equal([ids[1]]);
    expect(takeBatch(candidates, () => undefined, new Set(), 9)).to.have.length(1);
  });
});

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

describe('custody: trying again', () => {
  it('waits longer after each failure, and is due once', async () => {
    const retries = new Retries(10);
    expect(retries.takeUp('a')).to.equal(true);
    expect(retries.untilNext()).to.equal(undefined);
    expect([retries.failed('a'), retries.failed('a')]).to.deep.equal([1, 2]);
    expect(retries.takeUp('a')).to.equal(false);
    expect(retries.untilNext()).to.be.within(10, 40);
    await pause(45);
    expect(retries.untilNext()).to.equal(0);
    expect(retries.takeUp('a')).to.equal(true);
    expect(retries.untilNext()).to.equal(undefined);
    expect(retries.failed('a')).to.equal(3);
    retries.retain(new Set());
    expect(retries.failed('a')).to.equal(1);
  });
});

describe('custody: the pulse', () => {
  it('never runs two passes at once, and runs again when woken during one', async () => {
    let [running, most, passes] = [0, 0, 0];
    const pulse = new Pulse({
      pass: async () => {
        running += 1;
        most = Math.max(most, running);
        passes += 1;
        await pause(5);
        running -= 1;
        return true;
      },
      failed: () => undefined,
      untilNext: () => undefined,
    });
    pulse.start();
    pulse.wake();
    await pause(1);
    pulse.wake();
    pulse.wake();
    await pulse.idle();
    expect({ most, passes }).to.deep.equal({ most: 1, passes: 2 });
    await pulse.stop();
    pulse.wake();
    await pause(5);
    expect(passes).to.equal(2);
  });

  it('survives a pass that fails, and tries again when due', async () => {
    const failures: unknown[] = [];
    let passes = 0;
    const pulse = new Pulse({
      pass: () => {
        passes += 1;
        return passes === 1 ? Promise.reject(new Error('disk')) : Promise.resolve(true);
      },
      failed: (error) => failures.push(error),
      untilNext: () => (passes === 1 ? 1 : undefined),
    });
    pulse.start();
    await pulse.idle();
    expect(failures).to.have.length(1);
    expect(passes).to.equal(2);
    await pulse.stop();
    await pulse.idle();
  });
});
