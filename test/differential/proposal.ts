import { createHash, randomBytes } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Author } from './client.js';
import type { Operation, ProposalFaults } from './program.js';

export const GARBAGE = Buffer.from('\u0000garbage\u00ff', 'latin1');
const MINUTE_MS = 60_000;

export interface ProposalRequest {
  readonly channel: string;
  readonly chaincode: string;
  readonly run: readonly Operation[];
  readonly transient?: Readonly<Record<string, string>>;
  readonly faults?: ProposalFaults;
}

export interface SignedProposal {
  readonly txId: string;
  readonly signed: peer.SignedProposal;
}

function transactionId(nonce: Uint8Array, creator: Uint8Array): string {
  return createHash('sha256').update(nonce).update(creator).digest('hex');
}

function chaincodeId(name: string): peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(name);
  return id;
}

function payloadOf({ chaincode, run, transient = {} }: ProposalRequest): Uint8Array {
  const input = new peer.ChaincodeInput();
  input.setArgsList([Buffer.from('run'), Buffer.from(JSON.stringify(run))]);
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(chaincodeId(chaincode));
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  for (const [name, value] of Object.entries(transient))
    payload.getTransientmapMap().set(name, Buffer.from(value));
  return payload.serializeBinary();
}

function extensionOf(chaincode: string, fault: ProposalFaults['extension']): Uint8Array {
  if (fault !== undefined) return fault === 'empty' ? new Uint8Array() : GARBAGE;
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId(chaincode));
  return extension.serializeBinary();
}

function channelHeader(
  { channel, chaincode }: ProposalRequest,
  txId: string,
  faults: ProposalFaults,
): Uint8Array {
  const header = new common.ChannelHeader();
  header.setType(faults.type ?? common.HeaderType.ENDORSER_TRANSACTION);
  header.setChannelId(faults.channel ?? channel);
  header.setEpoch(faults.epoch ?? 0);
  header.setTxId(txId);
  header.setExtension$(extensionOf(faults.chaincode ?? chaincode, faults.extension));
  if (faults.hasNoTimestamp !== true) {
    const at = new Date(Date.now() + (faults.shiftMinutes ?? 0) * MINUTE_MS);
    header.setTimestamp(timestamps.Timestamp.fromDate(at));
  }
  return header.serializeBinary();
}

function creatorOf(author: Author, fault: ProposalFaults['creator']): Uint8Array {
  if (fault === undefined) return author.creator;
  return fault === 'empty' ? new Uint8Array() : GARBAGE;
}

async function signatureOf(
  author: Author,
  bytes: Uint8Array,
  fault: ProposalFaults['signature'],
): Promise<Uint8Array> {
  if (fault === 'garbage') return GARBAGE;
  if (fault === 'empty') return new Uint8Array();
  return author.sign(fault === 'of other bytes' ? GARBAGE : bytes);
}

/** A proposal as a client makes it, but for the faults that are asked for. */
export async function newProposal(author: Author, request: ProposalRequest): Promise<SignedProposal> {
  const { faults = {} } = request;
  const nonce = faults.hasNoNonce === true ? new Uint8Array() : randomBytes(24);
  const creator = creatorOf(author, faults.creator);
  const txId = faults.txId ?? transactionId(nonce, creator);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(creator);
  signatureHeader.setNonce(nonce);
  const header = new common.Header();
  header.setChannelHeader(channelHeader(request, txId, faults));
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payloadOf({ ...request, chaincode: faults.chaincode ?? request.chaincode }));
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(await signatureOf(author, signed.getProposalBytes_asU8(), faults.signature));
  return { txId, signed };
}
