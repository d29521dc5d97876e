import { expect } from 'chai';
import fc from 'fast-check';
import type { Outcome } from '../../src/ledger/port.js';
import { resolveUnfinished, settleOperation } from '../../src/state/port-recovery.js';
import type { IdempotencySlot } from '../../src/state/port.js';
import { HOUR, openedState, refuses, type OpenedState } from './opened.js';
import { times } from '../../../test/sampling.js';

const response = { status: 201, headers: { location: '/grants/g' }, body: '{"id":"g"}' };

type Row = { fingerprint: string; state: 'IN_FLIGHT' | 'DONE'; txId?: string; at: number };

/** Runs an action against the store and against the model, and compares. */
function newMachine(opened: OpenedState, slot: IdempotencySlot): (action: string) => Promise<void> {
  let model: Row | undefined;
  const isExpired = (row: Row): boolean => row.state === 'DONE' && opened.now - row.at > 24 * HOUR;

  function expectedVerdict(fingerprint: string): string {
    if (model === undefined || isExpired(model)) return 'NEW';
    if (model.fingerprint !== fingerprint) return 'MISMATCH';
    return model.state === 'DONE' ? 'REPLAY' : 'IN_FLIGHT';
  }

  async function begin(fingerprint: string): Promise<void> {
    const expected = expectedVerdict(fingerprint);
    expect((await opened.store.idempotency.begin(slot, fingerprint)).state).to.equal(expected);
    if (expected === 'NEW') model = { fingerprint, state: 'IN_FLIGHT', at: opened.now };
  }

  async function change(work: Promise<void>, next: (row: Row) => Row | undefined): Promise<void> {
    if (model?.state !== 'IN_FLIGHT') await refuses(work, model === undefined ? 'NOT_FOUND' : 'CONFLICT');
    else {
      await work;
      model = next(model);
    }
  }

  async function purge(): Promise<void> {
    await opened.store.idempotency.purge();
    if (model !== undefined && isExpired(model)) model = undefined;
  }

  const steps: Record<string, (argument: string) => Promise<void>> = {
    begin,
    purge,
    bind: () =>
      change(opened.store.idempotency.bind(slot, 'tx', 'grants:Offer'), (row) => ({ ...row, txId: 'tx' })),
    finish: () =>
      change(opened.store.idempotency.finish(slot, response), (row) => ({ ...row, state: 'DONE' })),
    free: () => change(opened.store.idempotency.free(slot), () => undefined),
    restart: () => opened.reopen(),
    pass: (hours) => {
      opened.now += Number(hours) * HOUR;
      return Promise.resolve();
    },
  };

  return async (action) => {
    const [name = '', argument = ''] = action.split(' ');
    await steps[name]!(argument);
    const left = (await opened.store.idempotency.unfinished()).find(({ key }) => key === slot.key);
    expect(left !== undefined).to.equal(model?.state === 'IN_FLIGHT');
    expect(left?.txId).to.equal(model?.state === 'IN_FLIGHT' ? model.txId : undefined);
  };
}

describe('requests and what became of them', () => {
  const opened = openedState();

  describe('idempotency keys', () => {
    const slot = { principal: 'mes', key: 'k1' };

    it('first request, replay, another body, in flight', async () => {
      expect(await opened.store.idempotency.begin(slot, 'f1')).to.deep.equal({ state: 'NEW' });
      expect(await opened.store.idempotency.begin(slot, 'f1')).to.deep.equal({ state: 'IN_FLIGHT' });
      expect(await opened.store.idempotency.begin(slot, 'f2')).to.deep.equal({ state: 'MISMATCH' });
      await opened.store.idempotency.finish(slot, response);
      expect(await opened.store.idempotency.begin(slot, 'f1')).to.deep.equal({ state: 'REPLAY', response });
      expect(await opened.store.idempotency.begin(slot, 'f2')).to.deep.equal({ state: 'MISMATCH' });
      const other = { ...slot, principal: 'erp' };
      expect(await opened.store.idempotency.begin(other, 'f2')).to.deep.equal({ state: 'NEW' });
    });

    it('of many equal requests at once exactly one runs', async () => {
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, () => opened.store.idempotency.begin(slot, 'f1')),
      );
      expect(verdicts.filter(({ state }) => state === 'NEW')).to.have.length(1);
      expect(verdicts.filter(({ state }) => state === 'IN_FLIGHT')).to.have.length(49);
    });

    it('finished rows go after 24 hours, unfinished ones stay', async () => {
      await opened.store.idempotency.begin(slot, 'f1');
      await opened.store.idempotency.finish(slot, response);
      await opened.store.idempotency.begin({ ...slot, key: 'k2' }, 'f1');
      opened.now += 24 * HOUR;
      expect(await opened.store.idempotency.begin(slot, 'f1')).to.have.property('state', 'REPLAY');
      expect(await opened.store.idempotency.purge()).to.equal(0);
      opened.now += 1;
      expect(await opened.store.idempotency.begin({ ...slot, key: 'k2' }, 'f1')).to.deep.equal({
        state: 'IN_FLIGHT',
      });
      expect(await opened.store.idempotency.purge()).to.equal(1);
      expect(await opened.store.idempotency.begin(slot, 'f9')).to.deep.equal({ state: 'NEW' });
    });

    it('an expired row gives way even before it is purged', async () => {
      await opened.store.idempotency.begin(slot, 'f1');
      await opened.store.idempotency.finish(slot, response);
      opened.now += 24 * HOUR + 1;
      expect(await opened.store.idempotency.begin(slot, 'f2')).to.deep.equal({ state: 'NEW' });
    });

    it('behaves as its state machine, whatever the order of calls and restarts', async () => {
      const step = fc.oneof(
        fc.constantFrom('begin f1', 'begin f2'),
        fc.constantFrom('bind', 'finish', 'free', 'restart', 'purge'),
        fc.constantFrom('pass 1', 'pass 23', 'pass 25'),
      );
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (program) => {
          run += 1;
          const machine = newMachine(opened, { principal: 'mes', key: `run-${run}` });
          for (const action of program) await machine(action);
        }),
        { numRuns: times(60) },
      );
    });

    it('a restart frees what sent nothing, and turns the rest into operations', async () => {
      const outcomes: Record<string, Outcome> = {
        'tx-valid': { state: 'VALID', blockNumber: 7n, result: '{"id":"g"}' },
        'tx-invalid': { state: 'INVALID', blockNumber: 8n, code: 'MVCC_READ_CONFLICT' },
        'tx-unknown': { state: 'UNKNOWN' },
      };
      for (const key of ['nothing', ...Object.keys(outcomes)]) {
        await opened.store.idempotency.begin({ ...slot, key }, 'f');
        if (key !== 'nothing') await opened.store.idempotency.bind({ ...slot, key }, key, 'grants:Offer');
      }
      await opened.reopen();
      const settled = await resolveUnfinished(
        opened.store,
        (txId) => Promise.resolve(outcomes[txId]!),
        (operation) => ({ status: 202, headers: { location: operation.id }, body: operation.state }),
      );
      expect(settled).to.equal(4);
      const begin = (key: string): Promise<unknown> => opened.store.idempotency.begin({ ...slot, key }, 'f');
      expect(await begin('nothing')).to.deep.equal({ state: 'NEW' });
      expect(await begin('tx-invalid')).to.deep.equal({ state: 'NEW' });
      expect(await begin('tx-valid')).to.nested.include({ state: 'REPLAY', 'response.body': 'COMMITTED' });
      expect(await begin('tx-unknown')).to.nested.include({ state: 'REPLAY', 'response.body': 'PENDING' });
      expect((await opened.store.operations.pending()).map(({ txId }) => txId)).to.deep.equal(['tx-unknown']);
    });

    it('a look-up that fails leaves the request for the next attempt', async () => {
      await opened.store.idempotency.begin(slot, 'f');
      await opened.store.idempotency.bind(slot, 'tx', 'grants:Offer');
      const lookUp = (): Promise<Outcome> => Promise.reject(new Error('peer away'));
      const respond = (): typeof response => response;
      const error = await resolveUnfinished(opened.store, lookUp, respond).catch((reason: unknown) => reason);
      expect(error).to.have.property('message', 'peer away');
      expect(await opened.store.idempotency.unfinished()).to.have.length(1);
    });
  });

  describe('operations', () => {
    const asked = { principal: 'mes', txId: 'tx1', transaction: 'grants:Accept' };

    it('are made once per transaction and seen by their principal only', async () => {
      const operation = await opened.store.operations.create(asked);
      expect(operation.state).to.equal('PENDING');
      expect(await opened.store.operations.create(asked)).to.deep.equal(operation);
      expect(await opened.store.operations.get('mes', operation.id)).to.deep.equal(operation);
      expect(await opened.store.operations.get('erp', operation.id)).to.equal(undefined);
      const other = await opened.store.operations.create({ ...asked, principal: 'erp' });
      expect(other.id).not.to.equal(operation.id);
    });

    it('end once', async () => {
      const { id } = await opened.store.operations.create(asked);
      opened.now += 1000;
      const done = await opened.store.operations.commit(id, { blockNumber: 12n, result: '{}' });
      expect(done).to.include({ state: 'COMMITTED', blockNumber: 12n, result: '{}' });
      expect(done.updatedAt).to.equal('2026-11-24T08:00:01.000Z');
      expect(await opened.store.operations.commit(id, { blockNumber: 12n })).to.deep.equal(done);
      await refuses(opened.store.operations.fail(id, '{}'), 'CONFLICT');
      await refuses(opened.store.operations.commit('operation-none', { blockNumber: 1n }), 'NOT_FOUND');
      expect(await opened.store.operations.get('mes', id)).to.deep.equal(done);
    });

    it('take their outcome from the ledger', async () => {
      const settle = async (txId: string, outcome: Outcome): Promise<unknown> =>
        settleOperation(
          opened.store.operations,
          await opened.store.operations.create({ ...asked, txId }),
          outcome,
        );
      const valid: Outcome = { state: 'VALID', blockNumber: 3n, result: '{}' };
      expect(await settle('a', valid)).to.include({ state: 'COMMITTED', blockNumber: 3n });
      const invalid: Outcome = { state: 'INVALID', blockNumber: 3n, code: 'ENDORSEMENT_POLICY_FAILURE' };
      expect(await settle('b', invalid)).to.include({
        state: 'FAILED',
        refusal: '{"code":"ENDORSEMENT_POLICY_FAILURE"}',
      });
      expect(await settle('c', { state: 'UNKNOWN' })).to.include({ state: 'PENDING' });
    });
  });
});
