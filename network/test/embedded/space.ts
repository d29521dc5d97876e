import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import {
  connect,
  hash,
  signers,
  type Contract,
  type Gateway,
  type Network,
} from '@hyperledger/fabric-gateway';
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
  close(): void;
}

export interface ClientOptions {
  readonly user?: string;
  readonly tlsRoot?: string;
  /** Without a signer: the client signs offline. */
  readonly isOffline?: boolean;
  readonly mspId?: string;
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
  const client = new grpc.Client(address, credentials);
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(identity.certificate) },
    ...(isOffline ? {} : { signer: signers.newPrivateKeySigner(identity.privateKey) }),
    hash: hash.sha256,
  });
  const network = gateway.getNetwork(CHANNEL);
  return {
    grpc: client,
    gateway,
    network,
    tiny: network.getContract('tiny'),
    qscc: network.getContract('qscc'),
    close() {
      gateway.close();
      client.close();
    },
  };
}

export function addressOf(node: EmbeddedNode, mspId: MspId): string {
  return node.organisations.find((each) => each.mspId === mspId)!.address;
}
