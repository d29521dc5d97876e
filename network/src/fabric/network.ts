import { setTimeout as delay } from 'node:timers/promises';
import { createIdentities, type Topology } from '../topology/index.js';
import { Administrator } from './administrator.js';
import { findBinaries, type Binaries } from './binaries.js';
import { chaincodeService, type ChaincodeService } from './chaincode-server.js';
import { FabricError } from './errors.js';
import { probeEndorsement } from './gateway-probe.js';
import { ensureGenesis } from './genesis.js';
import { ordererNodes, peerNodes, peersOf, type PeerNode } from './layout.js';
import { Lifecycle, type Definition } from './lifecycle.js';
import { writeNodeFiles } from './node-files.js';
import { ordererSpec, peerSpec } from './node-processes.js';
import { startNode, type FabricNode, type NodeSpec } from './supervised-node.js';

/** Peers and orderers of a channel with its chaincode, as processes of their own on this machine. */
export interface FabricNetwork {
  readonly topology: Topology;
  /** By name: `orderer0.Orderer1MSP`, `peer0.SteelMSP`; an organisation's chaincode is `chaincode.peer0.SteelMSP`. */
  readonly nodes: Readonly<Record<string, FabricNode>>;
  /** Stops everything: chaincode, then peers, then orderers. */
  stop(): Promise<void>;
}

export interface FabricNetworkOptions {
  /** Told of each step, and of each process that ended by itself. */
  readonly say?: (line: string) => void;
  readonly binaries?: Binaries;
}

const ENDORSES_WITHIN = 60_000;
const POLL = 50;

class ProcessNetwork implements FabricNetwork {
  readonly topology: Topology;
  readonly #binaries: Binaries;
  readonly #administrator: Administrator;
  readonly #lifecycle: Lifecycle;
  readonly #say: (line: string) => void;
  readonly #nodes = new Map<string, FabricNode>();

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
    const block = await ensureGenesis(this.topology, this.#binaries);
    this.#say('Starting orderers and peers');
    await this.#startNodes();
    this.#say(`Joining channel ${this.topology.channel}`);
    await this.#join(block);
    this.#say('Deploying chaincode');
    await this.#deploy();
    this.#say('Waiting until every peer finds endorsers');
    await allOf(peerNodes(this.topology).map((peer) => untilItEndorses(this.topology, peer)));
  }

  async stop(): Promise<void> {
    const nodes = [...this.#nodes.values()];
    for (const kind of ['chaincode', 'peer', 'orderer'] as const) {
      await Promise.all(nodes.filter((node) => node.kind === kind).map((node) => node.stop()));
    }
  }

  async #startNodes(): Promise<void> {
    await allOf([
      ...ordererNodes(this.topology).map((node) =>
        this.#run(ordererSpec(this.topology, this.#binaries, node)),
      ),
      ...peerNodes(this.topology).map((node) => this.#run(peerSpec(this.topology, this.#binaries, node))),
    ]);
  }

  async #run(spec: NodeSpec): Promise<void> {
    this.#nodes.set(spec.process.name, await startNode(spec, this.#say));
  }

  async #join(block: string): Promise<void> {
    await allOf([
      ...ordererNodes(this.topology).map((node) => this.#administrator.joinOrderer(node, block)),
      ...peerNodes(this.topology).map((node) => this.#administrator.joinPeer(node, block)),
    ]);
  }

  async #deploy(): Promise<void> {
    const services = await this.#services();
    await allOf(
      services.map(async ({ peer, peers, service }) => {
        await this.#run({ kind: 'chaincode', mspId: peer.mspId, process: service.process });
        await allOf(peers.map((each) => this.#lifecycle.install(each, service.package)));
      }),
    );
    const [first] = services;
    if (first === undefined) throw new FabricError('TOPOLOGY_UNSUITED', 'the topology has no peer');
    const committed = await this.#lifecycle.committed(first.peer);
    await (committed === undefined ? this.#agree(services) : this.#approveAgain(services, committed));
  }

  // An organisation approves one package, in which stands where its chaincode is: all its peers call the same process.
  #services(): Promise<Deployed[]> {
    const organisations = this.topology.organisations.map((each) => peersOf(this.topology, each));
    return Promise.all(
      organisations.flatMap((peers) =>
        peers.slice(0, 1).map(async (peer) => {
          const service = await chaincodeService(this.topology, peer, this.topology.chaincode);
          return { peer, peers, service };
        }),
      ),
    );
  }

  async #agree(services: readonly Deployed[]): Promise<void> {
    const definition = { version: this.topology.chaincode.version, sequence: 1 };
    await allOf(
      services.map(({ peer, service }) => this.#lifecycle.approve(peer, definition, service.package.id)),
    );
    const endorsers = services.map(({ peer }) => peer);
    const [by] = endorsers;
    if (by !== undefined) await this.#lifecycle.commit(by, definition, endorsers);
  }

  // A bundle that has changed since is another package. Until its organisation approves it, a peer calls the old one in vain.
  async #approveAgain(services: readonly Deployed[], committed: Definition): Promise<void> {
    await allOf(
      services.map(async ({ peer, service }) => {
        const { id } = service.package;
        if ((await this.#lifecycle.approvedPackage(peer, committed)) === id) return;
        this.#say(`${peer.mspId} approves another bundle: ${id}`);
        await this.#lifecycle.approve(peer, committed, id);
      }),
    );
  }
}

/** The chaincode of an organisation: which of its peers installs, approves and endorses first, and all of them. */
interface Deployed {
  readonly peer: PeerNode;
  readonly peers: readonly PeerNode[];
  readonly service: ChaincodeService;
}

/** Waits until a peer's Gateway reaches the chaincode and finds enough endorsers. @throws FabricError NOT_IN_TIME */
export async function untilItEndorses(topology: Topology, peer: PeerNode): Promise<void> {
  const until = Date.now() + ENDORSES_WITHIN;
  for (;;) {
    const { isReached, answer } = await probeEndorsement(topology, peer);
    if (isReached) return;
    if (Date.now() > until) {
      const message = `${peer.name} found no endorsers within ${ENDORSES_WITHIN} ms; it answers: ${answer}`;
      throw new FabricError('NOT_IN_TIME', message);
    }
    await delay(POLL);
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
