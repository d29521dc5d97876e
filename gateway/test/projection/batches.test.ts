import { expect } from 'chai';
import { setImmediate as turn } from 'node:timers/promises';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { inBatches } from '../../src/projection/batches.js';

/** Longer than any test: only a full batch ends before. */
const FOR_EVER = 2 ** 30;

const blockOf = (number: number, transactions = 1): LedgerBlock => ({
  number: BigInt(number),
  hash: '',
  previousHash: '',
  transactions: Array(transactions).fill({}),
});

/** Blocks that come one by one, each in a turn of its own. */
async function* coming(count: number): AsyncGenerator<LedgerBlock> {
  for (let number = 0; number < count; number += 1) {
    for (let turns = 0; turns < 3; turns += 1) await turn();
    yield blockOf(number);
  }
}

async function batchesOf(count: number, grouping: Parameters<typeof inBatches>[1]): Promise<number[]> {
  const sizes: number[] = [];
  for await (const batch of inBatches(coming(count), grouping)) sizes.push(batch.length);
  return sizes;
}

describe('batches of blocks', () => {
  it('are single blocks where each finds nothing under way', async () => {
    expect(await batchesOf(4, { most: 100, apart: 0 })).to.deep.equal([1, 1, 1, 1]);
  });

  it('hold what comes until the next may begin, the first alone and at once', async () => {
    expect(await batchesOf(9, { most: 4, apart: FOR_EVER })).to.deep.equal([1, 4, 4]);
  });

  it('end with the source, whatever they wait for', async () => {
    expect(await batchesOf(6, { most: 100, apart: FOR_EVER })).to.deep.equal([1, 5]);
  });

  it('begin when it is time, also where nothing more comes', async () => {
    let release: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (release = resolve));
    async function* source(): AsyncGenerator<LedgerBlock> {
      yield* coming(3);
      await end;
    }
    const sizes: number[] = [];
    for await (const batch of inBatches(source(), { most: 100, apart: 5 })) {
      sizes.push(batch.length);
      if (sizes.reduce((sum, size) => sum + size) === 3) release();
    }
    expect(sizes[0]).to.equal(1);
    expect(sizes.reduce((sum, size) => sum + size)).to.equal(3);
  });
});
