import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';
import { HEIGHT, type Metrics } from '../metrics.js';
import { askMetrics } from '../operations.js';
import type { LedgerNode, ExaminedNetwork } from '../examined-network.js';

/** A node that keeps up has, after this many milliseconds, what another had before. */
const GRACE = 1_500;

/** Blocks that a node had, and has a little later; `undefined` when it does not have the channel. */
export interface Heights {
  readonly name: string;
  readonly kind: 'peer' | 'orderer';
  readonly before: number | undefined;
  readonly after: number | undefined;
}

const behind = ({ name, kind }: Heights, height: number, most: number): Finding => ({
  code: kind === 'peer' ? 'PEER_BEHIND' : 'ORDERER_BEHIND',
  severity: 'error',
  subject: name,
  text: `has ${height} blocks where others have ${most}, and does not catch up within ${GRACE} ms`,
  remedy:
    kind === 'peer'
      ? 'see in its log which orderers it follows and why they give it no blocks; look again when it had time'
      : 'see in its log whether the other orderers reach it and know its certificate; look again when it had time',
});

const notJoined = ({ name }: Heights): Finding => ({
  code: 'PEER_NOT_JOINED',
  severity: 'error',
  subject: name,
  text: 'runs and does not have the channel',
  remedy: 'peer channel join -b <genesis block>, as an administrator of its organisation',
});

/**
 * Who is behind. Blocks come while we look, so that heights of one moment differ in a network that is well: behind is who has,
 * after a while, not even what another had before.
 */
export function heightFindings(heights: readonly Heights[]): Finding[] {
  const most = Math.max(0, ...heights.map(({ before = 0 }) => before));
  return heights.flatMap((each) => {
    const height = each.after ?? each.before;
    // Orderers that are not on the channel are told of by their own account.
    if (height === undefined) return each.kind === 'peer' ? [notJoined(each)] : [];
    return height < most ? [behind(each, height, most)] : [];
  });
}

async function heightsOf(
  examined: ExaminedNetwork,
  node: LedgerNode,
): Promise<{ name: string; before: Metrics | undefined; after: Metrics | undefined }> {
  const { metrics: before } = await examined.operations(node);
  await delay(GRACE);
  return { name: node.name, before, after: await askMetrics(node.operationsPort, examined.now) };
}

/** All that run have the same blocks, but for the newest. */
export const heights: Check = {
  name: 'heights',
  of: 'fabric',
  within: 15_000,
  async run(examined) {
    const { channel } = examined.topology;
    const running = await examined.running(examined.nodes);
    const told = await Promise.all(running.map((node) => heightsOf(examined, node)));
    const missing = told
      .filter(({ before }) => before === undefined)
      .map(({ name }) => notMade(`height of ${name}`, 'it gives no metrics (metrics.provider: prometheus)'));
    const peers = new Set(examined.peers.map(({ name }) => name));
    const known = told
      .filter(({ before }) => before !== undefined)
      .map(({ name, before, after }) => ({
        name,
        kind: peers.has(name) ? ('peer' as const) : ('orderer' as const),
        before: before?.ofChannel(HEIGHT, channel),
        after: after?.ofChannel(HEIGHT, channel),
      }));
    return [...heightFindings(known), ...missing];
  },
};
