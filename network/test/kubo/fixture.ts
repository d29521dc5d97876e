import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findIpfs,
  newSwarmKey,
  prepareKubo,
  startKubo,
  type KuboNode,
  type KuboPeer,
  type RunningKubo,
} from '@tallystick/network/kubo';
import { freePorts } from '@tallystick/network/processes';

const ABSENT = 'no ipfs found; run `npm run tools`, or name one in TALLYSTICK_IPFS';

/** The `ipfs` to test with. Without one the suite is skipped, unless TALLYSTICK_REQUIRE_KUBO=1: then it fails. */
export async function ipfsOrSkip(context: Mocha.Context): Promise<string> {
  const found = await findIpfs();
  if (found !== undefined) return found;
  if (process.env['TALLYSTICK_REQUIRE_KUBO'] === '1') throw new Error(ABSENT);
  console.log(`      (skipped: ${ABSENT})`);
  return context.skip();
}

/** Nodes in directories of their own, stopped and removed at the end. */
export class Swarm {
  readonly #ipfs: string;
  readonly #directory: string;
  readonly #running: RunningKubo[] = [];
  #made = 0;

  private constructor(ipfs: string, directory: string) {
    this.#ipfs = ipfs;
    this.#directory = directory;
  }

  static async in(ipfs: string): Promise<Swarm> {
    return new Swarm(ipfs, await mkdtemp(join(tmpdir(), 'tallystick-kubo-')));
  }

  /** A node that is prepared and does not run. */
  async node(
    swarmKey = newSwarmKey(),
    peers: readonly KuboPeer[] = [],
  ): Promise<{ node: KuboNode; peer: KuboPeer }> {
    const [apiPort = 0, port = 0] = await freePorts(2);
    const repo = join(this.#directory, String((this.#made += 1)));
    const swarm = { host: '127.0.0.1', port };
    const node = { ipfs: this.#ipfs, repo, swarmKey, apiPort, swarm, peers };
    return { node, peer: await prepareKubo(node) };
  }

  async start(node: KuboNode): Promise<RunningKubo> {
    const running = await startKubo(node, `${node.repo}.log`);
    this.#running.push(running);
    return running;
  }

  async end(): Promise<void> {
    await Promise.all(this.#running.map((node) => node.stop()));
    await rm(this.#directory, { recursive: true, force: true });
  }
}
