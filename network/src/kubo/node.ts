import { startProcess, type RunningProcess } from '../processes/index.js';
import { apiOf, kuboEnvironment, type KuboNode } from './repository.js';
import { askKubo } from './rpc.js';

/** A Kubo that answers. */
export interface RunningKubo extends RunningProcess {
  /** Base URL of its RPC API. */
  readonly api: string;
}

const READY_WITHIN = 30_000;
const STOP_WITHIN = 10_000;
const PROBE_WITHIN = 1_000;

/**
 * Starts the prepared node as a process and waits until its API answers. It collects garbage by itself above its storage limit.
 * @throws ProcessError PORT_TAKEN, NOT_STARTED, EXITED_EARLY, NOT_READY_IN_TIME; in the last case it has been stopped
 */
export async function startKubo(
  node: KuboNode,
  logFile: string,
  readyWithinMs = READY_WITHIN,
): Promise<RunningKubo> {
  const api = apiOf(node);
  const running = await startProcess({
    name: 'kubo',
    command: node.ipfs,
    args: ['daemon', '--migrate=false', '--enable-gc'],
    env: kuboEnvironment(node.repo),
    logFile,
    ports: [node.apiPort, node.swarm.port],
    probe: () => askKubo(api, 'version', PROBE_WITHIN).then(() => true),
    readyWithinMs,
    stopWithinMs: STOP_WITHIN,
  });
  return Object.assign(running, { api });
}
