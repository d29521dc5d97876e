import { join } from 'node:path';
import { isListening } from '../processes/index.js';
import type { Topology } from '../topology/index.js';
import type { Binaries } from './binaries.js';
import { address, type OrdererNode, type PeerNode } from './layout.js';
import type { NodeSpec } from './supervised-node.js';

const READY_WITHIN = 60_000;
const STOP_WITHIN = 10_000;
const HEALTH_WITHIN = 1_000;

/** Healthy by its own account, and listening everywhere: nodes say that they are well before they serve. */
async function isHealthy({
  operationsPort,
  ...ports
}: Pick<OrdererNode | PeerNode, 'operationsPort' | 'port'> & { adminPort?: number }): Promise<boolean> {
  const response = await fetch(`http://${address(operationsPort)}/healthz`, {
    signal: AbortSignal.timeout(HEALTH_WITHIN),
  });
  await response.body?.cancel();
  const serving = [ports.port, ...(ports.adminPort === undefined ? [] : [ports.adminPort])];
  return response.ok && (await Promise.all(serving.map(isListening))).every(Boolean);
}

function nodeSpec(
  topology: Topology,
  node: OrdererNode | PeerNode,
  [kind, command, ...args]: readonly ['orderer' | 'peer', string, ...string[]],
  ports: readonly number[],
): NodeSpec {
  const { PATH = '', HOME = '' } = process.env;
  return {
    kind,
    mspId: node.mspId,
    operationsPort: node.operationsPort,
    process: {
      name: node.name,
      command,
      args,
      env: { PATH, HOME, FABRIC_CFG_PATH: node.directory, FABRIC_LOGGING_SPEC: 'warn' },
      cwd: node.directory,
      logFile: join(topology.dataDir, 'logs', `${node.name}.log`),
      ports,
      probe: () => isHealthy(node),
      readyWithinMs: READY_WITHIN,
      stopWithinMs: STOP_WITHIN,
    },
  };
}

export const peerSpec = (topology: Topology, { peer }: Binaries, node: PeerNode): NodeSpec =>
  nodeSpec(topology, node, ['peer', peer, 'node', 'start'], [node.port, node.operationsPort]);

export const ordererSpec = (topology: Topology, { orderer }: Binaries, node: OrdererNode): NodeSpec =>
  nodeSpec(topology, node, ['orderer', orderer], [node.port, node.adminPort, node.operationsPort]);
