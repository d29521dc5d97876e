import { expect } from 'chai';
import {
  answeredBlock,
  checkAnswer,
  partsOfPrepared,
  processedTransaction,
  readAnswer,
  readChainInfo,
  type Answer,
  type AnswerParts,
} from '../src/fabric/answer.js';
import {
  checkBlockData,
  commitHashOf,
  flagsOf,
  headerHash,
  isConfigBlock,
  readBlock,
  type Block,
} from '../src/fabric/block.js';
import { CommitHashes } from '../src/fabric/commit-hash.js';
import type { ConfigChain } from '../src/fabric/config-chain.js';
import { bftQuorum } from '../src/fabric/orderers.js';
import { readTransaction } from '../src/fabric/transaction.js';
import { Message } from '../src/bytes/protobuf.js';
import {
  blocksOf,
  configurationsOf,
  describeRecorded,
  ofBase64,
  read,
  RECORDED,
  signatures,
  type RecordedName,
} from './fabric-recorded.js';

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

describeRecorded('Recorded ledgers', function () {
  this.timeout(120_000);
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

interface Prepared {
  readonly preparedEnvelope: string;
  readonly subjectTxId?: string;
  readonly expectedCode?: number;
  readonly args?: readonly string[];
}
interface Direct {
  readonly signedProposal: string;
  readonly subjectTxId?: string;
  readonly expectedCode?: number;
  readonly number?: number;
  readonly responses: readonly { readonly mspid: string; readonly proposalResponse: string }[];
}
interface Evidence {
  readonly gateway: readonly Prepared[];
  readonly direct: readonly Direct[];
  readonly block: readonly Prepared[];
  readonly chainInfo: readonly Prepared[];
}

const gatewayAnswer = ({ preparedEnvelope }: Prepared): Answer =>
  readAnswer(partsOfPrepared(ofBase64(preparedEnvelope)));

/** What one peer answered to a proposal that it got directly (peer.SignedProposal, peer.ProposalResponse). */
function directAnswer(signedProposal: string, proposalResponse: string): Answer {
  const known = (bytes: Uint8Array, ...fields: number[]): Message => Message.readKnown(bytes, { fields });
  const whole = known(known(ofBase64(signedProposal), 1).bytes(1), 1, 2);
  const header = known(whole.bytes(1), 1, 2);
  const response = known(ofBase64(proposalResponse), 5, 6);
  const endorsement = known(response.bytes(6), 1, 2);
  const parts: AnswerParts = {
    channelHeader: header.bytes(1),
    signatureHeader: header.bytes(2),
    proposal: whole.bytes(2),
    response: response.bytes(5),
    endorsements: [{ endorser: endorsement.bytes(1), signature: endorsement.bytes(2) }],
  };
  return readAnswer(parts);
}

describeRecorded('Recorded endorsed answers', function () {
  this.timeout(120_000);
  const ledger = async (name: RecordedName): Promise<{ blocks: Block[]; chain: ConfigChain }> => {
    const blocks = blocksOf(name);
    return { blocks, chain: await configurationsOf(blocks) };
  };
  const envelopeOf = (blocks: readonly Block[], txId: string): string => {
    const data = blocks.filter((block) => !isConfigBlock(block)).flatMap((block) => [...block.data]);
    return hex(data.find((each) => readTransaction(each).txId === txId));
  };

  for (const name of RECORDED) {
    it(`${name}: three organisations say with one answer what became of a transaction`, async () => {
      const { blocks, chain } = await ledger(name);
      const { gateway } = read<Evidence>(name, 'v1-evidence.json');
      expect(gateway).to.have.length(12);
      for (const recorded of gateway) {
        const answer = gatewayAnswer(recorded);
        expect(await checkAnswer(answer, chain.newest, signatures)).to.have.length(3);
        const { txId, envelope, code } = processedTransaction(answer);
        expect([txId, code]).to.deep.equal([recorded.subjectTxId, recorded.expectedCode]);
        expect(hex(envelope)).to.equal(envelopeOf(blocks, txId));
      }
    });

    it(`${name}: so do peers that are asked one by one`, async () => {
      const { blocks, chain } = await ledger(name);
      for (const { signedProposal, subjectTxId = '', expectedCode, responses } of read<Evidence>(
        name,
        'v1-evidence.json',
      ).direct)
        for (const { mspid, proposalResponse } of responses) {
          const answer = directAnswer(signedProposal, proposalResponse);
          const [signer] = await checkAnswer(answer, chain.newest, signatures);
          expect(signer?.mspId).to.equal(mspid);
          const { envelope, code } = processedTransaction(answer);
          expect([code, hex(envelope)]).to.deep.equal([expectedCode, envelopeOf(blocks, subjectTxId)]);
        }
    });

    it(`${name}: and how long the ledger is, and what is in a block`, async () => {
      const { blocks, chain } = await ledger(name);
      const evidence = read<Evidence>(name, 'v1-evidence.json');
      for (const recorded of evidence.chainInfo) {
        const answer = gatewayAnswer(recorded);
        expect(await checkAnswer(answer, chain.newest, signatures)).to.have.length(3);
        const { height, currentBlockHash, previousBlockHash } = readChainInfo(answer);
        const tip = blocks[Number(height) - 1];
        expect(hex(currentBlockHash)).to.equal(hex(tip && headerHash(tip)));
        expect(hex(previousBlockHash)).to.equal(hex(tip?.previousHash));
      }
      for (const recorded of evidence.block) {
        const answer = gatewayAnswer(recorded);
        expect((await checkAnswer(answer, chain.newest, signatures)).length).to.be.at.least(1);
        const isByNumber = answer.function === 'GetBlockByNumber';
        const block = isByNumber ? answeredBlock(answer) : readBlock(answer.response.payload);
        expect(hex(headerHash(block))).to.equal(hex(headerHash(blocks[Number(block.number)] ?? block)));
      }
    });

    it(`${name}: blocks that each organisation signed have one commit hash`, async () => {
      const { blocks, chain } = await ledger(name);
      for (const { number = 0, signedProposal, responses } of read<{ blocks: Direct[] }>(
        name,
        'v2-signed-blocks.json',
      ).blocks)
        for (const { mspid, proposalResponse } of responses) {
          const answer = directAnswer(signedProposal, proposalResponse);
          expect(
            (await checkAnswer(answer, chain.newest, signatures)).map((each) => each.mspId),
          ).to.deep.equal([mspid]);
          const block = answeredBlock(answer);
          const ours = blocks[number];
          expect([hex(headerHash(block)), hex(commitHashOf(block)), hex(flagsOf(block))]).to.deep.equal(
            ours && [hex(headerHash(ours)), hex(commitHashOf(ours)), hex(flagsOf(ours))],
          );
        }
    });
  }
});
