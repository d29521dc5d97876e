import { join } from 'node:path';
import { newKuboStore, type ContentStore } from '../../gateway/src/payload/index.js';
import { findIpfs, newSwarmKey, prepareKubo, startKubo } from '../../network/src/kubo/index.js';
import { freePorts } from '../../network/src/processes/index.js';

type OpenStore = (directory: string) => Promise<ContentStore>;

/** Runs some work with stores in a Kubo of its own, or with `undefined` where no `ipfs` is found. */
export async function withKubo<T>(
  directory: string,
  work: (open: OpenStore | undefined) => Promise<T>,
): Promise<T> {
  const ipfs = await findIpfs();
  if (ipfs === undefined) return work(undefined);
  const [apiPort = 0, port = 0] = await freePorts(2);
  const repo = join(directory, 'kubo');
  const node = { ipfs, repo, apiPort, swarmKey: newSwarmKey(), swarm: { host: '127.0.0.1', port } };
  await prepareKubo(node);
  const kubo = await startKubo(node, join(directory, 'kubo.log'));
  const timeouts = { timeoutMs: 30_000, fetchTimeoutMs: 10_000 };
  try {
    return await work((place) => newKuboStore({ api: kubo.api, directory: place, ...timeouts }));
  } finally {
    await kubo.stop();
  }
}
