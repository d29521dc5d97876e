import { join } from 'node:path';
import { memberDirectory, tlsFilesIn } from '../identity/index.js';
import { FabricError } from './errors.js';
import { organisationDirectory, type Topology } from '../topology/index.js';

type Organisation = Topology['organisations'][number];

interface Node {
  readonly name: string;
  readonly mspId: string;
  readonly organisation: string;
  /** Its keys: `msp` and `tls`. */
  readonly identity: string;
  /** Its configuration and its ledgers. */
  readonly directory: string;
  readonly port: number;
  readonly operationsPort: number;
}

/** A peer with all that its configuration needs. */
export interface PeerNode extends Node {
  readonly chaincodePort: number;
}

export interface OrdererNode extends Node {
  readonly adminPort: number;
}

export const HOST = '127.0.0.1';
export const address = (port: number): string => `${HOST}:${port}`;

/** Where in a peer's directory its builder finds how to reach each chaincode service. */
export const CONNECTIONS = 'chaincode';

/** Where the network's own files are: the genesis block and each node's directory. */
export const fabricDirectory = ({ dataDir }: Pick<Topology, 'dataDir'>): string => join(dataDir, 'fabric');

function need(port: number | undefined): number {
  if (port === undefined) throw new FabricError('TOPOLOGY_UNSUITED', 'the topology is none of real Fabric');
  return port;
}

const place = (
  topology: Topology,
  { mspId }: Organisation,
  ou: 'peer' | 'orderer',
  name: string,
): Omit<Node, 'port' | 'operationsPort'> => {
  const organisation = organisationDirectory(topology, mspId);
  return {
    name: `${name}.${mspId}`,
    mspId,
    organisation,
    identity: memberDirectory(organisation, ou, name),
    directory: join(fabricDirectory(topology), mspId, name),
  };
};

/** The peers of one organisation. @throws FabricError TOPOLOGY_UNSUITED */
export const peersOf = (topology: Topology, organisation: Organisation): PeerNode[] =>
  organisation.peers.map(({ name, port, chaincodePort, operationsPort }) => ({
    ...place(topology, organisation, 'peer', name),
    port,
    chaincodePort: need(chaincodePort),
    operationsPort: need(operationsPort),
  }));

export const orderersOf = (topology: Topology, organisation: Organisation): OrdererNode[] =>
  organisation.orderers.map(({ name, port, adminPort, operationsPort }) => ({
    ...place(topology, organisation, 'orderer', name),
    port: need(port),
    adminPort: need(adminPort),
    operationsPort: need(operationsPort),
  }));

export const peerNodes = (topology: Topology): PeerNode[] =>
  topology.organisations.flatMap((each) => peersOf(topology, each));

export const ordererNodes = (topology: Topology): OrdererNode[] =>
  topology.organisations.flatMap((each) => orderersOf(topology, each));

/** An organisation's public MSP directory: all of it that others read. */
export const publicMsp = (organisation: string): string => join(organisation, 'msp');

export { tlsRootFile as tlsRoot } from '../identity/index.js';

/** The TLS files of a node. */
export const tlsFiles = (identity: string): ReturnType<typeof tlsFilesIn> =>
  tlsFilesIn(join(identity, 'tls'));

/** MSP directory of the organisation's administrator. @throws FabricError TOPOLOGY_UNSUITED when there is none */
export function administratorMsp(topology: Topology, mspId: string): string {
  const users = topology.organisations.find((each) => each.mspId === mspId)?.users ?? [];
  const name = users.find(({ ou }) => ou === 'admin')?.name;
  if (name === undefined) throw new FabricError('TOPOLOGY_UNSUITED', `${mspId} has no administrator`);
  return join(memberDirectory(organisationDirectory(topology, mspId), 'admin', name), 'msp');
}
