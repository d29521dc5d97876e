import { join } from 'node:path';
import {
  apiOf,
  keepSwarmKey,
  prepareKubo,
  requireIpfs,
  startKubo,
  type KuboNode,
  type RunningKubo,
} from '@tallystick/network/kubo';
import type { Backing } from './backing.js';
import type { KuboPorts, SpaceRecord } from './record.js';

/** The name of an organisation's Kubo among the processes of a space. */
const kuboName = (mspId: string): string => `kubo.${mspId}`;

/** Base URL of the RPC API of an organisation's Kubo. */
export const kuboApi = ({ api }: KuboPorts): string => apiOf({ apiPort: api });

async function nodesOf({ topology, kubo = {} }: SpaceRecord): Promise<Map<string, KuboNode>> {
  const directory = join(topology.dataDir, 'kubo');
  const ipfs = await requireIpfs();
  const swarmKey = await keepSwarmKey(join(directory, 'swarm.key'));
  const nodes = Object.entries(kubo).map(([mspId, { api, swarm }]): [string, KuboNode] => [
    kuboName(mspId),
    { ipfs, swarmKey, repo: join(directory, mspId), apiPort: api, swarm: { host: '127.0.0.1', port: swarm } },
  ]);
  // First the identities, which are made once; then each node is told of the others.
  const peers = await Promise.all(nodes.map(([, node]) => prepareKubo(node)));
  return new Map(
    nodes.map(([name, node], index) => [name, { ...node, peers: peers.filter((_, each) => each !== index) }]),
  );
}

/** A private swarm of one Kubo for each organisation. @throws KuboError NO_BINARY, and what starting them throws */
export async function startSwarm(record: SpaceRecord): Promise<Backing> {
  const nodes = await nodesOf(record);
  const running = new Map<string, RunningKubo>();
  const start = async (name: string): Promise<void> => {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`no Kubo is called ${name}`);
    await prepareKubo(node);
    running.set(name, await startKubo(node, join(record.topology.dataDir, 'logs', `${name}.log`)));
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((each) => each.stop()));
  };
  const started = await Promise.allSettled([...nodes.keys()].map(start));
  const failed = started.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    get processes() {
      return Object.fromEntries(running);
    },
    async restart(name) {
      await running.get(name)?.stop();
      await start(name);
    },
    stop,
  };
}
