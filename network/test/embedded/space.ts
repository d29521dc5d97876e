import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import {
  connect,
  GatewayError,
  hash,
  signers,
  type Contract,
  type Gateway,
  type Network,
} from '@hyperledger/fabric-gateway';
import { gateway as messages, google, msp, peer, type common } from '@hyperledger/fabric-protos';
import { createOrganisation, memberDirectory, readIdentity } from '../../src/identity/index.js';
import {
  newLog,
  startNode,
  type EmbeddedNode,
  type EmbeddedNodeConfigInput,
} from '../../src/embedded/index.js';

export const CHANNEL = 'ledger';
export const TINY = fileURLToPath(new URL('tiny-chaincode.cjs', import.meta.url));
export const ORGANISATIONS = ['Org1MSP', 'Org2MSP', 'Org3MSP'] as const;
export type MspId = (typeof ORGANISATIONS)[number];

/** Identities of three organisations and an orderer in a directory of their own. */
export interface Space {
  readonly directory: string;
  organisation(mspId: string): string;
  config(changes?: Partial<EmbeddedNodeConfigInput>): EmbeddedNodeConfigInput;
  remove(): Promise<void>;
}

function spec(mspId: string): Parameters<typeof createOrganisation>[1] {
  const name = mspId.toLowerCase();
  return {
    mspId,
    name,
    domain: `${name}.example`,
    peers: mspId === 'OrdererMSP' ? [] : [{ name: 'peer0' }],
    orderers: mspId === 'OrdererMSP' ? [{ name: 'orderer0' }] : [],
    users:
      mspId === 'OrdererMSP'
        ? []
        : [
            { name: 'user', ou: 'client' },
            { name: 'other', ou: 'client' },
          ],
  };
}

export async function createSpace(): Promise<Space> {
  const directory = await mkdtemp(join(tmpdir(), 'embedded-'));
  const organisation = (mspId: string): string => join(directory, mspId);
  await Promise.all(
    [...ORGANISATIONS, 'OrdererMSP'].map((mspId) => createOrganisation(organisation(mspId), spec(mspId))),
  );
  return {
    directory,
    organisation,
    config: (changes = {}) => ({
      dataDir: join(directory, 'data'),
      channel: CHANNEL,
      chaincode: { name: 'tiny', version: '1.0', bundle: TINY },
      organisations: ORGANISATIONS.map((mspId) => ({
        mspId,
        mspDir: join(organisation(mspId), 'msp'),
        peerDir: memberDirectory(organisation(mspId), 'peer', 'peer0'),
        listen: '127.0.0.1:0',
      })),
      orderer: {
        mspId: 'OrdererMSP',
        mspDir: join(organisation('OrdererMSP'), 'msp'),
        ordererDir: memberDirectory(organisation('OrdererMSP'), 'orderer', 'orderer0'),
      },
      tls: false,
      ...changes,
    }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Starts a node whose log goes nowhere, or to stderr with DEBUG_EMBEDDED set. */
export function startQuiet(config: EmbeddedNodeConfigInput): Promise<EmbeddedNode> {
  const isLoud = process.env['DEBUG_EMBEDDED'] !== undefined;
  return startNode(config, { log: newLog((line) => isLoud && process.stderr.write(line), 'debug') });
}

/** A real fabric-gateway client of one organisation. */
export interface Client {
  readonly grpc: grpc.Client;
  readonly gateway: Gateway;
  readonly network: Network;
  readonly tiny: Contract;
  readonly qscc: Contract;
  /** The client's serialized identity. */
  creator(): Uint8Array;
  sign(digest: Uint8Array): Promise<Uint8Array>;
  signMessage(message: Uint8Array): Promise<Uint8Array>;
  /** The calls themselves, for requests that the library would not make. */
  endorse(request: messages.EndorseRequest): Promise<messages.EndorseResponse>;
  submit(envelope: common.Envelope): Promise<messages.SubmitResponse>;
  commitStatus(txId: string, options?: CommitStatusOptions): Promise<messages.CommitStatusResponse>;
  processProposal(signed: peer.SignedProposal): Promise<peer.ProposalResponse>;
  close(): void;
}

interface CommitStatusOptions {
  readonly isForged?: boolean;
  readonly deadlineMs?: number;
}

export interface ClientOptions {
  readonly user?: string;
  readonly tlsRoot?: string;
  /** Without a signer: the client signs offline. */
  readonly isOffline?: boolean;
  readonly mspId?: string;
}

export function serialized(mspId: string, certificate: string): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

type Call<Q, R> = (request: Q, options: grpc.CallOptions, callback: grpc.requestCallback<R>) => unknown;

/** One unary call; failures are GatewayErrors, so that their details can be read. */
function call<Q, R>(run: Call<Q, R>, request: Q, deadlineMs = 10_000): Promise<R> {
  return new Promise((resolve, reject) => {
    run(request, { deadline: Date.now() + deadlineMs }, (error, response) => {
      if (error) reject(newGatewayError(error));
      else resolve(response as R);
    });
  });
}

/** What the library makes of a failed call. */
function newGatewayError(cause: grpc.ServiceError): GatewayError {
  const details = cause.metadata
    .get('grpc-status-details-bin')
    .flatMap((bytes) => google.rpc.Status.deserializeBinary(Buffer.from(bytes as Buffer)).getDetailsList())
    .map((any) => messages.ErrorDetail.deserializeBinary(any.getValue_asU8()))
    .map((detail) => ({
      address: detail.getAddress(),
      mspId: detail.getMspId(),
      message: detail.getMessage(),
    }));
  return new GatewayError({ code: cause.code, message: cause.message, details, cause });
}

export async function connectClient(
  space: Space,
  address: string,
  organisation: MspId,
  { user = 'user', tlsRoot, isOffline = false, mspId = organisation }: ClientOptions = {},
): Promise<Client> {
  const member = join(memberDirectory(space.organisation(organisation), 'client', user), 'msp');
  const identity = await readIdentity(member, organisation);
  const credentials =
    tlsRoot === undefined
      ? grpc.credentials.createInsecure()
      : grpc.credentials.createSsl(readFileSync(tlsRoot));
  const options = { 'grpc.ssl_target_name_override': 'localhost' };
  const client = new grpc.Client(address, credentials, options);
  const sign = signers.newPrivateKeySigner(identity.privateKey);
  const signMessage = async (message: Uint8Array): Promise<Uint8Array> =>
    sign(createHash('sha256').update(message).digest());
  const creator = serialized(mspId, identity.certificate);
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(identity.certificate) },
    ...(isOffline ? {} : { signer: sign }),
    hash: hash.sha256,
  });
  const network = gateway.getNetwork(CHANNEL);
  const raw = new messages.GatewayClient(address, credentials, options);
  const endorser = new peer.EndorserClient(address, credentials, options);
  return {
    grpc: client,
    gateway,
    network,
    tiny: network.getContract('tiny'),
    qscc: network.getContract('qscc'),
    creator: () => creator,
    sign,
    signMessage,
    endorse: (request) => call(raw.endorse.bind(raw), request),
    submit(envelope) {
      const request = new messages.SubmitRequest();
      request.setPreparedTransaction(envelope);
      request.setChannelId(CHANNEL);
      return call(raw.submit.bind(raw), request);
    },
    async commitStatus(txId, { isForged = false, deadlineMs } = {}) {
      const wanted = new messages.CommitStatusRequest();
      wanted.setChannelId(CHANNEL);
      wanted.setTransactionId(txId);
      wanted.setIdentity(creator);
      const request = new messages.SignedCommitStatusRequest();
      request.setRequest(wanted.serializeBinary());
      request.setSignature(await signMessage(isForged ? creator : request.getRequest_asU8()));
      return call(raw.commitStatus.bind(raw), request, deadlineMs);
    },
    processProposal: (signed) => call(endorser.processProposal.bind(endorser), signed),
    close() {
      gateway.close();
      for (const each of [client, raw, endorser]) each.close();
    },
  };
}

export function addressOf(node: EmbeddedNode, mspId: MspId): string {
  return node.organisations.find((each) => each.mspId === mspId)!.address;
}
