import { createIdentities, type Topology } from '../topology/index.js';
import { Administrator } from './administrator.js';
import { allOf } from './all-of.js';
import { findBinaries, type Binaries } from './binaries.js';
import { deploy, type DeploymentParts, type Prepared } from './deployment.js';
import { FabricError } from './errors.js';
import { untilItEndorses } from './gateway-probe.js';
import { ensureGenesis } from './genesis.js';
import { ordererNodes, peerNodes } from './layout.js';
import { Lifecycle } from './lifecycle.js';
import { writeNodeFiles } from './node-files.js';
import { untilItOrders } from './ordering-probe.js';
import { ordererSpec, peerSpec } from './node-processes.js';
import { RunningNodes } from './running-nodes.js';
import type { FabricNode } from './supervised-node.js';
import { upgrade, type UpgradeRequest } from './upgrade.js';

/** The chaincode that a channel runs. */
export interface DeployedChaincode {
  readonly version: string;
  readonly sequence: number;
  /** It commits to the bundle, and is the same at every organisation. */
  readonly packageId: string;
}

/** Peers and orderers of a channel with its chaincode, as processes of their own on this machine. */
export interface FabricNetwork {
  readonly topology: Topology;
  /**
   * By name: `orderer0.Orderer1MSP`, `peer0.SteelMSP`; an organisation's chaincode is `chaincode.peer0.SteelMSP`. During an
   * upgrade there is also a server of the version to come, or of the one before: `chaincode.peer0.SteelMSP@0.2.0`.
   */
  readonly nodes: Readonly<Record<string, FabricNode>>;
  readonly chaincode: DeployedChaincode;
  /**
   * Deploys another version of the chaincode while the network is in use, and returns when the servers of the one before are
   * stopped. What is deployed already stays as it is. When anything fails before the commit, the network is as it was.
   * @throws FabricError UPGRADE_UNDER_WAY, VERSION_TAKEN, CHAINCODE_UNFIT, COMMAND_FAILED, NOT_IN_TIME; ProcessError; TopologyError
   */
  upgrade(request: UpgradeRequest): Promise<DeployedChaincode>;
  /** Stops everything: chaincode, then peers, then orderers. */
  stop(): Promise<void>;
}

export interface FabricNetworkOptions {
  /** Told of each step, and of each process that ended by itself. */
  readonly say?: (line: string) => void;
  readonly binaries?: Binaries;
}

class ProcessNetwork implements FabricNetwork {
  readonly topology: Topology;
  readonly #binaries: Binaries;
  readonly #administrator: Administrator;
  readonly #say: (line: string) => void;
  readonly #nodes: RunningNodes;
  readonly #parts: DeploymentParts;
  readonly #stopping = new AbortController();
  #deployed: Prepared | undefined;
  #isUpgrading = false;

  constructor(topology: Topology, binaries: Binaries, say: (line: string) => void) {
    this.topology = topology;
    this.#binaries = binaries;
    this.#say = say;
    this.#administrator = new Administrator(topology, binaries);
    this.#nodes = new RunningNodes(say);
    const lifecycle = new Lifecycle(topology, this.#administrator);
    this.#parts = { topology, lifecycle, nodes: this.#nodes, say };
  }

  get nodes(): Readonly<Record<string, FabricNode>> {
    return this.#nodes.all;
  }

  get chaincode(): DeployedChaincode {
    const { release, packageId } = this.#running;
    return { version: release.version, sequence: release.sequence, packageId };
  }

  get #running(): Prepared {
    if (this.#deployed === undefined)
      throw new Error('a network is handed out when its chaincode is deployed');
    return this.#deployed;
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
    await untilItOrders(this.topology);
    this.#say('Deploying chaincode');
    this.#deployed = await deploy(this.#parts);
    this.#say('Waiting until every peer finds endorsers');
    const peers = peerNodes(this.topology);
    const members = [...new Set(peers.map(({ mspId }) => mspId))];
    await allOf(peers.map((peer) => untilItEndorses(this.topology, peer, members)));
  }

  async upgrade(request: UpgradeRequest): Promise<DeployedChaincode> {
    if (this.#isUpgrading) throw new FabricError('UPGRADE_UNDER_WAY', 'another version is being deployed');
    this.#isUpgrading = true;
    try {
      this.#deployed = await upgrade(this.#parts, this.#running, request, this.#stopping.signal);
      return this.chaincode;
    } finally {
      this.#isUpgrading = false;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#nodes.stop();
  }

  async #startNodes(): Promise<void> {
    await allOf([
      ...ordererNodes(this.topology).map((node) =>
        this.#nodes.start(ordererSpec(this.topology, this.#binaries, node)),
      ),
      ...peerNodes(this.topology).map((node) =>
        this.#nodes.start(peerSpec(this.topology, this.#binaries, node)),
      ),
    ]);
  }

  async #join(block: string): Promise<void> {
    await allOf([
      ...ordererNodes(this.topology).map((node) => this.#administrator.joinOrderer(node, block)),
      ...peerNodes(this.topology).map((node) => this.#administrator.joinPeer(node, block)),
    ]);
  }
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
