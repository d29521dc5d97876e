import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import {
  isListening,
  superviseProcess,
  type ProcessSpec,
  type RestartPolicy,
  type Supervision,
  type SupervisionEvent,
} from '../processes/index.js';
import { createIdentities, type Topology } from '../topology/index.js';
import { Administrator } from './administrator.js';
import { findBinaries, type Binaries } from './binaries.js';
import { chaincodeService, type ChaincodeService } from './chaincode-server.js';
import { FabricError } from './errors.js';
import { canEndorse } from './gateway-probe.js';
import { ensureGenesis, type Genesis } from './genesis.js';
import { address, ordererNodes, peerNodes, type OrdererNode, type PeerNode } from './layout.js';
import { Lifecycle } from './lifecycle.js';
import { writeNodeFiles } from './node-files.js';

export type FabricNodeKind = 'orderer' | 'peer' | 'chaincode';

/** A process of the network, kept running: when it ends by itself it is started again. */
export interface FabricNode {
  readonly name: string;
  readonly kind: FabricNodeKind;
  readonly mspId: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly isRunning: boolean;
  readonly logFile: string;
  readonly restarts: number;
  /** Kills it at once, as a crash would; it is started again. */
  kill(): Promise<unknown>;
  /** Resolves when it runs (again). */
  running(): Promise<void>;
}

/** Peers and orderers of a channel with its chaincode, as processes of their own on this machine. */
export interface FabricNetwork {
  readonly topology: Topology;
  /** By name: `orderer0.Orderer1MSP`, `peer0.SteelMSP`, `chaincode.peer0.SteelMSP`. */
  readonly nodes: Readonly<Record<string, FabricNode>>;
  /** Stops everything: chaincode, then peers, then orderers. */
  stop(): Promise<void>;
}

export interface FabricNetworkOptions {
  /** Told of each step, and of each process that ended by itself. */
  readonly say?: (line: string) => void;
  readonly binaries?: Binaries;
}

const POLICY: RestartPolicy = {
  maximumRestarts: 1000,
  firstDelay: 100,
  maximumDelay: 5_000,
  stableAfter: 10_000,
};
const READY_WITHIN = 60_000;
const ENDORSES_WITHIN = 60_000;
const POLL = 50;
const HEALTH_WITHIN = 1_000;

/** Healthy by its own account, and listening: a peer says that it is well before it serves. */
async function isHealthy(operationsPort: number, port: number): Promise<boolean> {
  const response = await fetch(`http://${address(operationsPort)}/healthz`, {
    signal: AbortSignal.timeout(HEALTH_WITHIN),
  });
  await response.body?.cancel();
  return response.ok && (await isListening(port));
}

class SupervisedNode implements FabricNode {
  readonly name: string;
  readonly kind: FabricNodeKind;
  readonly mspId: string;
  restarts = 0;
  #supervision: Supervision | undefined;

  constructor(name: string, kind: FabricNodeKind, mspId: string) {
    this.name = name;
    this.kind = kind;
    this.mspId = mspId;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get logFile(): string {
    return this.#process.logFile;
  }

  async start(spec: ProcessSpec, say: (line: string) => void): Promise<void> {
    this.#supervision = await superviseProcess(spec, POLICY, (event) => {
      if (event.kind === 'restarted') this.restarts += 1;
      say(`${this.name} ${textOf(event)}`);
    });
  }

  kill(): Promise<unknown> {
    return this.#process.kill();
  }

  async running(): Promise<void> {
    const until = Date.now() + READY_WITHIN;
    while (!this.isRunning) {
      if (Date.now() > until) throw new FabricError('NOT_IN_TIME', `${this.name} did not come back`);
      await delay(POLL);
    }
  }

  async stop(): Promise<void> {
    await this.#supervision?.stop();
  }

  get #process(): Supervision['process'] {
    if (this.#supervision === undefined) throw new FabricError('NOT_IN_TIME', `${this.name} is not started`);
    return this.#supervision.process;
  }
}

function textOf(event: SupervisionEvent): string {
  if (event.kind === 'ended') return `ended (${event.exit.signal ?? `code ${event.exit.code ?? '?'}`})`;
  if (event.kind === 'failed') return `could not be started again: ${String(event.error)}`;
  return event.kind === 'restarted' ? 'runs again' : 'was given up';
}

class ProcessNetwork implements FabricNetwork {
  readonly topology: Topology;
  readonly #binaries: Binaries;
  readonly #administrator: Administrator;
  readonly #lifecycle: Lifecycle;
  readonly #say: (line: string) => void;
  readonly #nodes = new Map<string, SupervisedNode>();

  constructor(topology: Topology, binaries: Binaries, say: (line: string) => void) {
    this.topology = topology;
    this.#binaries = binaries;
    this.#say = say;
    this.#administrator = new Administrator(topology, binaries);
    this.#lifecycle = new Lifecycle(topology, this.#administrator);
  }

  get nodes(): Readonly<Record<string, FabricNode>> {
    return Object.fromEntries(this.#nodes);
  }

  async start(): Promise<void> {
    this.#say('Making identities and configuration');
    await createIdentities(this.topology);
    await writeNodeFiles(this.topology);
    const genesis = await ensureGenesis(this.topology, this.#binaries);
    this.#say('Starting orderers and peers');
    await this.#startNodes();
    this.#say(`Joining channel ${this.topology.channel}`);
    await this.#join(genesis);
    this.#say('Deploying chaincode');
    await this.#deploy();
    this.#say('Waiting until every peer finds endorsers');
    await Promise.all(peerNodes(this.topology).map((peer) => this.#endorses(peer)));
  }

  async stop(): Promise<void> {
    const of = (kind: FabricNodeKind): SupervisedNode[] =>
      [...this.#nodes.values()].filter((node) => node.kind === kind);
    for (const kind of ['chaincode', 'peer', 'orderer'] as const) {
      await Promise.all(of(kind).map((node) => node.stop()));
    }
  }

  async #startNodes(): Promise<void> {
    await allOf([
      ...ordererNodes(this.topology).map((node) => this.#startNode('orderer', node, [])),
      ...peerNodes(this.topology).map((node) => this.#startNode('peer', node, ['node', 'start'])),
    ]);
  }

  #startNode(kind: 'orderer' | 'peer', node: OrdererNode | PeerNode, args: readonly string[]): Promise<void> {
    const { PATH = '', HOME = '' } = process.env;
    const ports = 'adminPort' in node ? [node.adminPort] : [];
    return this.#supervise(kind, node.mspId, {
      name: node.name,
      command: this.#binaries[kind],
      args,
      env: { PATH, HOME, FABRIC_CFG_PATH: node.directory, FABRIC_LOGGING_SPEC: 'warn' },
      cwd: node.directory,
      logFile: join(this.topology.dataDir, 'logs', `${node.name}.log`),
      ports: [node.port, node.operationsPort, ...ports],
      probe: () => isHealthy(node.operationsPort, node.port),
      readyWithinMs: READY_WITHIN,
      stopWithinMs: 10_000,
    });
  }

  async #supervise(kind: FabricNodeKind, mspId: string, spec: ProcessSpec): Promise<void> {
    const node = new SupervisedNode(spec.name, kind, mspId);
    await node.start(spec, this.#say);
    this.#nodes.set(spec.name, node);
  }

  async #join({ block }: Genesis): Promise<void> {
    await allOf([
      ...ordererNodes(this.topology).map((node) => this.#administrator.joinOrderer(node, block)),
      ...peerNodes(this.topology).map((node) => this.#administrator.joinPeer(node, block)),
    ]);
  }

  async #deploy(): Promise<void> {
    const { chaincode } = this.topology;
    const peers = peerNodes(this.topology);
    const services = await Promise.all(
      peers.map(async (peer) => ({ peer, service: await chaincodeService(this.topology, peer, chaincode) })),
    );
    await allOf(
      services.map(async ({ peer, service }) => {
        await this.#supervise('chaincode', peer.mspId, service.process);
        await this.#lifecycle.install(peer, service.package);
      }),
    );
    const [first] = peers;
    if (first === undefined) throw new FabricError('TOPOLOGY_UNSUITED', 'the topology has no peer');
    if ((await this.#lifecycle.committed(first)) === undefined) await this.#agree(services);
  }

  async #agree(services: readonly { peer: PeerNode; service: ChaincodeService }[]): Promise<void> {
    const definition = { version: this.topology.chaincode.version, sequence: 1 };
    const firsts = services.filter(
      ({ peer }, index) => services.findIndex((each) => each.peer.mspId === peer.mspId) === index,
    );
    await allOf(
      firsts.map(({ peer, service }) => this.#lifecycle.approve(peer, definition, service.package.id)),
    );
    const endorsers = firsts.map(({ peer }) => peer);
    const [by] = endorsers;
    if (by !== undefined) await this.#lifecycle.commit(by, definition, endorsers);
  }

  async #endorses(peer: PeerNode): Promise<void> {
    const until = Date.now() + ENDORSES_WITHIN;
    while (!(await canEndorse(this.topology, peer))) {
      if (Date.now() > until) {
        throw new FabricError('NOT_IN_TIME', `${peer.name} finds no endorsers (log: ${peer.directory})`);
      }
      await delay(POLL);
    }
  }
}

/** Waits for all, so that nothing is still under way when the first failure is thrown. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/**
 * Starts the network of a topology of real Fabric: makes what is missing (identities, genesis block, configuration), starts
 * orderers and peers, joins them to the channel, deploys the chaincode, and waits until every peer's Gateway finds endorsers.
 * A network that is there already comes up as it was. When a step fails, everything is stopped and its error thrown.
 * @throws FabricError, ProcessError, IdentityError
 */
export async function startFabricNetwork(
  topology: Topology,
  { say = () => undefined, binaries }: FabricNetworkOptions = {},
): Promise<FabricNetwork> {
  if (topology.ledger.kind === 'embedded') {
    throw new FabricError('TOPOLOGY_UNSUITED', 'the topology is one of the embedded ledger');
  }
  const network = new ProcessNetwork(topology, binaries ?? (await findBinaries()), say);
  try {
    await network.start();
    return network;
  } catch (error) {
    await network.stop();
    throw error;
  }
}
