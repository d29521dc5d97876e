import { freePorts } from '../processes/ports.js';
import type { LedgerKind, Topology, TopologyOrganisation } from './schema.js';
import { parseTopology } from './topology.js';

export interface DefaultTopologyOptions {
  readonly dataDir: string;
  /** Path of the bundled chaincode. */
  readonly bundle: string;
  /** Version of the chaincode definition: its first number names the rules by which a ledger begins. The newest by default. */
  readonly version?: string;
  /** The first port, the others follow; without it, ports that are free at this moment. */
  readonly basePort?: number;
  /** The embedded node by default. */
  readonly ledger?: LedgerKind;
  /** Of each of the three members; one by default. More need real Fabric. */
  readonly peersPerOrganisation?: number;
  /** Ordering organisations on real Fabric, with an orderer each: four for BFT and one for Raft by default. */
  readonly orderers?: number;
}

/** Names the newest edition of the rules. */
const NEWEST = '2.0.0';

type Users = TopologyOrganisation['users'];

const person = (role: string): Users[number] => ({
  name: role,
  ou: 'client',
  attributes: { 'tallystick.role': role },
});

// It signs what the organisation's gateway says the ledger is, and nothing else.
const WITNESS: Users[number] = person('witness');

// A software component signs with a key of its own and has no role: what it may do follows from its certification.
const component = (name: string): Users[number] => ({ name, ou: 'client', attributes: {} });

const ADMINISTRATOR: Users[number] = { name: 'admin', ou: 'admin', attributes: {} };

const users = (components: readonly string[], isFabric: boolean): Users => [
  ...['officer', 'operator', 'auditor'].map(person),
  WITNESS,
  ...components.map(component),
  ...(isFabric ? [ADMINISTRATOR] : []),
];

const MEMBERS = [
  { mspId: 'SteelMSP', name: 'Northern Steel Works', domain: 'steel.example', components: ['connector'] },
  {
    mspId: 'ComponentMSP',
    name: 'Component Supplies',
    domain: 'component.example',
    // Two more, for what must be refused: one that nobody certifies, one whose key is used under another's name.
    components: ['connector', 'connector-b', 'connector-c'],
  },
  {
    mspId: 'RegulatorMSP',
    name: 'Industrial Data Regulator',
    domain: 'regulator.example',
    components: ['connector'],
  },
];

const EMBEDDED_ORDERER = {
  mspId: 'OrdererMSP',
  name: 'Space Operator',
  domain: 'orderer.example',
  peers: [],
  orderers: [{ name: 'orderer0' }],
  users: [],
};

const PORTS_OF_A_PROCESS = 3;
const ORDERERS: Readonly<Record<LedgerKind, number>> = { embedded: 0, 'fabric-bft': 4, 'fabric-raft': 1 };

function fabricOrderer(number: number, [port, adminPort, operationsPort]: readonly number[]): unknown {
  return {
    mspId: `Orderer${number}MSP`,
    name: `Ordering House ${number}`,
    domain: `orderer${number}.example`,
    peers: [],
    orderers: [{ name: 'orderer0', port, adminPort, operationsPort }],
    users: [],
  };
}

// The embedded node needs one port for each peer; each of Fabric's processes three.
const portCount = (kind: LedgerKind, peers: number, orderers: number): number =>
  kind === 'embedded' ? peers : PORTS_OF_A_PROCESS * (peers + orderers);

function peerPorts(kind: LedgerKind, ports: readonly number[], index: number): object {
  if (kind === 'embedded') return { port: ports[index] };
  const [port, chaincodePort, operationsPort] = ports.slice(PORTS_OF_A_PROCESS * index);
  return { port, chaincodePort, operationsPort };
}

/** Orderers on the ports that the peers leave. */
function orderersOf(kind: LedgerKind, count: number, ports: readonly number[]): readonly unknown[] {
  if (kind === 'embedded') return [EMBEDDED_ORDERER];
  return Array.from({ length: count }, (_, index) =>
    fabricOrderer(index + 1, ports.slice(PORTS_OF_A_PROCESS * index)),
  );
}

/**
 * The space that demo, tests and benchmarks run in: a steel maker, a component supplier and a regulator with a peer
 * each. On the embedded node one operator orders for all; on Fabric four ordering organisations (BFT) or one (Raft) do.
 * @throws TopologyError when the numbers do not suit the ledger
 */
export async function defaultTopology({
  dataDir,
  bundle,
  basePort,
  ledger: kind = 'embedded',
  peersPerOrganisation: peersEach = 1,
  orderers = ORDERERS[kind],
  version = NEWEST,
}: DefaultTopologyOptions): Promise<Topology> {
  const peerCount = MEMBERS.length * peersEach;
  const count = portCount(kind, peerCount, orderers);
  const isFabric = kind !== 'embedded';
  const ports =
    basePort === undefined
      ? await freePorts(count)
      : Array.from({ length: count }, (_, index) => basePort + index);
  const members = MEMBERS.map(({ components, ...member }, index) => ({
    ...member,
    peers: Array.from({ length: peersEach }, (_, number) => ({
      name: `peer${number}`,
      ...peerPorts(kind, ports, index * peersEach + number),
    })),
    orderers: [],
    users: users(components, isFabric),
  }));
  return parseTopology({
    dataDir,
    ledger: { kind },
    singleOperator: kind !== 'fabric-bft',
    organisations: [...members, ...orderersOf(kind, orderers, ports.slice(PORTS_OF_A_PROCESS * peerCount))],
    channel: 'space',
    chaincode: { name: 'tallystick', version, bundle },
    endorsement: 'MAJORITY',
    batch: { timeoutMs: isFabric ? 50 : 10, maxMessages: 500 },
    tls: isFabric,
  });
}
