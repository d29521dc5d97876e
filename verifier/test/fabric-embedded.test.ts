import { join } from 'node:path';
import { expect } from 'chai';
import { openLedger } from '../../network/src/embedded/bootstrap.js';
import { checkConfig } from '../../network/src/embedded/config.js';
import { readLedgerSpec, readPeers } from '../../network/src/embedded/organisation.js';
import { openStore } from '../../network/src/embedded/store.js';
import { createSpace, ORGANISATIONS } from '../../network/test/embedded/space.js';
import {
  checkBlockData,
  commitHashOf,
  flagsOf,
  isConfigBlock,
  METADATA,
  readBlock,
  signaturesOf,
  type Block,
} from '../src/fabric/block.js';
import { CommitHashes } from '../src/fabric/commit-hash.js';
import { ConfigChain, type ChainOptions } from '../src/fabric/config-chain.js';
import { readTransaction } from '../src/fabric/transaction.js';
import { concat, message, reasonOf } from './fabric-parties.js';
import { signatures, trustIn } from './fabric-recorded.js';

const TWO_PEERS = { n: 2, of: ORGANISATIONS.map((mspId) => ({ signedBy: { mspId, role: 'peer' } })) };

/** A ledger of the embedded node with three configurations and three definitions, one after the other. */
async function blocksOfEmbedded(): Promise<Block[]> {
  const space = await createSpace();
  const store = await openStore(join(space.directory, 'ledger'));
  try {
    for (const start of [1, 2, 3]) {
      const batch = { timeoutMs: 10, maxMessages: start * 10 };
      const endorsement = start === 2 ? TWO_PEERS : 'MAJORITY';
      const own = space.config();
      const chaincode = { ...own.chaincode, version: `${start}.0` };
      const config = checkConfig({ ...own, batch, endorsement, chaincode });
      await openLedger(store, await readLedgerSpec(config, await readPeers(config)));
    }
    const numbers = Array.from({ length: store.tip?.height ?? 0 }, (_, number) => number);
    return numbers.map((number) => readBlock(store.block(number) ?? new Uint8Array()));
  } finally {
    await store.close();
    await space.remove();
  }
}

describe('A ledger of the embedded node', () => {
  let blocks: Block[] = [];
  before(async () => {
    blocks = await blocksOfEmbedded();
  });

  const begin = async (): Promise<ConfigChain> => {
    const [genesis] = blocks;
    if (!genesis) throw new Error('no block 0');
    return ConfigChain.begin(genesis, trustIn(genesis), signatures);
  };
  const chainOf = async (...drop: number[]): Promise<ConfigChain> => {
    const chain = await begin();
    const configs = blocks.filter(isConfigBlock).slice(1);
    for (const [index, block] of configs.entries()) if (!drop.includes(index)) await chain.append(block);
    return chain;
  };

  it('has one configuration after the other, of a single operator', async () => {
    const chain = await chainOf();
    expect(chain.numbers).to.deep.equal([0n, 2n, 4n]);
    expect(chain.newest.sequence).to.equal(2n);
    expect(chain.newest.ordering.kind).to.equal('SINGLE_OPERATOR');
    expect([1n, 2n, 3n, 4n, 5n].map((number) => chain.inForceAt(number).sequence)).to.deep.equal([
      0n,
      0n,
      1n,
      1n,
      2n,
    ]);
    for (const block of blocks.slice(1)) await chain.checkHeader(block, signaturesOf(block));
  });

  it('is refused without the configuration between, though its orderer signed all of them', async () => {
    expect(await reasonOf(async () => chainOf(0))).to.equal('SEQUENCE_BROKEN');
  });

  it('is refused without the last configuration, by the head', async () => {
    const chain = await chainOf(1);
    const head = blocks.at(-1);
    if (!head) throw new Error('no head');
    expect(await reasonOf(async () => chain.checkHead(head, signaturesOf(head)))).to.equal(
      'CONFIG_NOT_IN_FORCE',
    );
    await (await chainOf()).checkHead(head, signaturesOf(head));
  });

  it('is refused when a configuration block is no successor of the block it follows', async () => {
    const chain = await begin();
    const [genesis, , config] = blocks;
    if (!genesis || !config) throw new Error('no configuration block');
    const moved = { ...config, number: 1n };
    expect(await reasonOf(async () => chain.append(moved))).to.equal('PREVIOUS_HASH_DIFFERS');
  });

  it('is no configuration chain with other signers, or none', async () => {
    const [, application, config] = blocks;
    if (!application || !config) throw new Error('no configuration block');
    const chain = await begin();
    const swapped = { ...config, metadata: [signaturesOf(application)] };
    expect(await reasonOf(async () => chain.append(swapped))).to.equal('QUORUM_MISSING');
    expect(await reasonOf(async () => chain.append({ ...config, metadata: [] }))).to.equal('QUORUM_MISSING');
  });

  it('with a signature that does not count passes, and is refused where every byte shall mean something', async () => {
    const [genesis, , config] = blocks;
    if (!genesis || !config) throw new Error('no configuration block');
    const idle = { ...config, metadata: [concat(signaturesOf(config), message([2, message([2, 'x'])]))] };
    const append = async (options: ChainOptions, block: Block): Promise<string> => {
      const chain = await ConfigChain.begin(genesis, trustIn(genesis), signatures, options);
      return reasonOf(async () => chain.append(block));
    };
    expect(await append({}, idle)).to.equal('nothing');
    expect(await append({ refusesIdle: true }, idle)).to.equal('UNUSED_MATERIAL');
    expect(await append({ refusesIdle: true }, config)).to.equal('nothing');
  });

  it('has the data and commit hash that it says', () => {
    const hashes = new CommitHashes();
    for (const block of blocks) expect(checkBlockData(block).unusual).to.deep.equal([]);
    for (const block of blocks.slice(1)) {
      const transactions = isConfigBlock(block)
        ? [undefined]
        : block.data.map((each) => readTransaction(each));
      const computed = hashes.append(block.number, flagsOf(block), transactions);
      expect(Buffer.from(computed)).to.deep.equal(Buffer.from(commitHashOf(block)));
    }
    expect(blocks[1]?.metadata.length).to.equal(METADATA.commitHash + 1);
  });
});
