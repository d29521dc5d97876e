import { freePorts } from '../processes/ports.js';
import type { Topology, TopologyOrganisation } from './schema.js';
import { parseTopology } from './topology.js';

export interface DefaultTopologyOptions {
  readonly dataDir: string;
  /** Path of the bundled chaincode. */
  readonly bundle: string;
  /** The first peer's port, the others follow; without it, ports that are free at this moment. */
  readonly basePort?: number;
}

type Users = TopologyOrganisation['users'];

const person = (role: string): Users[number] => ({
  name: role,
  ou: 'client',
  attributes: { 'tallystick.role': role },
});

// A software component signs with a key of its own and has no role: what it may do follows from its certification.
const component = (name: string): Users[number] => ({ name, ou: 'client', attributes: {} });

const users = (components: readonly string[]): Users => [
  ...['officer', 'operator', 'auditor'].map(person),
  ...components.map(component),
];

const withPeer = (
  [mspId, name, domain]: readonly [string, string, string],
  port: number | undefined,
  components: readonly string[],
): unknown => ({
  mspId,
  name,
  domain,
  peers: [{ name: 'peer0', port }],
  orderers: [],
  users: users(components),
});

const ORDERER = {
  mspId: 'OrdererMSP',
  name: 'Space Operator',
  domain: 'orderer.example',
  peers: [],
  orderers: [{ name: 'orderer0' }],
  users: [],
};

/**
 * The space that demo, tests and benchmarks run in: a steel maker, a component supplier and a regulator with a peer
 * each, and an orderer run by a single operator, all in one embedded node. The component supplier has two more
 * components, for what must be refused: one that nobody certifies and one whose key is used under another's name.
 */
export async function defaultTopology({
  dataDir,
  bundle,
  basePort,
}: DefaultTopologyOptions): Promise<Topology> {
  const ports = basePort === undefined ? await freePorts(3) : [basePort, basePort + 1, basePort + 2];
  return parseTopology({
    dataDir,
    ledger: { kind: 'embedded' },
    singleOperator: true,
    organisations: [
      withPeer(['SteelMSP', 'Northern Steel Works', 'steel.example'], ports[0], ['connector']),
      withPeer(['ComponentMSP', 'Component Supplies', 'component.example'], ports[1], [
        'connector',
        'connector-b',
        'connector-c',
      ]),
      withPeer(['RegulatorMSP', 'Industrial Data Regulator', 'regulator.example'], ports[2], ['connector']),
      ORDERER,
    ],
    channel: 'space',
    chaincode: { name: 'tallystick', version: '0.1.0', bundle },
    endorsement: 'MAJORITY',
    batch: { timeoutMs: 10, maxMessages: 500 },
    tls: false,
  });
}
