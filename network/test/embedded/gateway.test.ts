import { expect } from 'chai';
import * as grpc from '@grpc/grpc-js';
import { EndorseError, GatewayError, type SubmittedTransaction } from '@hyperledger/fabric-gateway';
import { gateway, ledger, peer } from '@hyperledger/fabric-protos';
import type { EmbeddedNode } from '../../src/embedded/index.js';
import { decodeReadWriteSet } from '../../src/wire/index.js';
import { openAction, readTransaction } from '../../src/embedded/transaction.js';
import { detailsOf, failureOf } from './failures.js';
import { endorsersOf, signedProposal } from './proposals.js';
import { addressOf, connectClient, createSpace, startQuiet, type Client, type Space } from './space.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

async function commitOf(client: Client, name: string, ...args: string[]): Promise<SubmittedTransaction> {
  return client.tiny.submitAsync(name, { arguments: args });
}

describe('embedded node: fabric-gateway clients', () => {
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

  async function envelopeOf(txId: string): Promise<Uint8Array> {
    const bytes = await client.qscc.evaluateTransaction('GetTransactionByID', 'ledger', txId);
    return peer.ProcessedTransaction.deserializeBinary(bytes).getTransactionenvelope()!.serializeBinary();
  }

  describe('state', () => {
    it('puts, gets and deletes', async () => {
      expect(text(await client.tiny.submitTransaction('put', 'a', '1'))).equals('1');
      expect(text(await client.tiny.evaluateTransaction('get', 'a'))).equals('1');
      await client.tiny.submitTransaction('delete', 'a');
      expect(text(await client.tiny.evaluateTransaction('get', 'a'))).equals('');
    });

    it('deletes a key that is put with an empty value', async () => {
      await client.tiny.submitTransaction('put', 'empty', '1');
      const commit = await commitOf(client, 'putEmpty', 'empty');
      await commit.getStatus();
      const { extension } = openAction(readTransaction(await envelopeOf(commit.getTransactionId())));
      const results = peer.ChaincodeAction.deserializeBinary(extension).getResults_asU8();
      const [, tiny] = ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList();
      const [write] = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(tiny!.getRwset_asU8()).getWritesList();
      expect(write!.toObject()).deep.equals({ key: 'empty', isDelete: true, value: '' });
      expect(text(await client.tiny.evaluateTransaction('get', 'empty'))).equals('');
    });

    it('shows a transaction committed state only, and keeps its last write of a key', async () => {
      const seen = await client.tiny.submitTransaction('readOwnWrite', 'own', 'first', 'last');
      expect(text(seen)).equals('');
      expect(text(await client.tiny.evaluateTransaction('get', 'own'))).equals('last');
    });

    it('reads and writes in batches', async () => {
      expect(text(await client.tiny.submitTransaction('putBatch', 'b1=one', 'b2=two', 'b3=three'))).equals(
        '3',
      );
      expect(text(await client.tiny.evaluateTransaction('getMany', 'b1', 'missing', 'b3'))).equals(
        '["one","","three"]',
      );
      await client.tiny.submitTransaction('deleteBatch', 'b1');
      expect(text(await client.tiny.evaluateTransaction('getMany', 'b1', 'b2'))).equals('["","two"]');
    });

    it('records reads and writes in byte order, bound to the chaincode definition', async () => {
      const commit = await commitOf(client, 'putBatch', '\u{1f600}=1', '\uff5e=2', 'z=3', 'A=4');
      await commit.getStatus();
      const { extension } = openAction(readTransaction(await envelopeOf(commit.getTransactionId())));
      const action = peer.ChaincodeAction.deserializeBinary(extension);
      const [lifecycle, tiny] = decodeReadWriteSet(action.getResults_asU8());
      expect(lifecycle!.namespace).equals('_lifecycle');
      expect(lifecycle!.reads).deep.equals([
        { key: 'namespaces/fields/tiny/Sequence', version: { block: 1, transaction: 0 } },
      ]);
      expect(tiny!.writes.map(({ key }) => key)).deep.equals(['A', 'z', '\uff5e', '\u{1f600}']);
      expect(action.getChaincodeId()!.toObject()).deep.include({ name: 'tiny', version: '1.0' });
    });

    for (const [name, what] of [
      ['range', 'range queries'],
      ['query', 'rich queries'],
      ['history', 'history of keys'],
      ['privatePut', 'private data collections'],
      ['keyPolicy', 'key-level policies'],
      ['callOther', 'calls from chaincode to chaincode'],
    ] as const)
      it(`refuses ${what} in words`, async () => {
        const error = await failureOf(client.tiny.evaluateTransaction(name));
        expect(detailsOf(error)).contains(`unsupported by the embedded node: ${what}`);
        expect(text(await client.tiny.evaluateTransaction('caller'))).equals('Org1MSP');
      });
  });

  describe('proposals', () => {
    it('hands transient data to the chaincode and records none of it', async () => {
      const secret = 'never-to-be-recorded-6c1f';
      const proposal = client.tiny.newProposal('transientLength', {
        arguments: ['t'],
        transientData: { secret },
      });
      const transaction = await proposal.endorse();
      expect(text(transaction.getResult())).equals(secret);
      const commit = await transaction.submit();
      expect((await commit.getStatus()).successful).equals(true);
      const envelope = Buffer.from(await envelopeOf(commit.getTransactionId()));
      // The result that came back is the secret, so it is in the response; the proposal payload must not have it.
      const data = readTransaction(envelope).data;
      const action = peer.Transaction.deserializeBinary(data).getActionsList()[0]!;
      const payload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
      expect(Buffer.from(payload.getChaincodeProposalPayload_asU8()).includes(secret)).equals(false);
      expect(text(await client.tiny.evaluateTransaction('get', 't'))).equals(String(secret.length));
    });

    it('records an event under the chaincode and transaction it belongs to', async () => {
      const commit = await commitOf(client, 'event', 'e');
      await commit.getStatus();
      const { extension } = openAction(readTransaction(await envelopeOf(commit.getTransactionId())));
      const events = peer.ChaincodeAction.deserializeBinary(extension).getEvents_asU8();
      expect(peer.ChaincodeEvent.deserializeBinary(events).toObject()).deep.include({
        chaincodeId: 'tiny',
        txId: commit.getTransactionId(),
        eventName: 'tiny',
      });
    });

    it('signs offline: proposal, transaction and commit status', async () => {
      const offline = await connectClient(space, addressOf(node, 'Org1MSP'), 'Org1MSP', { isOffline: true });
      try {
        const unsigned = offline.tiny.newProposal('put', { arguments: ['offline', 'yes'] });
        const proposal = offline.gateway.newSignedProposal(
          unsigned.getBytes(),
          await client.sign(unsigned.getDigest()),
        );
        const endorsed = await proposal.endorse();
        const transaction = offline.gateway.newSignedTransaction(
          endorsed.getBytes(),
          await client.sign(endorsed.getDigest()),
        );
        const submitted = await transaction.submit();
        const commit = offline.gateway.newSignedCommit(
          submitted.getBytes(),
          await client.sign(submitted.getDigest()),
        );
        const status = await commit.getStatus();
        expect(status.successful).equals(true);
        expect(status.transactionId).equals(unsigned.getTransactionId());
        expect(text(await client.tiny.evaluateTransaction('get', 'offline'))).equals('yes');
      } finally {
        offline.close();
      }
    });

    it("brings the chaincode's refusal to the client, endorsing and evaluating", async () => {
      const error = await failureOf(client.tiny.submitTransaction('refuse', '{"code":"NOT_YOURS"}'));
      expect(error).instanceOf(EndorseError);
      const { code, details } = error;
      expect(code).equals(grpc.status.ABORTED);
      expect(details).deep.equals([
        {
          address: addressOf(node, 'Org1MSP'),
          mspId: 'Org1MSP',
          message: 'chaincode response 500, {"code":"NOT_YOURS"}',
        },
      ]);
      const evaluated = await failureOf(client.tiny.evaluateTransaction('refuse', 'no'));
      expect(evaluated.code).equals(grpc.status.UNKNOWN);
      expect(evaluated.message).contains(
        'evaluate call to endorser returned error: chaincode response 500, no',
      );
    });

    it('endorses by as many organisations as the policy needs, the own first, and by those asked for', async () => {
      const planned = await client.tiny.newProposal('put', { arguments: ['p', '1'] }).endorse();
      expect(endorsersOf(planned.getBytes())).deep.equals(['Org1MSP', 'Org2MSP']);
      const asked = client.tiny.newProposal('put', {
        arguments: ['p', '1'],
        endorsingOrganizations: ['Org3MSP', 'Org2MSP', 'Org1MSP'],
      });
      expect(endorsersOf((await asked.endorse()).getBytes())).deep.equals(['Org1MSP', 'Org2MSP', 'Org3MSP']);
      const unknown = client.tiny.newProposal('put', { endorsingOrganizations: ['Org9MSP'] });
      const error = await failureOf(unknown.endorse());
      expect(error.code).equals(grpc.status.UNAVAILABLE);
      expect(error.message).contains('failed to find any endorsing peers for org(s): Org9MSP');
    });

    it('refuses unknown chaincode and other channels', async () => {
      const other = client.network.getContract('other');
      const error = await failureOf(other.submitTransaction('put'));
      expect(error.code).equals(grpc.status.FAILED_PRECONDITION);
      expect(error.message).contains('No metadata was found for chaincode other in channel ledger');
      const elsewhere = client.gateway.getNetwork('elsewhere').getContract('tiny');
      expect(await failureOf(elsewhere.evaluateTransaction('get', 'a')))
        .to.have.property('code')
        .that.equals(grpc.status.FAILED_PRECONDITION);
    });

    it('refuses a time stamp outside the fifteen minutes, and takes one inside', async () => {
      for (const [minutes, isTaken] of [
        [-16, false],
        [16, false],
        [-14, true],
        [14, true],
      ] as const) {
        const { request } = await signedProposal(client, 'put', ['time', '1'], { shiftMs: minutes * 60_000 });
        const outcome = client.endorse(request).then(
          () => '',
          (error: unknown) => detailsOf(error as GatewayError),
        );
        if (isTaken) expect(await outcome).equals('');
        else expect(await outcome).contains('request unauthorized due to incorrect timestamp');
      }
    });

    it('refuses a wrong signature without saying why', async () => {
      const { request } = await signedProposal(client, 'put', ['x', '1'], { isForged: true });
      const error = await failureOf(client.endorse(request));
      expect(detailsOf(error)).equals(
        'error validating proposal: access denied: channel [ledger] creator org [Org1MSP]',
      );
    });

    it('refuses a certificate under the MSP id of another organisation', async () => {
      const posing = await connectClient(space, addressOf(node, 'Org1MSP'), 'Org1MSP', { mspId: 'Org2MSP' });
      try {
        const error = await failureOf(posing.tiny.submitTransaction('put', 'x', '1'));
        expect(detailsOf(error)).contains(
          'access denied: channel [ledger] creator org unknown, creator is malformed',
        );
      } finally {
        posing.close();
      }
    });

    it('refuses a transaction id that is not the hash of nonce and creator', async () => {
      const { request } = await signedProposal(client, 'put', ['x', '1'], { txId: '00'.repeat(32) });
      expect(detailsOf(await failureOf(client.endorse(request)))).contains('incorrectly computed txid');
    });

    it('refuses malformed proposals as invalid arguments', async () => {
      const request = new gateway.EndorseRequest();
      const signed = new peer.SignedProposal();
      signed.setProposalBytes(Buffer.from('not a proposal'));
      request.setProposedTransaction(signed);
      for (const each of [request, new gateway.EndorseRequest()])
        expect(await failureOf(client.endorse(each)))
          .to.have.property('code')
          .that.equals(grpc.status.INVALID_ARGUMENT);
    });
  });
});
