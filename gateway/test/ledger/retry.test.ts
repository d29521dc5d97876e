import { expect } from 'chai';
import {
  LedgerConflict,
  LedgerInvalid,
  LedgerOverloaded,
  LedgerRefusal,
  OutcomeUnknown,
} from '../../src/ledger/port-errors.js';
import { submitWithRetry } from '../../src/ledger/port-retry.js';
import {
  openedLedger,
  VALID,
  ENDORSEMENT_POLICY_FAILURE,
  MVCC_READ_CONFLICT,
  overload,
  unavailable,
  processed,
  noPlan,
  mismatch,
  firstRefused,
  submission,
  failure,
} from './opened-ledger.js';

describe('ledger adapter against a Gateway service that fails', () => {
  const opened = openedLedger();

  describe('retry by commit code', () => {
    const retried = (attempts?: number): Promise<{ ids: string[]; result: unknown }> => {
      const ids: string[] = [];
      const onPrepared = (txId: string): void => void ids.push(txId);
      const work = submitWithRetry(opened.ledger, submission, {
        onPrepared,
        ...(attempts !== undefined && { attempts, patience: 0 }),
      });
      return work.then(
        (result) => ({ ids, result }),
        (result: unknown) => ({ ids, result }),
      );
    };

    it('a read conflict and differing endorsements: a new transaction on the new state', async () => {
      opened.peer.judge(MVCC_READ_CONFLICT, VALID);
      opened.peer.fail('endorse', mismatch);
      const { ids, result } = await retried();
      expect(new Set(ids).size).to.equal(3);
      expect(result).to.include({ txId: ids[2], blockNumber: 1n });
      expect(opened.peer.calls.filter((call) => call === 'evaluate')).to.have.length(0);
    });

    it('gives up after so many attempts, with the last conflict', async () => {
      opened.peer.judge(...Array.from({ length: 9 }, () => MVCC_READ_CONFLICT));
      const { ids, result } = await retried(3);
      expect(ids).to.have.length(3);
      expect(result).to.be.instanceOf(LedgerConflict).and.include({ txId: ids[2] });
    });

    it('the plan is not there yet: waits and makes it anew', async () => {
      opened.peer.fail('endorse', noPlan, noPlan);
      expect((await retried()).result).to.include({ blockNumber: 0n });
    });

    it('the orderer’s answer is lost and it has the transaction: found by its id, not sent twice', async () => {
      opened.peer.fail('submit', { ...unavailable, isDone: true });
      const { ids, result } = await retried();
      expect(ids).to.have.length(1);
      expect(result).to.deep.equal({ txId: ids[0], blockNumber: 0n, result: '{"did":"grants:Accept"}' });
      expect(opened.peer.calls.filter((call) => call === 'submit')).to.have.length(1);
    });

    it('the orderer’s answer is lost and it does not have it: looked up, then the very same goes again', async () => {
      opened.peer.fail('submit', unavailable);
      const { ids, result } = await retried();
      expect(ids).to.have.length(1);
      expect(result).to.include({ txId: ids[0], blockNumber: 0n });
      const order = opened.peer.calls.filter((call) => call === 'submit' || call === 'evaluate');
      expect(order).to.deep.equal(['submit', 'evaluate', 'submit']);
    });

    it('"request already processed" is looked up until the block is there', async () => {
      opened.peer.fail('submit', { ...processed, isDone: true });
      expect((await retried()).result).to.include({ blockNumber: 0n });
    });

    it('found by its id as invalid: a conflict is made anew, anything else is told', async () => {
      opened.peer.judge(MVCC_READ_CONFLICT, VALID);
      opened.peer.fail('submit', { ...unavailable, isDone: true });
      const { ids, result } = await retried();
      expect(ids).to.have.length(2);
      expect(result).to.include({ txId: ids[1], blockNumber: 1n });
      opened.peer.judge(ENDORSEMENT_POLICY_FAILURE);
      opened.peer.fail('submit', { ...unavailable, isDone: true });
      expect((await retried()).result).to.be.instanceOf(LedgerInvalid);
    });

    it('an orderer that stays away: the outcome stays unknown after bounded attempts', async () => {
      opened.peer.fail('submit', unavailable, unavailable, unavailable);
      const { ids, result } = await retried(3);
      expect(ids).to.have.length(1);
      expect(result).to.be.instanceOf(OutcomeUnknown).and.include({ txId: ids[0], stage: 'ORDERING' });
    });

    it('a refusal, an invalid policy and an overload are not retried', async () => {
      opened.peer.fail('endorse', firstRefused, overload);
      expect((await retried()).result).to.be.instanceOf(LedgerRefusal);
      expect((await retried()).result).to.be.instanceOf(LedgerOverloaded);
      opened.peer.judge(ENDORSEMENT_POLICY_FAILURE);
      expect((await retried()).result).to.be.instanceOf(LedgerInvalid);
      expect(opened.peer.chain).to.have.length(1);
    });

    it('a peer that was away while endorsing: the same transaction, again', async () => {
      opened.peer.fail('endorse', unavailable, unavailable);
      const { ids, result } = await retried();
      expect(ids).to.have.length(1);
      expect(result).to.include({ txId: ids[0] });
    });

    it('the id is written down before anything is sent, and a failure to write it sends nothing', async () => {
      const error = new Error('disk full');
      const onPrepared = (): Promise<void> => Promise.reject(error);
      expect(await failure(submitWithRetry(opened.ledger, submission, { onPrepared }))).to.equal(error);
      expect(opened.peer.calls).to.deep.equal([]);
    });
  });
});
