import { expect } from 'chai';
import { ConfigChain } from '../../src/features/channel/config-chain.js';
import { rawBlockOf } from '../../src/ledger/raw-block.js';
import { openStores, type AllStores } from '../state/stores.js';
import { rawChain } from './raw-chain.js';

describe('configuration of the channel in evidence', () => {
  let state: AllStores;
  let asked: bigint[];
  beforeEach(async () => {
    state = await openStores(':memory:');
    asked = [];
  });
  afterEach(() => state.close());

  const chainOf = (bytes: readonly Uint8Array[]): ConfigChain => {
    const blockBytes = (number: bigint): Promise<Uint8Array> => {
      asked.push(number);
      return Promise.resolve(bytes[Number(number)] ?? new Uint8Array());
    };
    return new ConfigChain(
      { blockBytes, block: async (number) => rawBlockOf(await blockBytes(number)) },
      state.configuration,
    );
  };
  const numbers = (blocks: readonly { readonly number: bigint }[]): number[] =>
    blocks.map(({ number }) => Number(number));

  it('is every block that changed it, from the first on, one right after another included', async () => {
    for (const configs of [[0], [0, 1], [0, 5, 6], [0, 5, 6, 8], [0, 9]]) {
      await state.close();
      state = await openStores(':memory:');
      const { head, blocks } = await chainOf(rawChain(10, 'envelope', configs)).at(9n);
      expect(head.number).to.equal(9n);
      expect(numbers(blocks)).to.deep.equal(configs);
    }
  });

  it('is kept: a later head asks for what is new only, and an earlier one for nothing', async () => {
    const short = rawChain(7, 'envelope', [0, 5]);
    const before = await chainOf(short).at(6n);
    asked = [];
    const chain = chainOf(rawChain(12, 'envelope', [0, 5, 9]));
    expect(numbers((await chain.at(11n)).blocks)).to.deep.equal([0, 5, 9]);
    expect(asked).to.have.members([11n, 9n, 8n]);
    asked = [];
    expect(numbers((await chain.at(11n)).blocks)).to.deep.equal([0, 5, 9]);
    expect(numbers(await chain.upTo(before.head))).to.deep.equal([0, 5]);
    expect(numbers(await chainOf([]).upTo(before.head))).to.deep.equal([0, 5]);
    expect(asked).to.deep.equal([]);
  });
});
