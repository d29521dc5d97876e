import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ChainBroken, LedgerClosed } from '../../src/ledger/port-errors.js';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { ProjectionError, type FollowedProjection } from '../../src/projection/port.js';
import { openSqlite } from '../../src/database/sqlite/database.js';
import { keyNamed, keyText } from './named.js';
import {
  extended,
  record,
  scriptedLedger,
  type ScriptedLedger,
  scriptedProjection,
} from './scripted-ledger.js';

const chain = extended(
  [],
  Array.from({ length: 8 }, (_, number) => [
    { writes: [record('dataset', `d${number}`, { sector: 'steel' })] },
    { writes: [record('version', `v${number}`, { dataset: `d${number}` })] },
  ]),
);

describe('a projection that meets something wrong stops with an alarm and skips nothing', () => {
  let directory = '';
  let projection: FollowedProjection | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'projection-'));
  });
  afterEach(async () => {
    await projection?.close();
    await rm(directory, { recursive: true, force: true });
  });

  interface Stop {
    readonly alarm: unknown;
    readonly projection: FollowedProjection;
  }

  /** Follows until the alarm; a stop that takes longer than the test's timeout fails the test. */
  function untilAlarm(ledger: Pick<ScriptedLedger, 'blocks'>, batch = 500): Promise<Stop> {
    return new Promise((resolve) => {
      const opened = scriptedProjection({
        file: join(directory, 'projection.db'),
        ledger,
        batch,
        onAlarm: (alarm) => resolve({ alarm, projection: opened }),
      });
      projection = opened;
      opened.start();
    });
  }

  async function digestAt(height: number): Promise<string> {
    const fresh = scriptedProjection({
      file: ':memory:',
      ledger: scriptedLedger(chain.slice(0, height + 1)),
    });
    fresh.start();
    await fresh.reached(BigInt(height));
    const digest = await fresh.digest();
    await fresh.close();
    return digest;
  }

  async function expectStopped({ alarm, projection: stopped }: Stop, message: string): Promise<void> {
    expect(alarm).to.be.instanceOf(ChainBroken);
    const { state, reason, height } = stopped.status();
    expect(state).to.equal('STOPPED');
    expect(reason).to.contain(message);
    expect(await stopped.height()).to.equal(height);
    if (height >= 0n) expect(await stopped.digest()).to.equal(await digestAt(Number(height)));
    const wait = await stopped.reached(height + 1n).catch((error: unknown) => error);
    expect(wait).to.be.instanceOf(ProjectionError).with.property('code', 'STOPPED');
    await stopped.reached(height);
  }

  const replaced = (number: number, change: Partial<LedgerBlock>): LedgerBlock[] =>
    chain.map((block, index) => (index === number ? { ...block, ...change } : block));

  for (const batch of [1, 500]) {
    it(`a gap, a repeat and a wrong previous hash (batches of ${batch})`, async () => {
      await expectStopped(
        await untilAlarm(scriptedLedger(replaced(5, { number: 6n })), batch),
        'expected block 5',
      );
      await projection?.close();
      await rm(join(directory, 'projection.db'));
      await expectStopped(
        await untilAlarm(scriptedLedger(replaced(5, { number: 4n })), batch),
        'expected block 5',
      );
      await projection?.close();
      await rm(join(directory, 'projection.db'));
      await expectStopped(
        await untilAlarm(scriptedLedger(replaced(5, { previousHash: 'ab' })), batch),
        'point back',
      );
    });
  }

  it('a chain that does not begin with block 0, or whose block 0 points back', async () => {
    await expectStopped(await untilAlarm(scriptedLedger(chain.slice(1))), 'expected block 0');
    await projection?.close();
    await expectStopped(await untilAlarm(scriptedLedger(replaced(0, { previousHash: 'ab' }))), 'point back');
  });

  it('a peer whose ledger was made anew', async () => {
    const first = scriptedProjection({
      file: join(directory, 'projection.db'),
      ledger: scriptedLedger(chain),
    });
    first.start();
    await first.reached(7n);
    await first.close();
    const other = extended(
      [],
      Array.from({ length: 12 }, () => [{ writes: [record('dataset', 'other')] }]),
    );
    const stop = await untilAlarm(scriptedLedger(other));
    await expectStopped(stop, 'no longer holds the block');
    expect(await stop.projection.record(keyNamed('dataset', 'other'))).to.equal(undefined);
  });

  it('a break that the ledger itself reports, after what came before it was applied', async () => {
    async function* blocks(): AsyncGenerator<LedgerBlock> {
      for (const block of chain.slice(0, 3)) yield Promise.resolve(block);
      throw new ChainBroken(3n, 'the data does not match the header');
    }
    const stop = await untilAlarm({ blocks });
    await expectStopped(stop, 'the data does not match');
    expect(stop.projection.status().height).to.equal(2n);
  });

  it('a stream that cannot be had at all', async () => {
    const blocks = (): never => {
      throw new LedgerClosed();
    };
    const { alarm, projection: stopped } = await untilAlarm({ blocks });
    expect(alarm).to.be.instanceOf(LedgerClosed);
    expect(stopped.status()).to.deep.include({ state: 'STOPPED', height: -1n });
  });

  it('a row that cannot be written: neither rows nor checkpoint of its batch are there; started again, it goes on', async () => {
    const prepared = scriptedProjection({ file: join(directory, 'projection.db'), ledger: scriptedLedger() });
    await prepared.close();
    const trigger = (sql: string): Promise<void> => {
      const raw = openSqlite(join(directory, 'projection.db'), { synchronous: 'NORMAL' });
      raw.handle.exec(sql);
      return raw.close();
    };
    await trigger(`CREATE TRIGGER full BEFORE INSERT ON history WHEN NEW.key = '${keyText('version', 'v5')}'
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
    const { alarm, projection: stopped } = await untilAlarm(scriptedLedger(chain), 4);
    expect(String(alarm)).to.contain('the disk is full');
    const { height } = stopped.status();
    expect(height < 5n).to.equal(true);
    expect(await stopped.digest()).to.equal(
      height < 0n ? await stopped.digest() : await digestAt(Number(height)),
    );
    expect(await stopped.record(keyNamed('dataset', 'd5'))).to.equal(undefined);
    await trigger('DROP TRIGGER full');
    stopped.start();
    await stopped.reached(7n);
    expect(await stopped.digest()).to.equal(await digestAt(7));
  });

  it('a waiting source does not keep the alarm waiting', async () => {
    const ledger = scriptedLedger([chain[0]!, { ...chain[2]! }]);
    await expectStopped(await untilAlarm(ledger, 1), 'expected block 1');
  });

  it('stop and close end a follower that waits for blocks', async () => {
    projection = scriptedProjection({ file: ':memory:', ledger: scriptedLedger(chain) });
    projection.start();
    await projection.reached(7n);
    const waiting = projection.reached(8n).catch((error: unknown) => error);
    await projection.stop();
    expect(projection.status()).to.deep.equal({ state: 'IDLE', height: 7n });
    await projection.close();
    expect(await waiting).to.be.instanceOf(ProjectionError);
  });
});
