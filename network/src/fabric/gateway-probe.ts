import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { common, gateway, msp, peer as peerProtos } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { signLowS } from '../embedded/ecdsa.js';
import { readIdentity, type Identity } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import { address, administratorMsp, tlsRoot, type PeerNode } from './layout.js';

/** A function that no chaincode has: to be refused by the chaincode itself shows that it was reached. */
const NO_FUNCTION = 'tallystick-network:Probe';
const WITHIN = 3_000;
/** Every node's certificate has it. TLS knows no server names that are addresses (RFC 6066, 3). */
const TLS_NAME = 'localhost';

/** The peer does not know enough yet: other peers, the chaincode's definition, or where its service is. */
const NOT_YET: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.FAILED_PRECONDITION,
  status.NOT_FOUND,
  status.DEADLINE_EXCEEDED,
]);

function invocation(chaincode: peerProtos.ChaincodeID): Uint8Array {
  const input = new peerProtos.ChaincodeInput();
  input.setArgsList([Buffer.from(NO_FUNCTION)]);
  const spec = new peerProtos.ChaincodeSpec();
  spec.setChaincodeId(chaincode);
  spec.setInput(input);
  const outer = new peerProtos.ChaincodeInvocationSpec();
  outer.setChaincodeSpec(spec);
  const payload = new peerProtos.ChaincodeProposalPayload();
  payload.setInput(outer.serializeBinary());
  return payload.serializeBinary();
}

function channelHeader(topology: Topology, chaincode: peerProtos.ChaincodeID, txId: string): Uint8Array {
  const extension = new peerProtos.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincode);
  const header = new common.ChannelHeader();
  header.setType(common.HeaderType.ENDORSER_TRANSACTION);
  header.setChannelId(topology.channel);
  header.setTimestamp(timestamps.Timestamp.fromDate(new Date()));
  header.setTxId(txId);
  header.setExtension$(extension.serializeBinary());
  return header.serializeBinary();
}

function creatorOf({ mspId, certificate }: Identity): Uint8Array {
  const creator = new msp.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(Buffer.from(certificate));
  return creator.serializeBinary();
}

function signedProposal(
  topology: Topology,
  identity: Identity,
): { signed: peerProtos.SignedProposal; txId: string } {
  const chaincode = new peerProtos.ChaincodeID();
  chaincode.setName(topology.chaincode.name);
  const creator = creatorOf(identity);
  const nonce = randomBytes(24);
  const signature = new common.SignatureHeader();
  signature.setCreator(creator);
  signature.setNonce(nonce);
  const txId = createHash('sha256').update(nonce).update(creator).digest('hex');
  const header = new common.Header();
  header.setChannelHeader(channelHeader(topology, chaincode, txId));
  header.setSignatureHeader(signature.serializeBinary());
  const proposal = new peerProtos.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(invocation(chaincode));
  const signed = new peerProtos.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(signLowS(identity.privateKey, signed.getProposalBytes_asU8()));
  return { signed, txId };
}

interface Request {
  readonly method: 'Evaluate' | 'Endorse';
  readonly bytes: Uint8Array;
}

function requests(topology: Topology, identity: Identity): Request[] {
  const evaluate = new gateway.EvaluateRequest();
  const endorse = new gateway.EndorseRequest();
  for (const request of [evaluate, endorse]) {
    const { signed, txId } = signedProposal(topology, identity);
    request.setChannelId(topology.channel);
    request.setTransactionId(txId);
    request.setProposedTransaction(signed);
  }
  return [
    { method: 'Evaluate', bytes: evaluate.serializeBinary() },
    { method: 'Endorse', bytes: endorse.serializeBinary() },
  ];
}

/** The gRPC status with which the Gateway service answers; OK does not come, since nobody has the function. */
function statusOf(client: Client, { method, bytes }: Request): Promise<number> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      `/gateway.Gateway/${method}`,
      (value: Uint8Array) => Buffer.from(value),
      (value: Buffer) => value,
      bytes,
      { deadline: Date.now() + WITHIN },
      (error: ServiceError | null) => resolve(error?.code ?? status.OK),
    );
  });
}

/** Whether a peer's Gateway reaches the chaincode, at home and at enough organisations for an endorsement. */
export async function canEndorse(topology: Topology, peer: PeerNode): Promise<boolean> {
  const identity = await readIdentity(administratorMsp(topology, peer.mspId), peer.mspId);
  const client = new Client(
    address(peer.port),
    credentials.createSsl(await readFile(tlsRoot(peer.organisation))),
    { 'grpc.ssl_target_name_override': TLS_NAME },
  );
  try {
    for (const request of requests(topology, identity)) {
      if (NOT_YET.has(await statusOf(client, request))) return false;
    }
    return true;
  } finally {
    client.close();
  }
}
