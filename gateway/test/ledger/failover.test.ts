import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { LedgerUnavailable, OutcomeUnknown } from '../../src/ledger/port-errors.js';
import { submitWithRetry } from '../../src/ledger/port-retry.js';
import type { Fault } from './fake-peer.js';
import { failure, mismatch, noPlan, overload, processed, submission, unavailable } from './opened-ledger.js';
import { heightRead, twoPeers } from './two-peers.js';

describe('ledger adapter over two peers of one organisation', () => {
  const two = twoPeers();
  const submit = (): ReturnType<typeof submitWithRetry> => submitWithRetry(two.ledger, submission);
  const ordered = (): string[] => two.calls.filter((call) => call.endsWith('submit'));

  it('keeps to one peer while it answers, and stays connected to the other', async () => {
    const connections: Socket[] = [];
    const standby = createServer((socket) => {
      connections.push(socket);
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(standby, 'listening');
    const { port } = standby.address() as AddressInfo;
    two.reopen({ peers: [{ address: two.a.address }, { address: `127.0.0.1:${port}` }] });
    for (let count = 0; count < 3; count += 1) await submit();
    expect(two.a.calls).to.have.length(9);
    while (connections.length === 0) await delay(5);
    two.ledger.close();
    for (const socket of connections) socket.destroy();
    standby.close();
  });

  describe('endorsing', () => {
    const endorsements: readonly [string, Fault][] = [
      ['dies', 'dies'],
      ['dies after it has endorsed', 'dies after'],
      ['is silent', 'hang'],
      ['is being stopped', { code: status.CANCELLED, message: 'stopping' }],
      ['is behind something that says it is away', unavailable],
    ];
    for (const [name, fault] of endorsements) {
      it(`goes on at the next peer when one ${name}: the same transaction, no error`, async () => {
        two.reopen({ deadlines: { endorse: 600 } });
        two.a.fail('endorse', fault);
        const prepared = two.ledger.prepare(submission);
        expect(await prepared.submit()).to.include({ txId: prepared.txId, blockNumber: 0n });
        expect(two.calls).to.deep.equal(['a endorse', 'b endorse', 'b submit', 'b commitStatus']);
        expect(two.b.asked[0]).to.include({ txId: prepared.txId });
      });
    }

    it('does not ask the other peer what only a new transaction can answer', async () => {
      two.a.fail('endorse', mismatch, overload);
      const codes = [await failure(two.ledger.prepare(submission).submit())];
      codes.push(await failure(two.ledger.prepare(submission).submit()));
      expect(codes.map((error) => (error as { code: string }).code)).to.deep.equal([
        'PAYLOADS_DIFFER',
        'OVERLOADED',
      ]);
      expect(two.calls).to.deep.equal(['a endorse', 'a endorse']);
    });

    it('waits for a plan longer than for anything else, and not for ever', async () => {
      two.a.fail('endorse', noPlan, noPlan, noPlan, noPlan);
      expect(await submitWithRetry(two.ledger, submission, { attempts: 2 })).to.include({ blockNumber: 0n });
      two.a.fail('endorse', ...Array.from({ length: 99 }, () => noPlan));
      const error = await failure(submitWithRetry(two.ledger, submission, { patience: 300 }));
      expect(error).to.include({ code: 'NOT_ENDORSED', isRetryable: true });
    });
  });

  describe('ordering', () => {
    it('a peer that dies after the orderer has taken it: found at the other by its id, not sent again', async () => {
      two.a.fail('submit', 'dies after');
      expect(await submit()).to.include({ blockNumber: 0n, result: '{"did":"grants:Accept"}' });
      expect(ordered()).to.deep.equal(['a submit']);
      expect(two.chain.blocks).to.have.length(1);
    });

    it('a peer that dies before: looked up at the other, and only then the very same is sent from there', async () => {
      two.a.fail('submit', 'dies');
      const ids: string[] = [];
      const onPrepared = (txId: string): void => void ids.push(txId);
      const { txId } = await submitWithRetry(two.ledger, submission, { onPrepared });
      expect(ids).to.deep.equal([txId]);
      expect(two.calls).to.deep.equal(['a endorse', 'a submit', 'b evaluate', 'b submit', 'b commitStatus']);
    });

    it('while no peer answers the look-up, nothing is sent again', async () => {
      two.a.fail('submit', 'dies after');
      two.b.fail('evaluate', ...Array.from({ length: 2 }, () => unavailable));
      const error = await failure(submitWithRetry(two.ledger, submission, { attempts: 2 }));
      expect(error).to.be.instanceOf(OutcomeUnknown).and.include({ stage: 'ORDERING' });
      expect(ordered()).to.deep.equal(['a submit']);
      const { txId } = error as OutcomeUnknown;
      expect(await two.ledger.outcome(txId)).to.include({ state: 'VALID', blockNumber: 0n });
    });

    it('"request already processed" of a BFT orderer is looked up, not an error', async () => {
      two.chain.isBft = true;
      two.a.fail('submit', { ...unavailable, isDone: true });
      two.a.committedUpTo = -1;
      two.b.committedUpTo = -1;
      const done = submit();
      while (ordered().length < 2) await delay(5);
      two.a.catchUp();
      two.b.catchUp();
      expect(await done).to.include({ blockNumber: 0n });
      expect(two.chain.blocks).to.have.length(1);
      expect(processed.message).to.contain('already processed');
    });

    it('orderers that a peer cannot reach are not that peer’s fault', async () => {
      const details = [{ mspId: 'OrdererMSP', message: 'connection refused' }];
      two.a.fail('submit', { ...unavailable, details });
      expect(await submit()).to.include({ blockNumber: 0n });
      expect(ordered()).to.deep.equal(['a submit', 'a submit']);
    });
  });

  describe('the commit status', () => {
    for (const fault of ['dies', 'hang'] as const) {
      it(`is asked of the other peer when one ${fault === 'dies' ? 'dies' : 'is silent'}`, async () => {
        two.reopen({ deadlines: { commit: 2000 } });
        two.a.fail('commitStatus', fault);
        expect(await two.ledger.prepare(submission).submit()).to.include({ blockNumber: 0n });
        expect(two.calls).to.deep.equal(['a endorse', 'a submit', 'a commitStatus', 'b commitStatus']);
      });
    }

    it('of a peer that receives no blocks is had from the other', async () => {
      two.reopen({ deadlines: { commit: 2000 } });
      two.a.committedUpTo = -1;
      expect(await submit()).to.include({ blockNumber: 0n });
      expect(ordered()).to.deep.equal(['a submit']);
    });

    it('that no peer tells in time is an unknown outcome; the same envelope went again after all had been asked', async () => {
      two.reopen({ deadlines: { commit: 900 } });
      two.a.fail('commitStatus', 'hang', 'hang');
      two.b.fail('commitStatus', 'hang', 'hang');
      expect(await failure(submit()))
        .to.be.instanceOf(OutcomeUnknown)
        .and.include({ stage: 'COMMIT' });
      expect(two.calls.filter((call) => !call.endsWith('evaluate'))).to.deep.equal([
        'a endorse',
        'a submit',
        'a commitStatus',
        'b commitStatus',
        'a submit',
        'a commitStatus',
      ]);
    });

    it('of a transaction that the orderers took and lost comes after it was sent again, once', async () => {
      two.reopen({ deadlines: { commit: 3000 } });
      two.a.losses = 1;
      const { txId, blockNumber } = await submit();
      expect(blockNumber).to.equal(0n);
      expect(ordered()).to.have.length(2);
      expect(two.a.chain).to.have.length(1);
      expect(await two.ledger.outcome(txId)).to.include({ state: 'VALID', blockNumber: 0n });
    });
  });

  describe('no step back', () => {
    it('a read at a peer that is behind waits until it has what was seen committed', async () => {
      await submit();
      two.b.committedUpTo = -1;
      two.a.close();
      const reading = heightRead(two.ledger);
      await delay(100);
      two.b.catchUp();
      expect(await reading).to.equal(1);
      expect(two.calls.slice(3)).to.deep.equal(['b commitStatus', 'b evaluate']);
    });

    it('a peer that stays behind gives no answer at all, to readers, outcomes and endorsements', async () => {
      two.reopen({ deadlines: { evaluate: 200, endorse: 200 } });
      const { txId } = await submit();
      two.b.committedUpTo = -1;
      two.a.close();
      expect(await failure(heightRead(two.ledger))).to.be.instanceOf(LedgerUnavailable);
      expect(await failure(two.ledger.outcome(txId))).to.be.instanceOf(LedgerUnavailable);
      expect(await failure(two.ledger.prepare(submission).submit())).to.be.instanceOf(LedgerUnavailable);
      expect(two.b.asked).to.deep.equal([]);
    });

    it('a peer without the chaincode, or that cannot reach it, is passed over by readers only', async () => {
      two.a.isWithoutChaincode = true;
      await submit();
      two.calls.length = 0;
      expect(await heightRead(two.ledger)).to.equal(1);
      expect(two.calls).to.deep.equal(['a evaluate', 'b commitStatus', 'b evaluate']);
      await submit();
      expect(ordered()).to.deep.equal(['a submit']);
      two.b.isWithoutChaincode = true;
      expect(await failure(heightRead(two.ledger))).to.be.instanceOf(LedgerUnavailable);
    });

    it('what came with the blocks counts as seen', async () => {
      await submit();
      two.reopen({});
      const abort = new AbortController();
      for await (const { number } of two.ledger.blocks(0n, abort.signal)) if (number === 0n) break;
      two.b.committedUpTo = -1;
      two.a.close();
      const reading = heightRead(two.ledger);
      await delay(50);
      two.b.catchUp();
      expect(await reading).to.equal(1);
      expect(await two.ledger.height()).to.equal(0n);
    });

    it('an id that one peer does not know yet is asked of the other, which is then the one to ask', async () => {
      const { txId } = await submit();
      two.reopen({});
      two.a.committedUpTo = -1;
      expect(await two.ledger.outcome(txId)).to.include({ state: 'VALID', blockNumber: 0n });
      two.calls.length = 0;
      expect(await heightRead(two.ledger)).to.equal(1);
      expect(two.calls).to.deep.equal(['b evaluate']);
      expect(await two.ledger.outcome('ab'.repeat(32))).to.deep.equal({ state: 'UNKNOWN' });
    });
  });

  it('both away, then back: nothing was ordered meanwhile, and then it goes on', async () => {
    await submit();
    two.a.close();
    two.b.close();
    expect(await failure(submitWithRetry(two.ledger, submission, { attempts: 2 }))).to.be.instanceOf(
      LedgerUnavailable,
    );
    expect(await failure(heightRead(two.ledger))).to.be.instanceOf(LedgerUnavailable);
    await two.restart('b');
    await two.restart('a');
    let height = await heightRead(two.ledger).catch(() => undefined);
    while (height === undefined) height = await heightRead(two.ledger).catch(() => undefined);
    expect(height).to.equal(1);
    expect(await submit()).to.include({ blockNumber: 1n });
  });
});
