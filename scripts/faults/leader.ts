import { setTimeout as sleep } from 'node:timers/promises';
import type { Topology } from '@tallystick/network/topology';
import type { FabricPlace } from './plan.js';

/** Both consensus plugins tell it: fabric:orderer/consensus/smartbft/metrics.go, fabric:orderer/consensus/etcdraft/metrics.go. */
const IS_LEADER = /^consensus_(?:BFT|etcdraft)_is_leader\{[^}]*\} (\d+)/m;
const WITHIN = 2000;
const PATIENCE = 30_000;
const POLL = 100;

interface Roles {
  readonly leaders: readonly string[];
  readonly followers: readonly string[];
}

async function isLeader(operationsPort: number): Promise<boolean | undefined> {
  const response = await fetch(`http://127.0.0.1:${operationsPort}/metrics`, {
    signal: AbortSignal.timeout(WITHIN),
  });
  const [, value] = IS_LEADER.exec(await response.text()) ?? [];
  return value === undefined ? undefined : value === '1';
}

async function rolesOf({ organisations }: Topology): Promise<Roles> {
  const orderers = organisations.flatMap(({ mspId, orderers: each }) =>
    each.map(({ name, operationsPort = 0 }) => ({ name: `${name}.${mspId}`, operationsPort })),
  );
  const said = await Promise.all(
    orderers.map(async ({ name, operationsPort }) => ({
      name,
      isLeader: await isLeader(operationsPort).catch(() => undefined),
    })),
  );
  const named = (value: boolean): string[] =>
    said.filter((each) => each.isLeader === value).map(({ name }) => name);
  return { leaders: named(true), followers: named(false) };
}

/**
 * The orderer that leads now, or one that follows: as they say themselves, once exactly one says that it leads. (A restarted node of BFT
 * tells the leader of the last block that it has; for some time two may claim it.)
 */
export async function ordererOf(
  topology: Topology,
  role: Extract<FabricPlace, 'leader' | 'follower'>,
): Promise<string> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const { leaders, followers } = await rolesOf(topology);
    const [found] = role === 'leader' ? leaders : followers;
    if (leaders.length === 1 && found !== undefined) return found;
    if (Date.now() > until)
      throw new Error(`no single ${role} among the orderers (leaders: ${leaders.join(', ')})`);
    await sleep(POLL);
  }
}
