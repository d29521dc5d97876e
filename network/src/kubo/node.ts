import { setTimeout as delay } from 'node:timers/promises';
import { requireFreePorts } from '../processes/index.js';
import { launch, type Launched } from './process.js';
import { apiOf, kuboEnvironment, type KuboNode } from './repository.js';
import { askKubo } from './rpc.js';

/** A Kubo that answers. */
export interface RunningKubo extends Launched {
  /** Base URL of its RPC API. */
  readonly api: string;
}

const READY_WITHIN = 30_000;
const POLL = 50;
const PROBE_WITHIN = 1_000;

/** Whether the node answers its API. */
async function isReady(api: string): Promise<boolean> {
  return askKubo(api, 'version', PROBE_WITHIN).then(
    () => true,
    () => false,
  );
}

/**
 * Starts the prepared node as a process and waits until its API answers. It collects garbage by itself above its storage limit.
 * @throws ProcessError PORT_TAKEN, NOT_STARTED, EXITED_EARLY, NOT_READY_IN_TIME; in the last case it has been stopped
 */
export async function startKubo(
  node: KuboNode,
  logFile: string,
  readyWithinMs = READY_WITHIN,
): Promise<RunningKubo> {
  const name = 'kubo';
  await requireFreePorts([node.apiPort, node.swarm.port], name);
  const args = ['daemon', '--migrate=false', '--enable-gc'];
  const launched = await launch({ name, command: node.ipfs, args, env: kuboEnvironment(node.repo), logFile });
  const api = apiOf(node);
  const deadline = Date.now() + readyWithinMs;
  while (!(await isReady(api))) {
    if (!launched.isRunning) throw await launched.failure('EXITED_EARLY');
    if (Date.now() > deadline) throw await launched.failure('NOT_READY_IN_TIME');
    await delay(POLL);
  }
  return Object.assign(launched, { api });
}
