import { once } from 'node:events';
import { expect } from 'chai';
import * as grpc from '@grpc/grpc-js';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import type { EmbeddedNode } from '../../src/embedded/index.js';
import { CODE } from '../../src/embedded/transaction.js';
import { failureOf } from './failures.js';
import {
  addressOf,
  CHANNEL,
  connectClient,
  createSpace,
  startQuiet,
  type Client,
  type Space,
} from './space.js';

const FOUR_GIGABYTES = [0xff, 0xff, 0xff, 0xff, 0x0f];
/** A length-delimited field (wire type 2) that claims far more bytes than follow. */
const overrun = (field: number): Buffer => Buffer.from([field * 8 + 2, ...FOUR_GIGABYTES]);

/** Fails when the node was busy: reading on to the end of a claimed length takes many seconds. */
async function promptly<T>(answer: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const value = await answer;
  expect(performance.now() - startedAt).lessThan(10_000);
  return value;
}

describe('embedded node: malformed protobuf messages', () => {
  describe('from a client', () => {
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

    function headerWith(
      channelHeader: Uint8Array,
      signatureHeader: Uint8Array = Buffer.alloc(0),
    ): common.Header {
      const header = new common.Header();
      header.setChannelHeader(channelHeader);
      header.setSignatureHeader(signatureHeader);
      return header;
    }

    function proposalOf(bytes: Uint8Array): gateway.EndorseRequest {
      const signed = new peer.SignedProposal();
      signed.setProposalBytes(bytes);
      signed.setSignature(Buffer.from('no signature'));
      const request = new gateway.EndorseRequest();
      request.setChannelId(CHANNEL);
      request.setProposedTransaction(signed);
      return request;
    }

    function proposalWith(
      channelHeader: Uint8Array,
      payload: Uint8Array = Buffer.alloc(0),
    ): gateway.EndorseRequest {
      const proposal = new peer.Proposal();
      proposal.setHeader(headerWith(channelHeader).serializeBinary());
      proposal.setPayload(payload);
      return proposalOf(proposal.serializeBinary());
    }

    const proposals: Record<string, () => gateway.EndorseRequest> = {
      'a proposal': () => proposalOf(overrun(1)),
      'its channel name': () => proposalWith(overrun(4)),
      'its time stamp': () => proposalWith(overrun(3)),
      'its transient map': () => proposalWith(new Uint8Array(), overrun(2)),
      'its input': () => {
        const payload = new peer.ChaincodeProposalPayload();
        payload.setInput(overrun(1));
        return proposalWith(new Uint8Array(), payload.serializeBinary());
      },
    };
    for (const [what, request] of Object.entries(proposals))
      it(`refuses at once a proposal where ${what} overruns its bytes`, async () => {
        const error = await promptly(failureOf(client.endorse(request())));
        expect(error.code).equals(grpc.status.INVALID_ARGUMENT);
      });

    it('refuses at once a creator that overruns its bytes', async () => {
      const signature = new common.SignatureHeader();
      signature.setCreator(overrun(1));
      signature.setNonce(Buffer.from('nonce'));
      const channel = new common.ChannelHeader();
      channel.setType(common.HeaderType.ENDORSER_TRANSACTION);
      channel.setChannelId(CHANNEL);
      const payload = new common.Payload();
      payload.setHeader(headerWith(channel.serializeBinary(), signature.serializeBinary()));
      const envelope = new common.Envelope();
      envelope.setPayload(payload.serializeBinary());
      envelope.setSignature(Buffer.from('no signature'));
      const error = await promptly(failureOf(client.submit(envelope)));
      expect(error.message).contains('FORBIDDEN');
    });

    it('refuses at once an envelope whose header overruns its bytes', async () => {
      const envelope = new common.Envelope();
      envelope.setPayload(overrun(1));
      envelope.setSignature(Buffer.from('no signature'));
      const error = await promptly(failureOf(client.submit(envelope)));
      expect(error.message).contains('BAD_REQUEST');
    });

    // Everything up to the transaction is in order, so that an orderer takes it and the validator has to read it.
    it('marks at once a transaction that overruns its bytes as invalid', async () => {
      const transaction = await client.tiny.newProposal('put', { arguments: ['k', 'v'] }).endorse();
      const prepared = gateway.PreparedTransaction.deserializeBinary(transaction.getBytes());
      const envelope = prepared.getEnvelope()!;
      const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
      payload.setData(overrun(1));
      envelope.setPayload(payload.serializeBinary());
      envelope.setSignature(await client.signMessage(envelope.getPayload_asU8()));
      await promptly(client.submit(envelope));
      const status = await promptly(client.commitStatus(transaction.getTransactionId()));
      expect(status.getResult()).equals(CODE.INVALID_ENDORSER_TRANSACTION);
    });

    it('refuses at once a request for blocks that overruns its bytes', async () => {
      const channel = new common.ChannelHeader();
      channel.setChannelId(CHANNEL);
      const payload = new common.Payload();
      payload.setHeader(headerWith(Buffer.concat([channel.serializeBinary(), overrun(4)])));
      const envelope = new common.Envelope();
      envelope.setPayload(payload.serializeBinary());
      const deliver = new peer.DeliverClient(addressOf(node, 'Org1MSP'), grpc.credentials.createInsecure());
      try {
        const call = deliver.deliver();
        call.on('error', () => undefined);
        call.write(envelope);
        const [answer] = (await promptly(once(call, 'data'))) as [peer.DeliverResponse];
        expect(answer.getStatus()).equals(common.Status.BAD_REQUEST);
        call.cancel();
      } finally {
        deliver.close();
      }
    });

    // Bytes that are no request at all never reach the services.
    for (const method of ['Endorse', 'Evaluate', 'Submit', 'CommitStatus'])
      it(`refuses at once a request to ${method} that overruns its bytes`, async () => {
        const answer = new Promise<grpc.ServiceError | null>((resolve) => {
          const same = (bytes: Buffer): Buffer => bytes;
          client.grpc.makeUnaryRequest(
            `/gateway.Gateway/${method}`,
            same,
            same,
            overrun(method === 'CommitStatus' ? 1 : 3),
            (error) => resolve(error),
          );
        });
        expect((await promptly(answer))?.code).equals(grpc.status.INTERNAL);
      });
  });
});
