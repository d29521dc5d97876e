import { expect } from 'chai';
import * as grpc from '@grpc/grpc-js';
import type { SubmittedTransaction } from '@hyperledger/fabric-gateway';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import type { EmbeddedNode } from '../../src/embedded/index.js';
import { openAction, readTransaction } from '../../src/embedded/transaction.js';
import { detailsOf, failureOf } from './failures.js';
import { endorsersOf, resign, signedProposal } from './proposals.js';
import { addressOf, connectClient, createSpace, startQuiet, type Client, type Space } from './space.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const CODE = peer.TxValidationCode;

async function commitOf(client: Client, name: string, ...args: string[]): Promise<SubmittedTransaction> {
  return client.tiny.submitAsync(name, { arguments: args });
}

describe('embedded node: commits and queries', () => {
  let space: Space;
  let node: EmbeddedNode;
  let client: Client;

  before(async () => {
    space = await createSpace();
    node = await startQuiet(space.config());
    client = await connectClient(space, addressOf(node, 'Org1MSP'), 'Org1MSP');
  });

  after(async () => {
    client.close();
    await node.stop();
    await space.remove();
  });

  describe('commits', () => {
    it('marks the second of two increments made from the same state', async () => {
      await client.tiny.submitTransaction('put', 'counter', '1');
      const endorsed = await Promise.all(
        [1, 2].map(() => client.tiny.newProposal('increment', { arguments: ['counter'] }).endorse()),
      );
      const commits = [await endorsed[0]!.submit(), await endorsed[1]!.submit()];
      const statuses = await Promise.all(commits.map((commit) => commit.getStatus()));
      expect(statuses.map(({ code }) => code)).deep.equals([CODE.VALID, CODE.MVCC_READ_CONFLICT]);
      expect(text(await client.tiny.evaluateTransaction('get', 'counter'))).equals('2');
      const codes = await Promise.all(
        endorsed.map(async (each) => {
          const id = each.getTransactionId();
          const answer = await client.qscc.evaluateTransaction('GetTransactionByID', 'ledger', id);
          return peer.ProcessedTransaction.deserializeBinary(answer).getValidationcode();
        }),
      );
      expect(codes).deep.equals([CODE.VALID, CODE.MVCC_READ_CONFLICT]);
    });

    it('shows a running chaincode one state, whatever is committed meanwhile', async () => {
      await client.tiny.submitTransaction('putBatch', 'left=1', 'right=1');
      const reading = client.tiny.evaluateTransaction('pair', 'left', 'right', '300');
      await client.tiny.submitTransaction('putBatch', 'left=2', 'right=2');
      expect(text(await reading)).equals('1 1');
      expect(text(await client.tiny.evaluateTransaction('pair', 'left', 'right', '0'))).equals('2 2');
    });

    it('marks a transaction id that is on the ledger already, and keeps the first', async () => {
      const proposal = client.tiny.newProposal('put', { arguments: ['dup', '1'] });
      const transaction = await proposal.endorse();
      const first = await transaction.submit();
      const { blockNumber } = await first.getStatus();
      await transaction.submit();
      await client.tiny.submitTransaction('put', 'after-dup', '1');
      const status = await first.getStatus();
      expect([status.code, status.blockNumber]).deep.equals([CODE.VALID, blockNumber]);
      expect(await flagsFor(transaction.getTransactionId())).deep.equals([CODE.VALID, CODE.DUPLICATE_TXID]);
      expect(detailsOf(await failureOf(proposal.endorse()))).contains('duplicate transaction found');
    });

    async function flagsFor(txId: string): Promise<number[]> {
      const flags: number[] = [];
      for (let number = 1; number < node.height; number += 1) {
        const bytes = await client.qscc.evaluateTransaction('GetBlockByNumber', 'ledger', String(number));
        const block = common.Block.deserializeBinary(bytes);
        const filter = block.getMetadata()!.getMetadataList_asU8()[2]!;
        block
          .getData()!
          .getDataList_asU8()
          .forEach((envelope, i) => {
            if (readTransaction(envelope).txId === txId) flags.push(filter[i]!);
          });
      }
      return flags;
    }

    it('marks endorsements that do not satisfy the policy: one organisation, or one twice', async () => {
      const proposal = client.tiny.newProposal('put', {
        arguments: ['single', '1'],
        endorsingOrganizations: ['Org1MSP'],
      });
      const single = await proposal.endorse();
      const status = await (await single.submit()).getStatus();
      expect(status.code).equals(CODE.ENDORSEMENT_POLICY_FAILURE);
      const doubled = client.tiny.newProposal('put', {
        arguments: ['double', '1'],
        endorsingOrganizations: ['Org1MSP'],
      });
      const twice = await resign(client, await doubled.endorse(), (endorsements) => [
        ...endorsements,
        ...endorsements,
      ]);
      expect(twice).equals(CODE.ENDORSEMENT_POLICY_FAILURE);
      expect(text(await client.tiny.evaluateTransaction('get', 'double'))).equals('');
    });

    it('marks endorsements whose signature does not hold, or whose signer is no peer', async () => {
      const tampered = await client.tiny.newProposal('put', { arguments: ['bad', '1'] }).endorse();
      const code = await resign(client, tampered, ([first, second]) => {
        second!.setSignature(first!.getSignature_asU8());
        return [first!, second!];
      });
      expect(code).equals(CODE.ENDORSEMENT_POLICY_FAILURE);
      const byClient = await client.tiny.newProposal('put', { arguments: ['bad', '1'] }).endorse();
      const other = await connectClient(space, addressOf(node, 'Org2MSP'), 'Org2MSP');
      try {
        const forged = await resign(client, byClient, async ([first, second], payload) => {
          second!.setEndorser(other.creator());
          second!.setSignature(await other.signMessage(Buffer.concat([payload, other.creator()])));
          return [first!, second!];
        });
        expect(forged).equals(CODE.ENDORSEMENT_POLICY_FAILURE);
      } finally {
        other.close();
      }
    });

    it('refuses to order what its creator did not sign, and commits nothing of it', async () => {
      const transaction = await client.tiny.newProposal('put', { arguments: ['unsigned', '1'] }).endorse();
      const prepared = gateway.PreparedTransaction.deserializeBinary(transaction.getBytes());
      const envelope = prepared.getEnvelope()!;
      envelope.setSignature(await client.signMessage(Buffer.from('something else')));
      const error = await failureOf(client.submit(envelope));
      expect(error).to.have.property('code').that.equals(grpc.status.ABORTED);
      expect(error.message).contains('status=FORBIDDEN');
      envelope.setSignature(new Uint8Array());
      expect(await failureOf(client.submit(envelope)))
        .to.have.property('code')
        .that.equals(grpc.status.INVALID_ARGUMENT);
    });

    it('refuses configuration updates', async () => {
      const envelope = new common.Envelope();
      const payload = new common.Payload();
      const header = new common.Header();
      const channel = new common.ChannelHeader();
      channel.setType(common.HeaderType.CONFIG_UPDATE);
      channel.setChannelId('ledger');
      header.setChannelHeader(channel.serializeBinary());
      const signature = new common.SignatureHeader();
      signature.setCreator(client.creator());
      signature.setNonce(Buffer.from('nonce'));
      header.setSignatureHeader(signature.serializeBinary());
      payload.setHeader(header);
      envelope.setPayload(payload.serializeBinary());
      envelope.setSignature(await client.signMessage(envelope.getPayload_asU8()));
      expect((await failureOf(client.submit(envelope))).message).contains(
        'unsupported by the embedded node: configuration updates',
      );
    });

    it('answers the commit status of a transaction that comes later, and only to readers', async () => {
      const transaction = await client.tiny.newProposal('put', { arguments: ['later', '1'] }).endorse();
      const waiting = client.commitStatus(transaction.getTransactionId());
      await transaction.submit();
      expect((await waiting).getResult()).equals(CODE.VALID);
      const error = await failureOf(client.commitStatus(transaction.getTransactionId(), { isForged: true }));
      expect(error).to.have.property('code').that.equals(grpc.status.PERMISSION_DENIED);
      const late = failureOf(client.commitStatus('00'.repeat(32), { deadlineMs: 200 }));
      expect(await late)
        .to.have.property('code')
        .that.equals(grpc.status.DEADLINE_EXCEEDED);
    });
  });

  describe('queries about the ledger', () => {
    it('has any organisations endorse one identical answer', async () => {
      const commit = await commitOf(client, 'put', 'proven', '1');
      const txId = commit.getTransactionId();
      await commit.getStatus();
      const proposal = client.qscc.newProposal('GetTransactionByID', {
        arguments: ['ledger', txId],
        endorsingOrganizations: ['Org1MSP', 'Org2MSP', 'Org3MSP'],
      });
      const answered = await proposal.endorse();
      expect(endorsersOf(answered.getBytes())).deep.equals(['Org1MSP', 'Org2MSP', 'Org3MSP']);
      const processed = peer.ProcessedTransaction.deserializeBinary(answered.getResult());
      expect(processed.getValidationcode()).equals(CODE.VALID);
      const envelope = gateway.PreparedTransaction.deserializeBinary(answered.getBytes()).getEnvelope()!;
      const { extension } = openAction(readTransaction(envelope.serializeBinary()));
      const action = peer.ChaincodeAction.deserializeBinary(extension);
      expect(action.getResults_asU8()).to.have.length(0);
      expect(action.getChaincodeId()!.toObject()).deep.include({ name: 'qscc', version: 'syscc' });
      const unplanned = client.qscc.newProposal('GetTransactionByID', { arguments: ['ledger', txId] });
      const error = await failureOf(unplanned.endorse());
      expect(error.code).equals(grpc.status.FAILED_PRECONDITION);
      expect(error.message).contains('No metadata was found for chaincode qscc');
    });

    it('does not endorse the absence of a transaction', async () => {
      const proposal = client.qscc.newProposal('GetTransactionByID', {
        arguments: ['ledger', '00'.repeat(32)],
        endorsingOrganizations: ['Org1MSP'],
      });
      const error = await failureOf(proposal.endorse());
      expect(error.code).equals(grpc.status.ABORTED);
      expect(detailsOf(error)).contains('no such transaction ID');
    });

    it('answers blocks by number and by transaction, and the height', async () => {
      const commit = await commitOf(client, 'put', 'block', '1');
      const { blockNumber } = await commit.getStatus();
      const byNumber = await client.qscc.evaluateTransaction(
        'GetBlockByNumber',
        'ledger',
        String(blockNumber),
      );
      const byId = await client.qscc.evaluateTransaction(
        'GetBlockByTxID',
        'ledger',
        commit.getTransactionId(),
      );
      expect(Buffer.from(byNumber).equals(byId)).equals(true);
      const info = await client.qscc.evaluateTransaction('GetChainInfo', 'ledger');
      expect(common.BlockchainInfo.deserializeBinary(info).getHeight()).equals(node.height);
      for (const args of [
        ['GetBlockByNumber', 'ledger', '999999'],
        ['GetBlockByNumber', 'ledger', '-1'],
        ['GetBlockByNumber', 'ledger'],
        ['GetChainInfo', 'other'],
        ['GetBlockByHash', 'ledger', 'x'],
      ])
        expect(await failureOf(client.qscc.evaluateTransaction(args[0]!, ...args.slice(1))))
          .to.have.property('code')
          .that.equals(grpc.status.UNKNOWN);
    });

    it("has an organisation's own peer endorse a proposal directly", async () => {
      const { signed } = await signedProposal(client, 'put', ['direct', '1'], {});
      const response = await client.processProposal(signed);
      expect(response.getResponse()!.getStatus()).equals(200);
      expect(response.getEndorsement()!.getEndorser_asU8().length).greaterThan(0);
      const refused = await client.processProposal((await signedProposal(client, 'refuse', ['no'])).signed);
      expect(refused.getResponse()!.toObject()).deep.include({ status: 500, message: 'no' });
      expect(refused.hasEndorsement()).equals(false);
      const forged = (await signedProposal(client, 'put', ['direct', '1'], { isForged: true })).signed;
      const error = await failureOf(client.processProposal(forged));
      expect(error).to.have.property('code').that.equals(grpc.status.UNKNOWN);
      expect(error.message).contains('access denied');
    });

    it('refuses the services it does not have', async () => {
      const events = await client.network.getChaincodeEvents('tiny');
      const error = await failureOf(events[Symbol.asyncIterator]().next());
      expect(error).to.have.property('code').that.equals(grpc.status.UNIMPLEMENTED);
      const filtered = await client.network.getFilteredBlockEvents();
      expect(await failureOf(filtered[Symbol.asyncIterator]().next()))
        .to.have.property('code')
        .that.equals(grpc.status.UNIMPLEMENTED);
    });
  });
});
