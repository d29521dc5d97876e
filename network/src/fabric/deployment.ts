import { peersOf, type PeerNode } from './layout.js';
import { allOf } from './all-of.js';
import { keptBundle, readReleases, writeReleases, type Release } from './chaincode-release.js';
import { chaincodeService, serverName, type ChaincodeService } from './chaincode-server.js';
import { FabricError } from './errors.js';
import type { CommittedDefinition, Lifecycle } from './lifecycle.js';
import { bundleDigest } from './package.js';
import type { RunningNodes } from './running-nodes.js';
import type { Topology } from '../topology/index.js';

/** The chaincode of an organisation: which of its peers approves and endorses first, all of them, and what serves them. */
interface Member {
  readonly peer: PeerNode;
  readonly peers: readonly PeerNode[];
  readonly service: ChaincodeService;
}

export interface DeploymentParts {
  readonly topology: Topology;
  readonly lifecycle: Lifecycle;
  readonly nodes: RunningNodes;
  readonly say: (line: string) => void;
}

/** The peers of each organisation that has any, by MSP id: an organisation approves once, and one process serves its peers. */
export function endorsingOrganisations(topology: Topology): ReadonlyMap<string, readonly PeerNode[]> {
  const all = topology.organisations.map((each) => [each.mspId, peersOf(topology, each)] as const);
  return new Map(all.filter(([, peers]) => peers.length > 0));
}

/** The release that the topology itself names: its bundle runs where it lies. */
async function topologyRelease(topology: Topology, sequence: number): Promise<Release> {
  const { version, bundle } = topology.chaincode;
  const ports = [...endorsingOrganisations(topology)].map(([mspId, [peer]]) => [mspId, peer?.chaincodePort]);
  const digest = await bundleDigest(bundle);
  return { version, sequence, digest, ports: Object.fromEntries(ports) as Release['ports'] };
}

/** A release with its bundle and with what each organisation runs of it. */
export interface Prepared {
  readonly release: Release;
  readonly packageId: string;
  readonly members: readonly Member[];
}

/** Says how a release runs at every organisation, and puts down where each peer finds its service. */
export async function prepare(
  topology: Topology,
  release: Release,
  bundle: string,
  nameOf: (peer: PeerNode) => string,
): Promise<Prepared> {
  const members = await allOf(
    [...endorsingOrganisations(topology)].map(async ([mspId, peers]): Promise<Member> => {
      const [peer] = peers;
      const port = release.ports[mspId] ?? peer?.chaincodePort;
      if (peer === undefined || port === undefined) throw new Error('an organisation listed here has peers');
      const run = { version: release.version, bundle, port, name: nameOf(peer) };
      return { peer, peers, service: await chaincodeService(topology, peers, run) };
    }),
  );
  const [first] = members;
  if (first === undefined) throw new FabricError('TOPOLOGY_UNSUITED', 'the topology has no peer');
  return { release, packageId: first.service.package.id, members };
}

/** Starts the servers of a release and installs its package at every peer. */
export async function serve({ nodes, lifecycle }: DeploymentParts, { members }: Prepared): Promise<void> {
  await allOf(
    members.map(async ({ peer, peers, service }) => {
      await nodes.start({ kind: 'chaincode', mspId: peer.mspId, process: service.process });
      await allOf(peers.map((each) => lifecycle.install(each, service.package)));
    }),
  );
}

/** Every organisation approves a release, then one of them commits it. What has been approved already stays so. */
export async function agree({ lifecycle }: DeploymentParts, { release, members }: Prepared): Promise<void> {
  await allOf(members.map(({ peer, service }) => lifecycle.approve(peer, release, service.package.id)));
  const endorsers = members.map(({ peer }) => peer);
  const [by] = endorsers;
  if (by !== undefined) await lifecycle.commit(by, release, endorsers);
}

/** What the channel runs: the release that was deployed last, or the topology's own. Tidies up after an interrupted upgrade. */
async function releaseOf(
  { topology, say }: DeploymentParts,
  committed: CommittedDefinition | undefined,
): Promise<{ release: Release; bundle: string }> {
  const { current, next } = await readReleases(topology);
  const found = [next, current].find((each) => each?.sequence === committed?.sequence);
  if (next !== undefined) await writeReleases(topology, found === undefined ? {} : { current: found });
  if (found === undefined) {
    const release = await topologyRelease(topology, committed?.sequence ?? 1);
    return { release, bundle: topology.chaincode.bundle };
  }
  say(`Chaincode ${topology.chaincode.name} ${found.version} was deployed later than the topology's`);
  return { release: found, bundle: await keptBundle(topology, found.digest) };
}

// A bundle that has changed since is another package. Until its organisation approves it, a peer calls the old one in vain.
async function approveAgain(
  { lifecycle, say }: DeploymentParts,
  { release, members }: Prepared,
): Promise<void> {
  await allOf(
    members.map(async ({ peer, service }) => {
      const { id } = service.package;
      if ((await lifecycle.approvedPackage(peer, release)) === id) return;
      say(`${peer.mspId} approves another bundle: ${id}`);
      await lifecycle.approve(peer, release, id);
    }),
  );
}

/**
 * Brings the chaincode of a network up: servers started, packages installed, definition agreed on. What has been done before
 * is not done again, so that an interrupted deployment is completed by the next.
 */
export async function deploy(parts: DeploymentParts): Promise<Prepared> {
  const { topology, lifecycle } = parts;
  const [peer] = [...endorsingOrganisations(topology).values()].flat();
  if (peer === undefined) throw new FabricError('TOPOLOGY_UNSUITED', 'the topology has no peer');
  const committed = await lifecycle.committed(peer);
  const { release, bundle } = await releaseOf(parts, committed);
  const prepared = await prepare(topology, release, bundle, serverName);
  await serve(parts, prepared);
  await (committed === undefined ? agree : approveAgain)(parts, prepared);
  return prepared;
}
