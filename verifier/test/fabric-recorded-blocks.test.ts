import { expect } from 'chai';
import {
  checkBlockData,
  commitHashOf,
  flagsOf,
  headerHash,
  isConfigBlock,
  type Block,
} from '../src/fabric/block.js';
import { CommitHashes } from '../src/fabric/commit-hash.js';
import { bftQuorum } from '../src/fabric/orderers.js';
import { readTransaction } from '../src/fabric/transaction.js';
import { blocksOf, configurationsOf, describeRecorded, RECORDED } from './fabric-recorded.js';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

describeRecorded('Recorded ledgers', function () {
  for (const name of RECORDED)
    for (const peer of [0, 1, 2]) {
      it(`${name}, peer ${peer + 1}: every block has its data, predecessor and commit hash`, () => {
        const hashes = new CommitHashes();
        const blocks = blocksOf(name, peer);
        expect(blocks).to.have.length(name === 'bft' ? 45 : 37);
        for (const [index, block] of blocks.entries()) {
          expect(checkBlockData(block).unusual).to.deep.equal([]);
          const before = blocks[index - 1];
          expect(hex(block.previousHash)).to.equal(before ? hex(headerHash(before)) : '');
          if (!before) continue;
          const transactions = block.data.map((each) =>
            isConfigBlock(block) ? undefined : readTransaction(each),
          );
          const computed = hashes.append(block.number, flagsOf(block), transactions);
          expect(hex(computed), `block ${block.number}`).to.equal(hex(commitHashOf(block)));
        }
      });

      it(`${name}, peer ${peer + 1}: orderers signed every block under the configuration in force`, async () => {
        const blocks = blocksOf(name, peer);
        const chain = await configurationsOf(blocks);
        for (const block of blocks.slice(1)) {
          const { signers } = await chain.checkHeader(block, block.metadata[0] ?? new Uint8Array());
          const { ordering } = chain.inForceAt(block.number);
          expect(signers.length).to.be.at.least(
            ordering.kind === 'BFT' ? bftQuorum(ordering.consenters.length) : 1,
          );
        }
      });
    }

  it('differ by a flag that somebody turned', () => {
    const [block] = blocksOf('raft').slice(12);
    const turned = (flags: Uint8Array): Uint8Array => flags.map((flag) => (flag === 0 ? 11 : 0));
    const hashOf = (flags: (block: Block) => Uint8Array): string => {
      const hashes = new CommitHashes();
      let hash = new Uint8Array();
      for (const each of blocksOf('raft').slice(1, 13)) {
        const transactions = each.data.map((data) =>
          isConfigBlock(each) ? undefined : readTransaction(data),
        );
        hash = new Uint8Array(hashes.append(each.number, flags(each), transactions));
      }
      return hex(hash);
    };
    expect(hashOf(flagsOf)).to.equal(hex(block && commitHashOf(block)));
    expect(hashOf((each) => (each.number === 12n ? turned(flagsOf(each)) : flagsOf(each)))).to.not.equal(
      hashOf(flagsOf),
    );
  });
});
