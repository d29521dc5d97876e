import { setTimeout as delay } from 'node:timers/promises';
import type { Topology } from '../topology/index.js';
import { FabricError } from './errors.js';
import { address, ordererNodes, type OrdererNode } from './layout.js';

const WITHIN = 60_000;
const ANSWERS_WITHIN = 1_000;
const POLL = 50;

async function leads({ operationsPort }: OrdererNode, channel: string): Promise<boolean> {
  const url = `http://${address(operationsPort)}/metrics`;
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN) });
  return (await response.text()).includes(`consensus_etcdraft_is_leader{channel="${channel}"} 1`);
}

/**
 * Waits until the orderers take transactions. Those of Raft first have to elect a leader, seconds after every start; those of BFT
 * begin with the leader of the last view. @throws FabricError NOT_IN_TIME
 */
export async function untilItOrders(topology: Topology): Promise<void> {
  if (topology.ledger.kind !== 'fabric-raft') return;
  const until = Date.now() + WITHIN;
  const isLed = (): Promise<boolean> =>
    Promise.any(
      ordererNodes(topology).map(async (node) => {
        if (!(await leads(node, topology.channel)))
          throw new FabricError('NOT_IN_TIME', `${node.name} follows`);
        return true;
      }),
    ).catch(() => false);
  while (!(await isLed())) {
    if (Date.now() > until) throw new FabricError('NOT_IN_TIME', `no Raft leader within ${WITHIN} ms`);
    await delay(POLL);
  }
}
