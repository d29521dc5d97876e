import type { Topology } from '../../topology/index.js';
import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';
import type { Metrics } from '../metrics.js';

/** What an orderer that runs says about who leads. */
export interface Vote {
  readonly name: string;
  readonly isLeader: boolean;
}

const IS_LEADER = { 'fabric-bft': 'consensus_BFT_is_leader', 'fabric-raft': 'consensus_etcdraft_is_leader' };
type OrderingKind = keyof typeof IS_LEADER;

/** How many of n orderers must run: with f faulty ones borne of 3f + 1 (fabric:orderer/consensus/smartbft), or a majority. */
export function quorum(kind: OrderingKind, n: number): number {
  const faults = Math.floor((n - 1) / 3);
  return kind === 'fabric-bft' ? Math.ceil((n + faults + 1) / 2) : Math.floor(n / 2) + 1;
}

const tooFew = (channel: string, running: number, all: number, needed: number): Finding => ({
  code: 'ORDERERS_TOO_FEW',
  severity: 'error',
  subject: channel,
  text: `${running} of ${all} orderers run and ${needed} are needed: nothing is ordered`,
  remedy: 'start the orderers that do not run',
});

/** What follows from what the orderers that run say. */
export function leaderFindings(channel: string, votes: readonly Vote[]): Finding[] {
  const leaders = votes.filter(({ isLeader }) => isLeader).map(({ name }) => name);
  if (leaders.length === 1) return [];
  const text =
    leaders.length === 0
      ? 'no orderer that runs leads: nothing is ordered until one does'
      : `several orderers say that they lead: ${leaders.sort().join(', ')}`;
  const remedy =
    'wait ten seconds for an election and look again; then see that the orderers reach each other, and their logs';
  return [{ code: 'ORDERER_LEADER_UNKNOWN', severity: 'error', subject: channel, text, remedy }];
}

function vote(kind: OrderingKind, channel: string, metrics: Metrics | undefined): boolean | undefined {
  const value = metrics?.ofChannel(IS_LEADER[kind], channel);
  return value === undefined ? undefined : value === 1;
}

const isOrdering = (kind: Topology['ledger']['kind']): kind is OrderingKind => kind !== 'embedded';

/** Enough orderers run, and one of them leads. */
export const ordererLeader: Check = {
  name: 'leader of the orderers',
  of: 'fabric',
  within: 10_000,
  async run(examined) {
    const { channel, ledger } = examined.topology;
    if (!isOrdering(ledger.kind) || (await examined.isDark())) return [];
    const { kind } = ledger;
    const running = await examined.running(examined.orderers);
    const needed = quorum(kind, examined.orderers.length);
    if (running.length < needed) return [tooFew(channel, running.length, examined.orderers.length, needed)];
    const told = await Promise.all(
      running.map(async (node) => {
        const { metrics } = await examined.operations(node);
        return { name: node.name, isLeader: vote(kind, channel, metrics) };
      }),
    );
    const votes = told.flatMap(({ name, isLeader }) => (isLeader === undefined ? [] : [{ name, isLeader }]));
    const silent = told.filter(({ isLeader }) => isLeader === undefined);
    const missing = silent.map(({ name }) => notMade(name, `its metrics do not have ${IS_LEADER[kind]}`));
    // One that does not tell may be the leader.
    const found = leaderFindings(channel, votes);
    return silent.length > 0 && !votes.some(({ isLeader }) => isLeader) ? missing : [...found, ...missing];
  },
};
