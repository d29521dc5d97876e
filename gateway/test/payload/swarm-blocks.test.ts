import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { cidOf } from '../../src/payload/cid.js';
import { PayloadError, type BlockSource } from '../../src/payload/index.js';
import { newHedgedBlocks } from '../../src/payload/swarm-blocks.js';
import { expectCode, rejection, someBytes } from './fixtures.js';
import { times } from '../../../test/sampling.js';

const block = someBytes(100);
const cid = cidOf(0x55, block).toString();
const HEAD_START = 60;
/** Longer than a busy machine takes for an answer that is there at once. */
const LONG_START = 1000;

type Manner = 'has' | 'has not' | 'forges' | 'waits';

/** A source that answers after a while (milliseconds) in its manner; one that waits ends only with the signal. */
function source(manner: Manner, after = 1, asked: number[] = []): BlockSource {
  return {
    async block(_, signal) {
      asked.push(performance.now());
      await delay(manner === 'waits' ? 60_000 : after, undefined, { signal });
      if (manner === 'has not') throw new PayloadError('BLOCK_MISSING', 'not here');
      return manner === 'has' ? block : Buffer.from('forged');
    },
  };
}

describe('payload: the swarm and members’ endpoints, hedged', () => {
  it('ask the second only after the head start', async () => {
    const asked: number[] = [];
    expect(await newHedgedBlocks(source('has'), source('has', 1, asked), LONG_START).block(cid)).to.equal(
      block,
    );
    await delay(LONG_START + 20);
    expect(asked).to.deep.equal([]);
    const start = performance.now();
    await newHedgedBlocks(source('waits'), source('has', 1, asked), HEAD_START).block(cid);
    expect(asked).to.have.length(1);
    expect((asked[0] ?? 0) - start).to.be.at.least(HEAD_START - 5);
  });

  it('ask the second at once when the first fails', async () => {
    const start = performance.now();
    await newHedgedBlocks(source('has not'), source('has'), 60_000).block(cid);
    expect(performance.now() - start).to.be.lessThan(30_000);
  });

  it('ask both at once while it is the second that has the blocks, and no longer', async () => {
    const asked: number[] = [];
    let manner: Manner = 'waits';
    const first: BlockSource = { block: (id, signal) => source(manner).block(id, signal) };
    const hedged = newHedgedBlocks(first, source('has', 20, asked), LONG_START);
    await hedged.block(cid);
    const start = performance.now();
    for (let turn = 0; turn < 10; turn += 1) await hedged.block(cid);
    expect(performance.now() - start).to.be.lessThan(10 * LONG_START);
    manner = 'has';
    await hedged.block(cid);
    const { length } = asked;
    await hedged.block(cid);
    await delay(LONG_START + 20);
    expect(asked).to.have.length(length);
  });

  it('let no forger outrun who has the block', async () => {
    const hedged = newHedgedBlocks(source('has', 40), source('forges'), 0);
    expect(await hedged.block(cid)).to.equal(block);
  });

  it('stop when the reader goes, with its reason, and tell both', async () => {
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(new Error('gone')), 20);
    const hedged = newHedgedBlocks(source('waits'), source('waits'), 0);
    expect(await rejection(hedged.block(cid, leaving.signal))).to.have.property('message', 'gone');
  });

  it('find a block when one of them has it, and say so when none has (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Manner>('has', 'has not', 'waits'),
        fc.constantFrom<Manner>('has', 'has not', 'forges'),
        fc.nat(5),
        fc.nat(5),
        async (one, other, slow, fast) => {
          const hedged = newHedgedBlocks(source(one, slow), source(other, fast), 3);
          const isThere = one === 'has' || other === 'has';
          const deadline = AbortSignal.timeout(isThere ? 60_000 : 100);
          const answer = await hedged
            .block(cid, one === 'waits' ? deadline : undefined)
            .catch((e: unknown) => e);
          if (isThere) expect(answer).to.equal(block);
          else if (one !== 'waits') expectCode(answer, 'BLOCK_MISSING');
          else expect(answer).to.be.instanceOf(Error);
        },
      ),
      { numRuns: times(60) },
    ));
});
