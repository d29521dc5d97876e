import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from '@hyperledger/fabric-gateway';
import { common, gateway, msp, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { CHANNEL, type Client } from './space.js';

interface Faults {
  /** Moves the time stamp. */
  readonly shiftMs?: number;
  /** Signs something else. */
  readonly isForged?: boolean;
  readonly txId?: string;
}

function invocation(args: readonly string[]): Uint8Array {
  const id = new peer.ChaincodeID();
  id.setName('tiny');
  const input = new peer.ChaincodeInput();
  input.setArgsList(args.map((arg) => Buffer.from(arg)));
  const spec = new peer.ChaincodeSpec();
  spec.setChaincodeId(id);
  spec.setInput(input);
  const outer = new peer.ChaincodeInvocationSpec();
  outer.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(outer.serializeBinary());
  return payload.serializeBinary();
}

function headerOf(creator: Uint8Array, { shiftMs = 0, txId }: Faults): common.Header {
  const nonce = randomBytes(24);
  const signature = new common.SignatureHeader();
  signature.setCreator(creator);
  signature.setNonce(nonce);
  const extension = new peer.ChaincodeHeaderExtension();
  const id = new peer.ChaincodeID();
  id.setName('tiny');
  extension.setChaincodeId(id);
  const channel = new common.ChannelHeader();
  channel.setType(common.HeaderType.ENDORSER_TRANSACTION);
  channel.setChannelId(CHANNEL);
  channel.setTimestamp(timestamps.Timestamp.fromDate(new Date(Date.now() + shiftMs)));
  channel.setTxId(txId ?? createHash('sha256').update(nonce).update(creator).digest('hex'));
  channel.setExtension$(extension.serializeBinary());
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  return header;
}

export interface SignedRequest {
  readonly signed: peer.SignedProposal;
  readonly request: gateway.EndorseRequest;
}

/** A proposal made by hand, with what the library does not let one get wrong. */
export async function signedProposal(
  client: Client,
  name: string,
  args: readonly string[],
  faults: Faults = {},
): Promise<SignedRequest> {
  const proposal = new peer.Proposal();
  proposal.setHeader(headerOf(client.creator(), faults).serializeBinary());
  proposal.setPayload(invocation([name, ...args]));
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  const message = faults.isForged === true ? Buffer.from('something else') : signed.getProposalBytes_asU8();
  signed.setSignature(await client.signMessage(message));
  const request = new gateway.EndorseRequest();
  request.setChannelId(CHANNEL);
  request.setProposedTransaction(signed);
  return { signed, request };
}

interface Opened {
  readonly envelope: common.Envelope;
  readonly payload: common.Payload;
  readonly transaction: peer.Transaction;
  readonly actionPayload: peer.ChaincodeActionPayload;
}

function open(bytes: Uint8Array): Opened {
  const envelope = gateway.PreparedTransaction.deserializeBinary(bytes).getEnvelope()!;
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const actionPayload = peer.ChaincodeActionPayload.deserializeBinary(
    transaction.getActionsList()[0]!.getPayload_asU8(),
  );
  return { envelope, payload, transaction, actionPayload };
}

/** MSP ids of the endorsers of a prepared transaction, in order. */
export function endorsersOf(bytes: Uint8Array): string[] {
  return open(bytes)
    .actionPayload.getAction()!
    .getEndorsementsList()
    .map((each) => msp.SerializedIdentity.deserializeBinary(each.getEndorser_asU8()).getMspid());
}

type Change = (
  endorsements: peer.Endorsement[],
  responsePayload: Uint8Array,
) => peer.Endorsement[] | Promise<peer.Endorsement[]>;

/** Changes the endorsements of a transaction, signs and submits it, and returns its validation code. */
export async function resign(client: Client, prepared: Transaction, change: Change): Promise<number> {
  const { envelope, payload, transaction, actionPayload } = open(prepared.getBytes());
  const action = actionPayload.getAction()!;
  action.setEndorsementsList(
    await change(action.getEndorsementsList(), action.getProposalResponsePayload_asU8()),
  );
  transaction.getActionsList()[0]!.setPayload(actionPayload.serializeBinary());
  payload.setData(transaction.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(await client.signMessage(envelope.getPayload_asU8()));
  await client.submit(envelope);
  return (await client.commitStatus(prepared.getTransactionId())).getResult();
}
