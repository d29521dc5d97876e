import { setTimeout as delay } from 'node:timers/promises';
import { createOrganisation } from '../identity/index.js';
import { organisationDirectory, type Topology, type TopologyOrganisation } from '../topology/index.js';
import { Administrator } from './administrator.js';
import { findBinaries, type Binaries } from './binaries.js';
import { chaincodeService, serverName, type ChaincodeService } from './chaincode-server.js';
import { FabricError } from './errors.js';
import { genesisPath, joinedTopology, writeInvitation, type OpenedInvitation } from './invitation.js';
import { HOST, peersOf, publicMsp, type PeerNode } from './layout.js';
import { Lifecycle, type CommittedDefinition } from './lifecycle.js';
import { MembershipError } from './membership-errors.js';
import { untilItEndorses } from './gateway-probe.js';
import { writeNodeFiles } from './node-files.js';
import { peerSpec } from './node-processes.js';
import { offerOf, type OrganisationOffer } from './organisation-offer.js';
import { startNode, type FabricNode, type NodeSpec } from './supervised-node.js';

/** The peers and chaincode of one organisation, which runs them itself. */
export interface JoinedMember {
  readonly topology: Topology;
  readonly mspId: string;
  /** By name: `peer0.MachineMSP`, `chaincode.peer0.MachineMSP`. */
  readonly nodes: Readonly<Record<string, FabricNode>>;
  stop(): Promise<void>;
}

export interface JoinOptions {
  /** Where the organisation keeps everything: keys, ledger, logs. */
  readonly dataDir: string;
  /** Path of the bundled chaincode; it must be the one that the members run. */
  readonly bundle: string;
  readonly say?: (line: string) => void;
  readonly binaries?: Binaries;
}

const CAUGHT_UP_WITHIN = 60_000;
const POLL = 100;

/**
 * Makes an organisation's keys in its own directory, or finds them there, and returns what it shows to the members of a channel.
 * @throws IdentityError
 */
export async function makeOffer(
  organisation: TopologyOrganisation,
  dataDir: string,
): Promise<OrganisationOffer> {
  const directory = organisationDirectory({ dataDir }, organisation.mspId);
  await createOrganisation(directory, organisation);
  const anchors = organisation.peers.map(({ port }) => `${HOST}:${port}`);
  return offerOf(publicMsp(directory), organisation.mspId, anchors.slice(0, 1));
}

class OwnPeers implements JoinedMember {
  readonly topology: Topology;
  readonly mspId: string;
  readonly #own: Topology;
  readonly #binaries: Binaries;
  readonly #say: (line: string) => void;
  readonly #administrator: Administrator;
  readonly #lifecycle: Lifecycle;
  readonly #nodes = new Map<string, FabricNode>();

  constructor(topology: Topology, mspId: string, binaries: Binaries, say: (line: string) => void) {
    this.topology = topology;
    this.mspId = mspId;
    this.#own = { ...topology, organisations: topology.organisations.filter((each) => each.mspId === mspId) };
    this.#binaries = binaries;
    this.#say = say;
    this.#administrator = new Administrator(topology, binaries);
    this.#lifecycle = new Lifecycle(topology, this.#administrator);
  }

  get nodes(): Readonly<Record<string, FabricNode>> {
    return Object.fromEntries(this.#nodes);
  }

  async start(): Promise<void> {
    await writeNodeFiles(this.#own);
    const peers = this.#own.organisations.flatMap((each) => peersOf(this.topology, each));
    const [first] = peers;
    if (first === undefined) throw new FabricError('TOPOLOGY_UNSUITED', `${this.mspId} has no peer`);
    for (const peer of peers) {
      this.#say(`Starting ${peer.name}`);
      await this.#run(peerSpec(this.topology, this.#binaries, peer));
      await this.#administrator.joinPeer(peer, genesisPath(this.topology));
    }
    this.#say('Reading the channel up to its chaincode definition');
    const definition = await this.#definition(first);
    const services = await Promise.all(peers.map((peer) => this.#deploy(peer)));
    await this.#approve(first, definition, services);
    this.#say('Waiting until every peer finds endorsers');
    for (const peer of peers) await untilItEndorses(this.topology, peer);
  }

  async stop(): Promise<void> {
    const nodes = [...this.#nodes.values()];
    for (const kind of ['chaincode', 'peer'] as const) {
      await Promise.all(nodes.filter((node) => node.kind === kind).map((node) => node.stop()));
    }
  }

  async #run(spec: NodeSpec): Promise<void> {
    this.#nodes.set(spec.process.name, await startNode(spec, this.#say));
  }

  /** What the channel runs. A peer that has just joined knows it when it has read that far. */
  async #definition(peer: PeerNode): Promise<CommittedDefinition> {
    const until = Date.now() + CAUGHT_UP_WITHIN;
    for (;;) {
      const found = await this.#lifecycle.committed(peer);
      if (found !== undefined) return this.#checked(found);
      if (Date.now() > until) {
        const text = `${peer.name} found no definition of ${this.topology.chaincode.name} within ${CAUGHT_UP_WITHIN} ms`;
        throw new FabricError('NOT_IN_TIME', text);
      }
      await delay(POLL);
    }
  }

  #checked(found: CommittedDefinition): CommittedDefinition {
    const { name, version } = this.topology.chaincode;
    if (found.version === version) return found;
    const text = `the channel runs ${name} ${found.version}, and ${version} is at hand: ask for a newer invitation`;
    throw new MembershipError('CHAINCODE_DIFFERS', text);
  }

  async #deploy(peer: PeerNode): Promise<ChaincodeService> {
    this.#say(`Starting and installing the chaincode of ${peer.name}`);
    const { version, bundle } = this.topology.chaincode;
    const run = { version, bundle, port: peer.chaincodePort, name: serverName(peer) };
    const service = await chaincodeService(this.topology, [peer], run);
    await this.#run({ kind: 'chaincode', mspId: this.mspId, process: service.process });
    await this.#lifecycle.install(peer, service.package);
    return service;
  }

  async #approve(
    peer: PeerNode,
    definition: CommittedDefinition,
    [service]: readonly ChaincodeService[],
  ): Promise<void> {
    if (definition.approvals[this.mspId] === true || service === undefined) return;
    this.#say(`Approving the definition in force, sequence ${definition.sequence}`);
    await this.#lifecycle.approve(peer, definition, service.package.id);
  }
}

/**
 * Brings an organisation's peers onto a channel that has let it in: they join from the channel's first block, the chaincode is
 * installed and the definition in force approved, and then it waits until their Gateway endorses. Started again from the same
 * directory, it comes up as it was. When a step fails, everything is stopped and its error thrown.
 * @throws MembershipError, FabricError, ProcessError, IdentityError, TopologyError
 */
export async function joinChannel(
  invitation: OpenedInvitation,
  organisation: TopologyOrganisation,
  { dataDir, bundle, say = () => undefined, binaries }: JoinOptions,
): Promise<JoinedMember> {
  const topology = await joinedTopology(invitation, organisation, { dataDir, bundle });
  await createOrganisation(organisationDirectory(topology, organisation.mspId), organisation);
  await writeInvitation(topology, invitation);
  const member = new OwnPeers(topology, organisation.mspId, binaries ?? (await findBinaries()), say);
  try {
    await member.start();
    return member;
  } catch (error) {
    await member.stop();
    throw error;
  }
}
