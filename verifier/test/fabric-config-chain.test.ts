import { expect } from 'chai';
import { headerHash, isConfigBlock, METADATA, readBlock, type Block } from '../src/fabric/block.js';
import { configIn } from '../src/fabric/config-block.js';
import { ConfigChain } from '../src/fabric/config-chain.js';
import { blockOf, concat, message, reasonOf, transaction, party } from './fabric-parties.js';
import {
  blocksOf,
  configurationsOf,
  describeRecorded,
  ofBase64,
  read,
  RECORDED,
  signatures,
  trustIn,
} from './fabric-recorded.js';

const envelope = (channel: string): Uint8Array => {
  const header = message([1, message([1, 1n], [4, channel])]);
  return message([1, message([1, header], [2, message([1, 'the configuration'])])], [2, 'signature']);
};

describe('A configuration block', () => {
  it('holds the configuration', () => {
    const found = configIn(blockOf(3n, [envelope('ledger')]), 'ledger');
    expect(Buffer.from(found).toString()).to.equal('the configuration');
  });

  it('of another channel is refused', async () => {
    expect(await reasonOf(() => configIn(blockOf(3n, [envelope('other')]), 'ledger'))).to.equal(
      'WRONG_CHANNEL',
    );
  });

  it('with other data than its header says is refused', async () => {
    const odd = { ...blockOf(3n, [envelope('ledger')]), data: [envelope('ledgex')] };
    expect(await reasonOf(() => configIn(odd, 'ledgex'))).to.equal('DATA_HASH_DIFFERS');
  });

  it('with a transaction beside the configuration, or instead of it, is refused', async () => {
    const other = transaction(party('Org1MSP'), []);
    for (const data of [[other], [envelope('ledger'), other]])
      expect(await reasonOf(() => configIn(blockOf(3n, data), 'ledger'))).to.equal('NOT_WELL_FORMED');
  });
});

/** A block with a change, and the data hash that makes it whole again. */
function rehashed(block: Block, data: readonly Uint8Array[]): Block {
  return { ...block, dataHash: blockOf(0n, data).dataHash, data };
}

function withSignatures(block: Block, from: Block): Block {
  return { ...block, metadata: [from.metadata[METADATA.signatures] ?? new Uint8Array()] };
}

describeRecorded('The configuration chain of a recorded ledger', function () {
  for (const name of RECORDED) {
    const begin = async (blocks: readonly Block[]): Promise<ConfigChain> => {
      const [genesis] = blocks;
      if (!genesis) throw new Error('no block 0');
      return ConfigChain.begin(genesis, trustIn(genesis), signatures);
    };
    const configBlocks = (): Block[] => blocksOf(name).filter(isConfigBlock);

    it(`${name}: is the same from every peer's blocks and from the genesis file`, async () => {
      const chains = await Promise.all([0, 1, 2].map(async (peer) => configurationsOf(blocksOf(name, peer))));
      const [numbers] = chains.map((chain) => chain.numbers);
      expect(numbers?.length).to.be.greaterThan(1);
      for (const chain of chains) {
        expect(chain.numbers).to.deep.equal(numbers);
        expect(chain.newest.sequence).to.equal(BigInt(chain.numbers.length - 1));
      }
      const genesis = readBlock(ofBase64(read<{ base64: string }>(name, 'genesis.json').base64));
      expect(headerHash(genesis)).to.deep.equal(headerHash(blocksOf(name)[0] ?? genesis));
      await begin([genesis]);
    });

    it(`${name}: judges each block under the one before`, async () => {
      const blocks = blocksOf(name);
      const chain = await configurationsOf(blocks);
      const numbers = new Set(chain.numbers);
      let sequence = -1n;
      for (const { number } of blocks) {
        if (number > 0n) expect(chain.inForceAt(number).sequence).to.equal(sequence);
        if (numbers.has(number)) sequence += 1n;
      }
      expect(await reasonOf(() => chain.inForceAt(0n))).to.equal('CONFIG_NOT_IN_FORCE');
    });

    it(`${name}: refuses another genesis, another channel`, async () => {
      const [genesis, second] = configBlocks();
      if (!genesis || !second) throw new Error('no blocks');
      const trust = trustIn(genesis);
      const with_ = async (block: Block, more = {}) =>
        reasonOf(async () => ConfigChain.begin(block, { ...trust, ...more }, signatures));
      expect(await with_(genesis, { genesis: `sha256:${'0'.repeat(64)}` })).to.equal('GENESIS_DIFFERS');
      expect(await with_(second, { genesis: trustIn(second).genesis })).to.equal('GENESIS_DIFFERS');
      expect(await with_(genesis, { channel: 'other' })).to.equal('WRONG_CHANNEL');
      expect(await with_({ ...genesis, data: second.data })).to.equal('DATA_HASH_DIFFERS');
    });

    it(`${name}: refuses a block that is missing, repeated, moved, unsigned or signed for another`, async () => {
      const blocks = blocksOf(name);
      const [genesis, second] = blocks.filter(isConfigBlock);
      const other = blocks.find(({ number }) => second && number > second.number);
      if (!genesis || !second || !other) throw new Error('two configuration blocks are needed');
      const appended = async (...more: Block[]): Promise<string> => {
        const chain = await begin([genesis]);
        return reasonOf(async () => {
          for (const block of more) await chain.append(block);
        });
      };
      expect(await appended(second)).to.equal('nothing');
      expect(await appended(second, second)).to.equal('SEQUENCE_BROKEN');
      expect(await appended(genesis)).to.equal('SEQUENCE_BROKEN');
      expect(await appended({ ...second, number: second.number + 1n })).to.equal('QUORUM_MISSING');
      expect(await appended({ ...second, metadata: [] })).to.equal('QUORUM_MISSING');
      expect(await appended(withSignatures(second, other))).to.equal('QUORUM_MISSING');
      const [data = new Uint8Array()] = second.data;
      expect(await appended(rehashed(second, [concat(data, message([2, 'x']))]))).to.equal('QUORUM_MISSING');
      expect(await appended({ ...second, data: genesis.data })).to.equal('DATA_HASH_DIFFERS');
      expect(await appended(rehashed(second, genesis.data))).to.equal('QUORUM_MISSING');
      expect(await appended(other)).to.equal('CONFIG_NOT_IN_FORCE');
    });

    it(`${name}: a signed head shows that no configuration block is missing`, async () => {
      const blocks = blocksOf(name);
      const chain = await configurationsOf(blocks);
      const last = blocks.at(-1);
      const older = blocks.find(({ number }) => number === (chain.numbers.at(-1) ?? 0n) - 1n);
      if (!last || !older) throw new Error('no blocks');
      const [signed = new Uint8Array()] = last.metadata;
      const [before = new Uint8Array()] = older.metadata;
      expect((await chain.checkHead(last, signed)).lastConfig).to.equal(chain.numbers.at(-1));
      expect(await reasonOf(async () => chain.checkHead(older, before))).to.equal('CONFIG_NOT_IN_FORCE');
      expect(await reasonOf(async () => chain.checkHead(last, before))).to.equal('QUORUM_MISSING');
    });

    it(`${name}: a head over a chain that lacks its newest block is refused`, async () => {
      const all = configBlocks();
      const blocks = blocksOf(name);
      const short = await configurationsOf(all.slice(0, -1));
      const newest = all.at(-1);
      const later = blocks.find(({ number, data }) => newest && number > newest.number && data.length > 0);
      const head = later ?? newest;
      if (!head) throw new Error('no head');
      const [signed = new Uint8Array()] = head.metadata;
      expect(await reasonOf(async () => short.checkHead(head, signed))).to.equal('CONFIG_NOT_IN_FORCE');
    });
  }
});
