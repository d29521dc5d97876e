import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import type { Chain, CommittedBlock } from '../../src/embedded/chain.js';
import { newOrderer } from '../../src/embedded/orderer.js';
import { newOrdering, type Ordering } from '../../src/embedded/ordering.js';
import type { Store } from '../../src/embedded/store.js';

const envelope = (size = 1): Uint8Array => new Uint8Array(size);

interface Cut {
  readonly at: number;
  readonly count: number;
}

/** An orderer whose blocks take `commitMs` to write. */
function recorded(rule: { timeoutMs: number; maxMessages: number }, commitMs = 0) {
  const cuts: Cut[] = [];
  const startedAt = performance.now();
  const orderer = newOrderer(
    rule,
    async (envelopes) => {
      cuts.push({ at: performance.now() - startedAt, count: envelopes.length });
      await delay(commitMs);
    },
    (cause) => {
      throw cause;
    },
  );
  return { orderer, cuts };
}

describe('embedded node: ordering', () => {
  it('cuts at once when idle, together with what arrives in the same moment', async () => {
    const { orderer, cuts } = recorded({ timeoutMs: 10_000, maxMessages: 100 });
    orderer.submit(envelope());
    orderer.submit(envelope());
    await delay(50);
    expect(cuts.map(({ count }) => count)).deep.equals([2]);
    expect(cuts[0]!.at).lessThan(5000);
  });

  it('cuts one block per timeout under load', async () => {
    const { orderer, cuts } = recorded({ timeoutMs: 60, maxMessages: 100 });
    for (let i = 0; i < 30; i += 1) {
      orderer.submit(envelope());
      await delay(5);
    }
    await orderer.drain();
    expect(cuts.reduce((sum, { count }) => sum + count, 0)).equals(30);
    const gaps = cuts.slice(1, -1).map(({ at }, i) => at - cuts[i]!.at);
    expect(Math.min(...gaps)).greaterThan(55);
  });

  it('cuts early when enough messages wait, and never more than that into one block', async () => {
    const { orderer, cuts } = recorded({ timeoutMs: 10_000, maxMessages: 4 });
    for (let i = 0; i < 9; i += 1) orderer.submit(envelope());
    await delay(50);
    expect(cuts.map(({ count }) => count)).deep.equals([4, 4]);
    await orderer.drain();
    expect(cuts.map(({ count }) => count)).deep.equals([4, 4, 1]);
  });

  it('keeps blocks below the preferred size, but lets one large message through', async () => {
    const { orderer, cuts } = recorded({ timeoutMs: 0, maxMessages: 100 });
    for (const size of [900_000, 900_000, 900_000, 5_000_000, 1]) orderer.submit(envelope(size));
    await orderer.drain();
    expect(cuts.map(({ count }) => count)).deep.equals([2, 1, 1, 1]);
  });

  it('makes one block at a time', async () => {
    const { orderer, cuts } = recorded({ timeoutMs: 0, maxMessages: 1 }, 15);
    for (let i = 0; i < 4; i += 1) orderer.submit(envelope());
    await orderer.drain();
    const gaps = cuts.slice(1).map(({ at }, i) => at - cuts[i]!.at);
    expect(Math.min(...gaps)).greaterThan(13);
  });

  it('drains an orderer that has nothing to do', async () => {
    await recorded({ timeoutMs: 10, maxMessages: 1 }).orderer.drain();
  });
});

describe('embedded node: a ledger that cannot be written', () => {
  function ordering(append: () => Promise<void>): {
    ordering: Ordering;
    announce: (block: CommittedBlock) => void;
  } {
    let listener: (block: CommittedBlock) => void = () => undefined;
    const chain = {
      append,
      onBlock(each: typeof listener) {
        listener = each;
        return () => undefined;
      },
    } as unknown as Chain;
    const store = { place: () => undefined } as unknown as Store;
    const made = newOrdering({ timeoutMs: 0, maxMessages: 10 }, chain, store, () => undefined);
    return { ordering: made, announce: (block) => listener(block) };
  }

  const never = new AbortController().signal;

  async function rejection(promise: Promise<unknown>): Promise<{ code: number; message: string }> {
    return promise.then(
      () => {
        throw new Error('expected a rejection');
      },
      (error: unknown) => error as { code: number; message: string },
    );
  }

  it('says so, tells everybody who waits, and takes nothing more', async () => {
    const { ordering: failing } = ordering(() => Promise.reject(new Error('no space left on device')));
    const waiting = rejection(failing.status('tx', never));
    failing.submit(envelope());
    const failure = await failing.failed;
    expect([failure.code, failure.message]).deep.equals([
      'STORE_DAMAGED',
      'the ledger cannot be written: no space left on device',
    ]);
    expect(await waiting).deep.include({ code: status.UNAVAILABLE });
    expect(() => failing.submit(envelope())).throws('no space left on device');
    expect(await rejection(failing.status('later', never))).deep.include({ code: status.UNAVAILABLE });
    await failing.stop();
  });

  it('stops taking transactions when it stops, and answers what is durable', async () => {
    const { ordering: stopping, announce } = ordering(() => Promise.resolve());
    const found = stopping.status('tx', never);
    const lost = rejection(stopping.status('unknown', never));
    announce({ number: 5, bytes: new Uint8Array(), transactions: [{ txId: 'tx', code: 11 }] });
    expect(await found).deep.equals({ block: 5, code: 11 });
    await stopping.stop();
    expect(await lost).deep.include({ code: status.UNAVAILABLE });
    expect(() => stopping.submit(envelope())).throws('the node is stopping');
  });

  it('takes no more than it can hold', () => {
    const { ordering: slow } = ordering(() => new Promise(() => undefined));
    for (let i = 0; i < 10_000; i += 1) slow.submit(envelope());
    expect(() => slow.submit(envelope())).throws('too many transactions are waiting');
  });

  it('forgets who no longer waits', async () => {
    const { ordering: patient, announce } = ordering(() => Promise.resolve());
    const leaving = new AbortController();
    const left = rejection(patient.status('tx', leaving.signal));
    leaving.abort(new Error('left'));
    expect((await left).message).equals('left');
    announce({ number: 5, bytes: new Uint8Array(), transactions: [{ txId: 'tx', code: 0 }] });
  });
});
