import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../processes/index.js';
import { parseTopology, type Topology } from '../topology/index.js';
import { allOf } from './all-of.js';
import { keepBundle, keptBundle, readReleases, writeReleases, type Release } from './chaincode-release.js';
import {
  agree,
  endorsingOrganisations,
  prepare,
  serve,
  type DeploymentParts,
  type Prepared,
} from './deployment.js';
import { serverName } from './chaincode-server.js';
import { FabricError } from './errors.js';
import { untilItEndorses } from './gateway-probe.js';
import { peerNodes, type PeerNode } from './layout.js';
import { bundleDigest } from './package.js';

/** A version of the chaincode to be deployed on a network that runs. */
export interface UpgradeRequest {
  readonly version: string;
  /** Path of the bundle, one file; a copy is kept. */
  readonly bundle: string;
  /** How long the servers of the version before go on when every peer has left them, in milliseconds. */
  readonly graceMs?: number;
}

const GRACE = 3_000;
const COMMITTED_WITHIN = 60_000;
const POLL = 250;

/**
 * Judged as the topology would be: the version stands in the package's label and in the definition. Its first number names the edition of
 * the rules, which never goes back: the earlier one could not read what the later one wrote. @throws TopologyError, FabricError CHAINCODE_UNFIT
 */
function requireSuited(topology: Topology, { release }: Prepared, { version, bundle }: UpgradeRequest): void {
  parseTopology({ ...topology, chaincode: { ...topology.chaincode, version, bundle } });
  if (Number.parseInt(version, 10) >= Number.parseInt(release.version, 10)) return;
  const message = `version ${version} would go back to earlier rules than those of ${release.version}`;
  throw new FabricError('CHAINCODE_UNFIT', message, { deployed: release.version, version });
}

/** Whether a request asks for what runs already. @throws FabricError VERSION_TAKEN, CHAINCODE_UNFIT */
async function isDeployed({ release }: Prepared, request: UpgradeRequest): Promise<boolean> {
  const { version, bundle } = request;
  const digest = await bundleDigest(bundle).catch((cause: unknown) => {
    throw new FabricError('CHAINCODE_UNFIT', `${bundle} cannot be read`, { bundle }, { cause });
  });
  if (version !== release.version) return false;
  if (digest === release.digest) return true;
  const message = `version ${version} is deployed with another bundle: give the new one a version of its own`;
  throw new FabricError('VERSION_TAKEN', message, { deployed: release.digest, bundle: digest });
}

/** Ports that are neither taken now nor by a node that happens to be down. */
async function portsFor(topology: Topology, { ports }: Release): Promise<Release['ports']> {
  const reserved = new Set<unknown>([
    ...topology.organisations.flatMap(({ peers, orderers }) =>
      [...peers, ...orderers].flatMap((node) => Object.values(node)),
    ),
    ...Object.values(ports),
  ]);
  const mspIds = [...endorsingOrganisations(topology).keys()];
  const free = (await freePorts(mspIds.length + reserved.size)).filter((port) => !reserved.has(port));
  return Object.fromEntries(mspIds.map((mspId, index) => [mspId, free[index] ?? 0]));
}

/** One upgrade from its first server to the last one stopped. */
class RollingUpgrade {
  readonly #parts: DeploymentParts;
  readonly #before: Prepared;
  readonly #next: Prepared;

  constructor(parts: DeploymentParts, before: Prepared, next: Prepared) {
    this.#parts = parts;
    this.#before = before;
    this.#next = next;
  }

  async run(graceMs: number, signal: AbortSignal): Promise<void> {
    const { say } = this.#parts;
    const { version, sequence } = this.#next.release;
    const started = performance.now();
    const told = (what: string): void => say(`${what} (${Math.round(performance.now() - started)} ms)`);
    await this.#agreed(told);
    told(`Version ${version} is committed as sequence ${sequence}`);
    await this.#switched();
    told(`Every peer runs version ${version}`);
    await delay(graceMs, undefined, { signal }).catch(() => undefined);
    await this.#parts.nodes.end(this.#names(this.#before, retiredName(this.#before.release)));
    told(`The servers of version ${this.#before.release.version} are stopped`);
  }

  /** Up to the commit nothing has changed for anybody, and everything can be taken back. */
  async #agreed(told: (what: string) => void): Promise<void> {
    const { topology, nodes } = this.#parts;
    const { current } = await readReleases(topology);
    const kept = current === undefined ? {} : { current };
    await writeReleases(topology, { ...kept, next: this.#next.release });
    try {
      await serve(this.#parts, this.#next);
      told(`Servers of version ${this.#next.release.version} run, its package is installed`);
      await agree(this.#parts, this.#next);
    } catch (error) {
      if (await this.#isCommitted()) return;
      await nodes.end(this.#names(this.#next, incomingName(this.#next.release)));
      await writeReleases(topology, kept);
      throw error;
    }
  }

  /** A command that failed may have been late only. Where nobody answers, the servers stay: the next start looks again. */
  async #isCommitted(): Promise<boolean> {
    const { release, members } = this.#next;
    const answers = await Promise.allSettled(
      members.map(({ peer }) => this.#parts.lifecycle.committed(peer)),
    );
    const known = answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value?.sequence ?? 0] : []));
    return known.length > 0 && Math.max(...known) >= release.sequence;
  }

  async #switched(): Promise<void> {
    const { topology, nodes } = this.#parts;
    const { release, members } = this.#next;
    await writeReleases(topology, { current: release });
    for (const { peer } of members) {
      const name = serverName(peer);
      nodes.succeed(incomingName(release)(peer), name, retiredName(this.#before.release)(peer));
    }
    const peers = peerNodes(topology);
    await allOf(peers.map((peer) => this.#untilCommitted(peer)));
    await allOf(peers.map((peer) => untilItEndorses(topology, peer)));
  }

  async #untilCommitted(peer: PeerNode): Promise<void> {
    const { sequence } = this.#next.release;
    const until = Date.now() + COMMITTED_WITHIN;
    for (;;) {
      const committed = await this.#parts.lifecycle.committed(peer).catch(() => undefined);
      if ((committed?.sequence ?? 0) >= sequence) return;
      if (Date.now() > until) {
        throw new FabricError('NOT_IN_TIME', `${peer.name} did not commit sequence ${sequence}`);
      }
      await delay(POLL);
    }
  }

  #names({ members }: Prepared, nameOf: (peer: PeerNode) => string): string[] {
    return members.map(({ peer }) => nameOf(peer));
  }
}

const versionedName =
  ({ version }: Release) =>
  (peer: PeerNode): string =>
    `${serverName(peer)}@${version}`;
const incomingName = versionedName;
const retiredName = versionedName;

/**
 * Deploys another version while the network is in use: servers of the new version start beside the old ones, at ports of their
 * own; every organisation installs and approves the package; the commit of the next sequence switches each peer as it reaches
 * that block. Until then a peer calls the old servers, and what it has begun there it ends there: they go on for a while.
 * When anything fails before the commit, the network is as it was.
 * @throws FabricError, ProcessError, TopologyError
 */
export async function upgrade(
  parts: DeploymentParts,
  before: Prepared,
  request: UpgradeRequest,
  signal: AbortSignal,
): Promise<Prepared> {
  const { topology } = parts;
  requireSuited(topology, before, request);
  if (await isDeployed(before, request)) return before;
  const digest = await keepBundle(topology, request.bundle);
  const release: Release = {
    version: request.version,
    sequence: before.release.sequence + 1,
    digest,
    ports: await portsFor(topology, before.release),
  };
  const next = await prepare(topology, release, await keptBundle(topology, digest), incomingName(release));
  await new RollingUpgrade(parts, before, next).run(request.graceMs ?? GRACE, signal);
  return next;
}
