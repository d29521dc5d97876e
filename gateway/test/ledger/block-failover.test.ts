import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { ChainBroken } from '../../src/ledger/port-errors.js';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { newPeerPool } from '../../src/ledger/peer-pool.js';
import { newFakeChain } from './fake-chain.js';
import { startFakePeer } from './fake-peer.js';
import { syntheticEnvelope } from './synthetic.js';
import { numbers, twoPeers } from './two-peers.js';

describe('blocks from two peers of one organisation', () => {
  const two = twoPeers();
  const abort = new AbortController();

  async function take(count: number): Promise<LedgerBlock[]> {
    const taken: LedgerBlock[] = [];
    for await (const block of two.ledger.blocks(0n, abort.signal)) {
      taken.push(block);
      if (taken.length === count) break;
    }
    return taken;
  }

  it('go on at the other peer when one dies in the middle, without gap or repeat', async () => {
    two.append(4);
    two.a.committedUpTo = 1;
    const taking = take(6);
    await delay(60);
    two.a.close();
    two.append(2);
    expect(numbers(await taking)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(two.disconnects).to.deep.equal([two.a.address]);
  });

  it('wait for a peer that is behind', async () => {
    two.append(3);
    two.b.committedUpTo = 0;
    const taking = take(5);
    await delay(60);
    two.a.close();
    two.append(2);
    await delay(150);
    two.b.catchUp();
    expect(numbers(await taking)).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('stop with an alarm at a peer whose chain is another', async () => {
    two.append(3);
    const forked = newFakeChain();
    for (const block of two.chain.blocks.slice(0, 2)) forked.append(block.getData()!.getDataList_asU8(), [0]);
    const transaction = { transaction: 'grants:Offer', argument: '{}', writes: [] };
    for (let count = 0; count < 3; count += 1)
      forked.append([syntheticEnvelope(two.identity, transaction)], [0]);
    const other = await startFakePeer({ chain: forked });
    two.reopen({ peers: [{ address: two.a.address }, { address: other.address }] });
    const taken: number[] = [];
    const following = (async () => {
      for await (const { number } of two.ledger.blocks(0n, abort.signal)) taken.push(Number(number));
    })().catch((error: unknown) => error);
    while (taken.length < 3) await delay(5);
    two.a.close();
    const error = await following;
    expect(error).to.be.instanceOf(ChainBroken);
    expect(String(error)).to.contain('Block 3: does not point back');
    expect(taken).to.deep.equal([0, 1, 2]);
    other.close();
  });

  it('both away, then back: go on where they broke off', async () => {
    two.append(2);
    const taking = take(4);
    await delay(60);
    two.a.close();
    two.b.close();
    while (two.disconnects.length < 4) await delay(10);
    two.append(2);
    await two.restart('a');
    expect(numbers(await taking)).to.deep.equal([0, 1, 2, 3]);
  });
});

describe('a pool of peers', () => {
  const two = twoPeers();
  const error = new Error('not about the peer');

  it('moves its followers some time after a failure, unless the peer is the best again', async () => {
    const pool = newPeerPool({
      peers: [{ address: two.a.address }, { address: two.b.address }],
      channel: 'ledger',
      reader: two.identity,
      moveAfter: 30,
    });
    const followed = pool.follow();
    expect(followed.peer.address).to.equal(two.a.address);
    pool.failed(followed.peer, error);
    expect(pool.first()).to.equal(followed.peer);
    pool.demote(followed.peer);
    pool.demote(pool.first());
    await delay(60);
    expect(followed.until.aborted).to.equal(false);
    pool.demote(followed.peer);
    expect(pool.first().address).to.equal(two.b.address);
    await delay(60);
    expect(followed.until.aborted).to.equal(true);
    expect(pool.follow().until.aborted).to.equal(false);
    pool.close();
  });

  it('needs a peer', () => {
    expect(() => newPeerPool({ peers: [], channel: 'ledger', reader: two.identity })).to.throw(RangeError);
  });
});
