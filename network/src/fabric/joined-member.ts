import { setTimeout as delay } from 'node:timers/promises';
import { createOrganisation } from '../identity/index.js';
import { organisationDirectory, type Topology, type TopologyOrganisation } from '../topology/index.js';
import { Administrator } from './administrator.js';
import { allOf } from './all-of.js';
import { findBinaries, type Binaries } from './binaries.js';
import { chaincodeService, serverName } from './chaincode-server.js';
import { FabricError } from './errors.js';
import { genesisPath, joinedTopology, writeInvitation, type OpenedInvitation } from './invitation.js';
import { HOST, peerNodes, publicMsp, type PeerNode } from './layout.js';
import { Lifecycle, type CommittedDefinition } from './lifecycle.js';
import { MembershipError } from './membership-errors.js';
import { untilItEndorses } from './gateway-probe.js';
import { writeNodeFiles } from './node-files.js';
import { peerSpec } from './node-processes.js';
import { offerOf, type OrganisationOffer } from './organisation-offer.js';
import { RunningNodes } from './running-nodes.js';
import type { FabricNode } from './supervised-node.js';

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
const NOT_YET_LET_IN = /creator org unknown/;

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
  readonly #nodes: RunningNodes;

  constructor(topology: Topology, mspId: string, binaries: Binaries, say: (line: string) => void) {
    this.topology = topology;
    this.mspId = mspId;
    this.#own = { ...topology, organisations: topology.organisations.filter((each) => each.mspId === mspId) };
    this.#binaries = binaries;
    this.#say = say;
    this.#administrator = new Administrator(topology, binaries);
    this.#lifecycle = new Lifecycle(topology, this.#administrator);
    this.#nodes = new RunningNodes(say);
  }

  get nodes(): Readonly<Record<string, FabricNode>> {
    return this.#nodes.all;
  }

  async start(): Promise<void> {
    await writeNodeFiles(this.#own);
    const peers = peerNodes(this.#own);
    const [first] = peers;
    if (first === undefined) throw new FabricError('TOPOLOGY_UNSUITED', `${this.mspId} has no peer`);
    this.#say('Starting peers and joining them');
    await allOf(peers.map((peer) => this.#join(peer)));
    this.#say('Reading the channel up to its chaincode definition');
    const definition = await this.#definition(first);
    this.#say(`Deploying chaincode ${definition.version}, sequence ${definition.sequence}`);
    await this.#deploy(first, peers, definition);
    this.#say('Waiting until every peer finds endorsers');
    await allOf(peers.map((peer) => untilItEndorses(this.topology, peer)));
  }

  stop(): Promise<void> {
    return this.#nodes.stop();
  }

  async #join(peer: PeerNode): Promise<void> {
    await this.#nodes.start(peerSpec(this.topology, this.#binaries, peer));
    await this.#administrator.joinPeer(peer, genesisPath(this.topology));
  }

  /** What the channel runs. A peer that has just joined knows it when it has read that far. */
  async #definition(peer: PeerNode): Promise<CommittedDefinition> {
    const until = Date.now() + CAUGHT_UP_WITHIN;
    const { name, version } = this.topology.chaincode;
    let found: CommittedDefinition | undefined;
    for (;;) {
      found = (await this.#committed(peer)) ?? found;
      // An older version may be one that the peer is yet to read past.
      if (found?.version === version) return found;
      if (Date.now() > until) break;
      await delay(POLL);
    }
    if (found === undefined) {
      throw new FabricError(
        'NOT_IN_TIME',
        `${peer.name} found no definition of ${name} within ${CAUGHT_UP_WITHIN} ms`,
      );
    }
    const text = `the channel runs ${name} ${found.version}, and ${version} is at hand: ask for a newer invitation`;
    throw new MembershipError('CHAINCODE_DIFFERS', text);
  }

  /** Before it has read the block that lets its organisation in, a peer does not know its own administrator. */
  async #committed(peer: PeerNode): Promise<CommittedDefinition | undefined> {
    try {
      return await this.#lifecycle.committed(peer);
    } catch (error) {
      if (error instanceof FabricError && NOT_YET_LET_IN.test(error.message)) return undefined;
      throw error;
    }
  }

  async #deploy(first: PeerNode, peers: readonly PeerNode[], definition: CommittedDefinition): Promise<void> {
    const { version, bundle } = this.topology.chaincode;
    const run = { version, bundle, port: first.chaincodePort, name: serverName(first) };
    const { package: made, process } = await chaincodeService(this.topology, peers, run);
    await this.#nodes.start({ kind: 'chaincode', mspId: this.mspId, process });
    await allOf(peers.map((peer) => this.#lifecycle.install(peer, made)));
    if ((await this.#lifecycle.approvedPackage(first, definition)) === made.id) return;
    this.#say(`Approving ${made.id}`);
    await this.#lifecycle.approve(first, definition, made.id);
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
