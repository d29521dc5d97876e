import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { recordedTopology } from './network-topology.js';
import { isSame } from './process-identity.js';
import type { NodeState, RunRecord } from './run-record.js';

const run = promisify(execFile);
const WITHIN = 1_500;
const KIBIBYTE = 1024;

/** How a process of the network is. */
export interface NodeStatus {
  readonly name: string;
  readonly pid: number;
  readonly health: 'well' | 'ill' | 'gone';
  /** Blocks that it has, of peers and orderers. */
  readonly height: number | undefined;
  readonly restarts: number;
  /** Memory in bytes, and time as `ps` gives it; unknown where there is no `ps`. */
  readonly memory: number | undefined;
  readonly cpu: string | undefined;
  readonly uptime: string | undefined;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: WITHIN });
    const answer = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}

async function told(port: number, path: string): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(WITHIN) });
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}

async function isWell({ port, operationsPort }: NodeState): Promise<boolean> {
  if (!(await accepts(port))) return false;
  return operationsPort === undefined || (await told(operationsPort, '/healthz')) !== undefined;
}

/** Height of a channel's ledger in a node's metrics (fabric:docs/source/metrics_reference.rst). */
export function heightIn(metrics: string, channel: string): number | undefined {
  const line = metrics
    .split('\n')
    .find((each) => each.startsWith(`ledger_blockchain_height{channel="${channel}"}`));
  const value = line?.split(' ')[1];
  return value === undefined ? undefined : Number(value);
}

async function heightOf({ operationsPort }: NodeState, channel: string): Promise<number | undefined> {
  if (operationsPort === undefined) return undefined;
  const metrics = await told(operationsPort, '/metrics');
  return metrics === undefined ? undefined : heightIn(metrics, channel);
}

type Usage = Pick<NodeStatus, 'memory' | 'cpu' | 'uptime'>;

async function usages(pids: readonly number[]): Promise<ReadonlyMap<number, Usage>> {
  try {
    const { stdout } = await run('ps', ['-o', 'pid=,rss=,time=,etime=', '-p', pids.join(',')]);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    return new Map(
      rows.map(([pid, rss, cpu, uptime]) => [Number(pid), { memory: Number(rss) * KIBIBYTE, cpu, uptime }]),
    );
  } catch {
    return new Map();
  }
}

/** Looks at every process of a running network. */
export async function statusOf(dataDir: string, { nodes }: RunRecord): Promise<NodeStatus[]> {
  const { channel } = await recordedTopology(dataDir);
  const used = await usages(nodes.map(({ pid }) => pid));
  return Promise.all(
    nodes.map(async (node) => {
      const { name, pid, restarts } = node;
      const isThere = await isSame(node);
      const health = isThere ? ((await isWell(node)) ? 'well' : 'ill') : 'gone';
      const usage = used.get(pid) ?? { memory: undefined, cpu: undefined, uptime: undefined };
      return { name, pid, health, height: await heightOf(node, channel), restarts, ...usage };
    }),
  );
}

const MEBIBYTE = KIBIBYTE * KIBIBYTE;

/** One line for each process. */
export function statusText(statuses: readonly NodeStatus[]): string {
  const rows = statuses.map(({ name, pid, health, height, restarts, memory, cpu, uptime }) => [
    name,
    `pid ${pid}`,
    health,
    height === undefined ? '' : `height ${height}`,
    `restarts ${restarts}`,
    memory === undefined ? '' : `${Math.round(memory / MEBIBYTE)} MiB`,
    cpu === undefined ? '' : `cpu ${cpu}`,
    uptime === undefined ? '' : `up ${uptime}`,
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(padded).join('\n');
}
