import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { common, discovery, gateway, msp, peer as peerProtos } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { signLowS } from '../embedded/ecdsa.js';
import { readIdentity, type Identity } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import { FabricError } from './errors.js';
import { address, administratorMsp, tlsRoot, type PeerNode } from './layout.js';
import { decode } from '../wire/index.js';

/** A function that no chaincode has: to be refused by the chaincode itself shows that it was reached. */
const NO_FUNCTION = 'tallystick-network:Probe';
const WITHIN = 3_000;
const ENDORSES_WITHIN = 60_000;
const POLL = 50;
/** Every node's certificate has it. TLS knows no server names that are addresses (RFC 6066, 3). */
const TLS_NAME = 'localhost';

/** In every answer of a chaincode that refuses (fabric:core/endorser/endorser.go), and in none that comes from before it. */
const REFUSED_BY_CHAINCODE = 'chaincode response ';

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

/** A request for endorsement by each of the organisations: the Gateway first looks for peers of theirs that have the chaincode. */
function endorsement(topology: Topology, identity: Identity, organisations: readonly string[]): Uint8Array {
  const request = new gateway.EndorseRequest();
  const { signed, txId } = signedProposal(topology, identity);
  request.setChannelId(topology.channel);
  request.setTransactionId(txId);
  request.setProposedTransaction(signed);
  request.setEndorsingOrganizationsList([...organisations]);
  return request.serializeBinary();
}

function endorsersQuery({ channel, chaincode }: Topology): discovery.Query {
  const call = new peerProtos.ChaincodeCall();
  call.setName(chaincode.name);
  const interest = new peerProtos.ChaincodeInterest();
  interest.setChaincodesList([call]);
  const wanted = new discovery.ChaincodeQuery();
  wanted.setInterestsList([interest]);
  const query = new discovery.Query();
  query.setChannel(channel);
  query.setCcQuery(wanted);
  return query;
}

function discoveryRequest(topology: Topology, identity: Identity): Uint8Array {
  const authentication = new discovery.AuthInfo();
  authentication.setClientIdentity(creatorOf(identity));
  const request = new discovery.Request();
  request.setAuthentication(authentication);
  request.setQueriesList([endorsersQuery(topology)]);
  const signed = new discovery.SignedRequest();
  signed.setPayload(request.serializeBinary());
  signed.setSignature(signLowS(identity.privateKey, signed.getPayload_asU8()));
  return signed.serializeBinary();
}

/** What a peer's Gateway answered: whether the chaincode was reached, and if not, why. */
export interface Probed {
  readonly isReached: boolean;
  readonly answer: string;
}

const not = (error: ServiceError): Probed => ({ isReached: false, answer: error.message });

/** The chaincode itself was reached when it has refused. */
function judgedCall(error: Buffer | ServiceError): Probed {
  if (!(error instanceof Error)) return { isReached: true, answer: '' };
  // What each endorser said is in a message of google.rpc.Status, whose strings stand in it as they are.
  const details = error.metadata.get('grpc-status-details-bin').map((value) => value.toString());
  const isReached = [error.details, ...details].some((text) => text.includes(REFUSED_BY_CHAINCODE));
  return isReached ? { isReached, answer: '' } : not(error);
}

function judgedDiscovery(bytes: Buffer): Probed {
  const [result] = decode(discovery.Response, bytes).getResultsList();
  const answer = result?.getError()?.getContent() ?? '';
  return { isReached: result?.hasCcQueryRes() === true, answer };
}

function ask(client: Client, method: string, bytes: Uint8Array): Promise<Buffer | ServiceError> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      method,
      (value: Uint8Array) => Buffer.from(value),
      (value: Buffer) => value,
      bytes,
      { deadline: Date.now() + WITHIN },
      (error: ServiceError | null, answer?: Buffer) => resolve(error ?? answer ?? Buffer.alloc(0)),
    );
  });
}

/**
 * Whether a peer's Gateway reaches the chaincode at home and at the organisations named, and knows enough others for an
 * endorsement. The last is asked of discovery: left to itself the Gateway plans only after its own peer has endorsed, and no
 * function is known that every chaincode endorses.
 */
export async function probeEndorsement(
  topology: Topology,
  peer: PeerNode,
  organisations: readonly string[] = [],
): Promise<Probed> {
  const identity = await readIdentity(administratorMsp(topology, peer.mspId), peer.mspId);
  const client = new Client(
    address(peer.port),
    credentials.createSsl(await readFile(tlsRoot(peer.organisation))),
    { 'grpc.ssl_target_name_override': TLS_NAME },
  );
  try {
    const call = endorsement(topology, identity, [peer.mspId, ...organisations]);
    const called = judgedCall(await ask(client, '/gateway.Gateway/Endorse', call));
    if (!called.isReached) return called;
    const plan = await ask(client, '/discovery.Discovery/Discover', discoveryRequest(topology, identity));
    return plan instanceof Error ? not(plan) : judgedDiscovery(plan);
  } finally {
    client.close();
  }
}

/**
 * Waits until a peer's Gateway reaches the chaincode and finds enough endorsers, among them the organisations named.
 * @throws FabricError NOT_IN_TIME
 */
export async function untilItEndorses(
  topology: Topology,
  peer: PeerNode,
  organisations: readonly string[] = [],
): Promise<void> {
  const until = Date.now() + ENDORSES_WITHIN;
  for (;;) {
    const { isReached, answer } = await probeEndorsement(topology, peer, organisations);
    if (isReached) return;
    if (Date.now() > until) {
      const message = `${peer.name} found no endorsers within ${ENDORSES_WITHIN} ms; it answers: ${answer}`;
      throw new FabricError('NOT_IN_TIME', message);
    }
    await delay(POLL);
  }
}
