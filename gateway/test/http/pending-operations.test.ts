import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { newPendingOperations, type PendingOperations } from '../../src/http/pending-operations.js';
import { FakeLedger, FakeOperations } from './fakes.js';

const until = async (condition: () => boolean): Promise<void> => {
  for (let count = 0; !condition(); count += 1) {
    if (count > 6000) throw new Error('never came to pass');
    await sleep(10);
  }
};

describe('pending operations', () => {
  const made = async (): Promise<{ ledger: FakeLedger; operations: FakeOperations }> => {
    const [ledger, operations] = [new FakeLedger(), new FakeOperations()];
    for (const txId of ['a', 'b', 'c']) {
      await operations.create({ principal: 'p', txId, transaction: 'grants:Accept' });
    }
    return { ledger, operations };
  };
  let pending: PendingOperations;
  const start = (operations: FakeOperations, ledger: FakeLedger): void => {
    pending = newPendingOperations({ operations, ledger, log, interval: 5 });
    pending.start();
  };
  afterEach(() => pending.stop());
  const warnings: unknown[] = [];
  const log = { warn: (facts: unknown) => void warnings.push(facts) } as never;

  it('are settled as the ledger tells, and left alone while it does not', async () => {
    const { ledger, operations } = await made();
    ledger.outcomes.set('a', { state: 'VALID', blockNumber: 4n, result: '{"x":1}' });
    ledger.outcomes.set('b', { state: 'INVALID', blockNumber: 5n, code: 'MVCC_READ_CONFLICT' });
    start(operations, ledger);
    await until(() => operations.all[1]?.state === 'FAILED');
    await pending.stop();
    expect(operations.all.map(({ state }) => state)).to.deep.equal(['COMMITTED', 'FAILED', 'PENDING']);
    expect(operations.all[0]).to.deep.include({ blockNumber: 4n });
    expect(JSON.parse(operations.all[1]?.refusal ?? '')).to.deep.equal({ code: 'MVCC_READ_CONFLICT' });
  });

  it('survive a ledger that is out of reach', async () => {
    const { ledger, operations } = await made();
    ledger.isReachable = false;
    start(operations, ledger);
    await until(() => warnings.length > 0);
    ledger.isReachable = true;
    ledger.outcomes.set('c', { state: 'VALID', blockNumber: 4n, result: '{}' });
    await until(() => operations.all[2]?.state === 'COMMITTED');
    await pending.stop();
  });

  it('are not looked for after the stop', async () => {
    const { ledger, operations } = await made();
    start(operations, ledger);
    await pending.stop();
    ledger.outcomes.set('a', { state: 'VALID', blockNumber: 4n, result: '{}' });
    await sleep(40);
    expect(operations.all[0]?.state).to.equal('PENDING');
  });
});
