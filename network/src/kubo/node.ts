import { startProcess, type ProcessSpec, type RunningProcess } from '../processes/index.js';
import { apiOf, kuboEnvironment, type KuboNode } from './repository.js';
import { askKubo } from './rpc.js';

/** A Kubo that answers. */
export interface RunningKubo extends RunningProcess {
  /** Base URL of its RPC API. */
  readonly api: string;
}

const READY_WITHIN = 30_000;
// It waits for requests under way before it ends.
const STOP_WITHIN = 10_000;
const PROBE_WITHIN = 1_000;

/** Whether the node answers its API. */
async function isAnswering(api: string): Promise<boolean> {
  return askKubo(api, 'version', PROBE_WITHIN).then(
    () => true,
    () => false,
  );
}

/** The prepared node as a process to start or to supervise. It collects garbage by itself above its storage limit. */
export function kuboProcess(node: KuboNode, logFile: string, name = 'kubo'): ProcessSpec {
  return {
    name,
    command: node.ipfs,
    args: ['daemon', '--migrate=false', '--enable-gc'],
    env: kuboEnvironment(node.repo),
    logFile,
    ports: [node.apiPort, node.swarm.port],
    probe: () => isAnswering(apiOf(node)),
    readyWithinMs: READY_WITHIN,
    stopWithinMs: STOP_WITHIN,
  };
}

/**
 * Starts the prepared node and waits until its API answers.
 * @throws ProcessError PORT_TAKEN, NOT_STARTED, EXITED_EARLY, NOT_READY_IN_TIME; in the last case it has been stopped
 */
export async function startKubo(
  node: KuboNode,
  logFile: string,
  readyWithinMs = READY_WITHIN,
): Promise<RunningKubo> {
  const started = await startProcess({ ...kuboProcess(node, logFile), readyWithinMs });
  return Object.assign(started, { api: apiOf(node) });
}
