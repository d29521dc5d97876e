import { status } from '@grpc/grpc-js';
import { Refusal } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  LedgerClosed,
  LedgerConflict,
  LedgerInvalid,
  LedgerNotEndorsed,
  LedgerOverloaded,
  LedgerRefusal,
  LedgerUnavailable,
  OutcomeUnknown,
  UnknownIdentity,
} from '../../src/ledger/port-errors.js';
import { submitWithRetry } from '../../src/ledger/port-retry.js';
import type { Fault } from './fake-peer.js';
import {
  openedLedger,
  VALID,
  DUPLICATE_TXID,
  ENDORSEMENT_POLICY_FAILURE,
  MVCC_READ_CONFLICT,
  PHANTOM_READ_CONFLICT,
  overload,
  unavailable,
  processed,
  noPlan,
  notEnough,
  mismatch,
  refusal,
  refused,
  firstRefused,
  submission,
  failure,
} from './opened-ledger.js';

describe('ledger adapter against a Gateway service', () => {
  const opened = openedLedger();

  describe('one transaction', () => {
    it('its id is known before anything is sent; result and block come back', async () => {
      const prepared = opened.ledger.prepare({
        ...submission,
        transient: { opening: Buffer.from('secret') },
        endorsers: ['Org1MSP', 'Org2MSP'],
      });
      expect(prepared.txId).to.match(/^[0-9a-f]{64}$/);
      expect(opened.peer.calls).to.deep.equal([]);
      const committed = await prepared.submit();
      expect(committed).to.deep.equal({
        txId: prepared.txId,
        blockNumber: 0n,
        result: '{"did":"grants:Accept"}',
      });
      expect(opened.peer.calls).to.deep.equal(['endorse', 'submit', 'commitStatus']);
      expect(opened.peer.asked).to.deep.equal([
        {
          txId: prepared.txId,
          mspId: 'Org1MSP',
          chaincode: 'tallystick',
          args: ['grants:Accept', '{"grantId":"g"}'],
          transient: { opening: 'secret' },
          organisations: ['Org1MSP', 'Org2MSP'],
        },
      ]);
      expect(opened.ledger.inFlight).to.equal(0);
    });

    it('an unknown identity is refused before anything happens', () => {
      expect(() => opened.ledger.prepare({ ...submission, identity: 'nobody' })).to.throw(UnknownIdentity);
      expect(() => opened.open({ reader: 'nobody' })).to.throw(UnknownIdentity);
    });

    it('after close nothing is sent any more', () => {
      opened.ledger.close();
      expect(() => opened.ledger.prepare(submission)).to.throw(LedgerClosed);
    });

    const endorsements: readonly [string, Fault, unknown, Record<string, unknown>][] = [
      ['a refusal', firstRefused, LedgerRefusal, { refusal, isRetryable: false }],
      ['a refusal by all that were asked', notEnough(refused, refused), LedgerRefusal, { refusal }],
      ['differing endorsements', mismatch, LedgerConflict, { code: 'PAYLOADS_DIFFER', isRetryable: true }],
      ['a refusal by some of those asked', notEnough(refused), LedgerConflict, { code: 'PAYLOADS_DIFFER' }],
      ['no plan yet', noPlan, LedgerNotEndorsed, { isRetryable: true }],
      ['the limit of the peer', overload, LedgerOverloaded, { retryAfterSeconds: 1 }],
      ['a peer away', unavailable, LedgerUnavailable, { code: 'UNAVAILABLE', isRetryable: true }],
      [
        'a defect of the contract',
        {
          ...mismatch,
          details: [{ mspId: 'Org1MSP', message: 'chaincode response 500, TypeError' }],
        },
        LedgerNotEndorsed,
        { isRetryable: false },
      ],
      [
        'no access',
        { code: status.PERMISSION_DENIED, message: 'access denied' },
        LedgerNotEndorsed,
        { isRetryable: false },
      ],
    ];
    for (const [name, fault, type, members] of endorsements) {
      it(`not endorsed: ${name}`, async () => {
        opened.peer.fail('endorse', fault);
        const prepared = opened.ledger.prepare({ ...submission, endorsers: ['Org1MSP', 'Org2MSP'] });
        const error = await failure(prepared.submit());
        expect(error)
          .to.be.instanceOf(type)
          .and.include({ txId: prepared.txId, ...members });
        expect(opened.peer.calls).to.deep.equal(['endorse']);
      });
    }

    it('a refusal that quotes the words of Fabric is still a refusal', async () => {
      const quoting = new Refusal('MALFORMED', {
        text: 'payloads do not match, exceeding concurrency limit',
      });
      const details = [{ mspId: 'Org1MSP', message: `chaincode response 500, ${quoting.message}` }];
      opened.peer.fail('endorse', { ...firstRefused, details });
      expect(await failure(opened.ledger.prepare(submission).submit())).to.be.instanceOf(LedgerRefusal);
    });

    it('a refusal by a later endorser of the peer’s own plan is a difference of heights', async () => {
      opened.peer.fail('endorse', notEnough(refused));
      expect(await failure(opened.ledger.prepare(submission).submit())).to.include({
        code: 'PAYLOADS_DIFFER',
      });
    });

    const judgements: readonly [number, unknown, Record<string, unknown>][] = [
      [MVCC_READ_CONFLICT, LedgerConflict, { code: 'MVCC_READ_CONFLICT', isRetryable: true }],
      [PHANTOM_READ_CONFLICT, LedgerConflict, { code: 'PHANTOM_READ_CONFLICT' }],
      [
        ENDORSEMENT_POLICY_FAILURE,
        LedgerInvalid,
        { validationCode: 'ENDORSEMENT_POLICY_FAILURE', isRetryable: false },
      ],
      [DUPLICATE_TXID, OutcomeUnknown, { stage: 'ORDERING' }],
    ];
    for (const [code, type, members] of judgements) {
      it(`committed with code ${code}`, async () => {
        opened.peer.judge(code);
        const error = await failure(opened.ledger.prepare(submission).submit());
        expect(error).to.be.instanceOf(type).and.include(members);
      });
    }

    it('handing over to the orderer: what is certainly not ordered, and what is unknown', async () => {
      const submitFails = async (fault: Fault): Promise<unknown> => {
        opened.peer.fail('submit', fault);
        return failure(opened.ledger.prepare(submission).submit());
      };
      expect(await submitFails(overload)).to.be.instanceOf(LedgerOverloaded);
      expect(await submitFails(noPlan)).to.be.instanceOf(LedgerNotEndorsed);
      const forbidden = 'received unsuccessful response from orderer: status=FORBIDDEN, info=no';
      expect(await submitFails({ code: status.ABORTED, message: forbidden })).to.be.instanceOf(
        LedgerNotEndorsed,
      );
      for (const fault of [unavailable, processed, { code: status.INTERNAL, message: 'x' }]) {
        expect(await submitFails(fault))
          .to.be.instanceOf(OutcomeUnknown)
          .and.include({ stage: 'ORDERING' });
      }
      expect(opened.peer.chain).to.have.length(0);
    });

    it('once the orderer may have it, no later failure means that nothing was ordered', async () => {
      const prepared = opened.ledger.prepare(submission);
      opened.peer.fail('submit', { ...unavailable, isDone: true }, overload);
      expect(await failure(prepared.submit())).to.be.instanceOf(OutcomeUnknown);
      expect(await failure(prepared.submit()))
        .to.be.instanceOf(OutcomeUnknown)
        .and.include({ stage: 'ORDERING' });
      expect(opened.peer.calls.filter((call) => call === 'endorse')).to.have.length(1);
    });

    it('goes on from where it was when called again', async () => {
      const prepared = opened.ledger.prepare(submission);
      opened.peer.fail('endorse', unavailable);
      opened.peer.fail('submit', unavailable);
      expect(await failure(prepared.submit())).to.be.instanceOf(LedgerUnavailable);
      expect(await failure(prepared.submit())).to.be.instanceOf(OutcomeUnknown);
      expect((await prepared.submit()).txId).to.equal(prepared.txId);
      expect(opened.peer.calls).to.deep.equal(['endorse', 'endorse', 'submit', 'submit', 'commitStatus']);
    });
  });

  describe('commit status', () => {
    it('that does not come in time is an unknown outcome with the id, and is not sent again', async () => {
      opened.reopen({ deadlines: { commit: 80 } });
      opened.peer.fail('commitStatus', 'hang');
      const seen: string[] = [];
      const onPrepared = (txId: string): void => void seen.push(txId);
      const error = await failure(submitWithRetry(opened.ledger, submission, { onPrepared }));
      expect(error).to.be.instanceOf(OutcomeUnknown).and.include({ stage: 'COMMIT', txId: seen[0] });
      expect(opened.peer.calls).to.deep.equal(['endorse', 'submit', 'commitStatus']);
    });

    it('of a transaction that the orderers took and lost comes after it was sent again', async () => {
      opened.reopen({ deadlines: { commit: 1200 } });
      opened.peer.losses = 2;
      const committed = await opened.ledger.prepare(submission).submit();
      expect(committed.blockNumber).to.equal(0n);
      expect(opened.peer.calls.filter((call) => call === 'endorse')).to.have.length(1);
      expect(opened.peer.calls.filter((call) => call === 'submit')).to.have.length(3);
    });

    it('is asked again when the peer was away or sheds load: the transaction is ordered', async () => {
      opened.peer.fail('commitStatus', unavailable, overload);
      const committed = await opened.ledger.prepare(submission).submit();
      expect(committed.blockNumber).to.equal(0n);
      expect(opened.peer.calls.filter((call) => call === 'submit')).to.have.length(1);
    });

    it('a caller that stops waiting gets the id to ask later; the outcome can then be had', async () => {
      opened.peer.fail('commitStatus', 'hang');
      const abort = new AbortController();
      const prepared = opened.ledger.prepare(submission);
      const waiting = failure(prepared.submit(abort.signal));
      while (!opened.peer.calls.includes('commitStatus'))
        await new Promise((resolve) => setTimeout(resolve, 5));
      abort.abort();
      expect(await waiting)
        .to.be.instanceOf(OutcomeUnknown)
        .and.include({ stage: 'COMMIT' });
      expect(await opened.ledger.outcome(prepared.txId)).to.deep.equal({
        state: 'VALID',
        blockNumber: 0n,
        result: '{"did":"grants:Accept"}',
      });
    });

    it('a caller that goes while endorsers are asked has submitted nothing', async () => {
      opened.peer.latency = 30;
      const abort = new AbortController();
      const prepared = opened.ledger.prepare(submission);
      const waiting = failure(prepared.submit(abort.signal));
      while (!opened.peer.calls.includes('endorse')) await new Promise((resolve) => setTimeout(resolve, 2));
      abort.abort();
      expect(await waiting)
        .to.be.instanceOf(LedgerUnavailable)
        .and.include({ txId: prepared.txId });
      expect(opened.peer.calls).to.deep.equal(['endorse']);
    });

    it('a caller that has gone before the orderer was asked has submitted nothing', async () => {
      const error = await failure(opened.ledger.prepare(submission).submit(AbortSignal.abort()));
      expect(error).to.be.instanceOf(LedgerOverloaded);
      expect(opened.peer.chain).to.have.length(0);
    });
  });

  describe('outcome and reads', () => {
    it('unknown, valid and invalid ids, by the own peer', async () => {
      expect(await opened.ledger.outcome('ab'.repeat(32))).to.deep.equal({ state: 'UNKNOWN' });
      opened.peer.judge(VALID, MVCC_READ_CONFLICT);
      await opened.ledger.prepare(submission).submit();
      const lost = opened.ledger.prepare(submission);
      await failure(lost.submit());
      expect(await opened.ledger.outcome(lost.txId)).to.deep.equal({
        state: 'INVALID',
        blockNumber: 1n,
        code: 'MVCC_READ_CONFLICT',
      });
      const query = opened.peer.asked.find(({ chaincode }) => chaincode === 'qscc')!;
      expect(query.args).to.deep.equal(['GetTransactionByID', 'ledger', 'ab'.repeat(32)]);
    });

    it('a peer that cannot be asked is not an unknown id', async () => {
      opened.peer.fail('evaluate', unavailable);
      expect(await failure(opened.ledger.outcome('ab'))).to.be.instanceOf(LedgerUnavailable);
    });

    it('a committed record, and nothing under a key', async () => {
      opened.peer.records.set('grant/g', '{"id":"g","state":"ACTIVE"}');
      expect(await opened.ledger.read('officer', 'grant/g')).to.equal('{"id":"g","state":"ACTIVE"}');
      expect(await opened.ledger.read('officer', 'grant/h')).to.equal(undefined);
      expect(opened.peer.asked[0]).to.deep.include({
        args: ['records:Get', '{"key":"grant/g"}'],
      });
      opened.peer.fail('evaluate', {
        code: status.UNKNOWN,
        message: `evaluate call to endorser returned error: ${refused}`,
      });
      expect(await failure(opened.ledger.read('officer', 'x')))
        .to.be.instanceOf(LedgerRefusal)
        .and.include({ refusal });
    });
  });

  describe('back-pressure', () => {
    it('so many at a time, so many waiting, the rest refused at once with a time to come back', async () => {
      opened.reopen({ limits: { inFlight: 3, waiting: 4 } });
      opened.peer.fail('commitStatus', 'hang', 'hang', 'hang');
      const aborts = Array.from({ length: 3 }, () => new AbortController());
      const held = aborts.map(({ signal }) => failure(opened.ledger.prepare(submission).submit(signal)));
      const waiting = Array.from({ length: 4 }, () => opened.ledger.prepare(submission).submit());
      expect(opened.ledger.inFlight).to.equal(7);
      const error = await failure(opened.ledger.prepare(submission).submit());
      expect(error)
        .to.be.instanceOf(LedgerOverloaded)
        .and.include({ retryAfterSeconds: 1, isRetryable: true });
      while (opened.peer.calls.filter((call) => call === 'commitStatus').length < 3) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(opened.peer.calls.filter((call) => call === 'endorse')).to.have.length(3);
      for (const abort of aborts) abort.abort();
      await Promise.all([...held, ...waiting]);
      expect(opened.ledger.inFlight).to.equal(0);
    });

    it('who leaves the line while waiting has sent nothing', async () => {
      opened.reopen({ limits: { inFlight: 1, waiting: 5 } });
      opened.peer.fail('commitStatus', 'hang');
      const holder = new AbortController();
      const held = failure(opened.ledger.prepare(submission).submit(holder.signal));
      const leaver = new AbortController();
      const left = failure(opened.ledger.prepare(submission).submit(leaver.signal));
      leaver.abort();
      expect(await left).to.be.instanceOf(LedgerOverloaded);
      holder.abort();
      await held;
      expect(opened.peer.calls.filter((call) => call === 'endorse')).to.have.length(1);
    });

    it('hundreds at once: every one commits, never more calls open than the limit', async () => {
      opened.reopen({ limits: { inFlight: 20, waiting: 300 } });
      opened.peer.latency = 5;
      const all = await Promise.all(
        Array.from({ length: 300 }, () => opened.ledger.prepare(submission).submit()),
      );
      expect(new Set(all.map(({ txId }) => txId)).size).to.equal(300);
      expect(opened.peer.chain).to.have.length(300);
      expect(opened.peer.peak).to.be.within(2, 20);
    });
  });
});
