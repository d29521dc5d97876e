import { readdir, readFile } from 'node:fs/promises';
import type { Space } from '../space.js';

/** Linux counts in ticks of 10 ms whatever its own clock (sysconf _SC_CLK_TCK is 100 on every architecture of Node). */
const TICK_MS = 10;

/** Fields of proc(5) `/proc/<pid>/stat` after the name, which may hold anything, spaces and parentheses too. */
async function statOf(pid: number | string): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Processor time that a process has used, user and system, in milliseconds. Linux only. */
export async function processorTime(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Processes that a process has started. */
async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    pids.map((pid) =>
      statOf(pid).then(
        (fields) => Number(fields[1]),
        () => -1,
      ),
    ),
  );
  return pids.filter((_, index) => parents[index] === parent).map(Number);
}

/** Processor time by part, in milliseconds. */
export type ProcessorTimes = Readonly<Record<string, number>>;

/** The parts of a space: the ledger's processes and their children, each gateway; and ourselves, who play the clients. */
export async function partsOf({ backings, gateways }: Space): Promise<Readonly<Record<string, number>>> {
  const backing = backings.flatMap(({ processes }) =>
    Object.entries(processes).map(([name, { pid }]) => [name, pid] as const),
  );
  const children = await Promise.all(
    backing.map(async ([name, pid]) =>
      (await childrenOf(pid)).map((child, index) => [`${name}/${index}`, child] as const),
    ),
  );
  return {
    ...Object.fromEntries([...backing, ...children.flat()]),
    ...Object.fromEntries(Object.values(gateways).map((each) => [each.mspId, each.process.pid])),
    clients: process.pid,
  };
}

export async function timesOf(parts: Readonly<Record<string, number>>): Promise<ProcessorTimes> {
  const entries = Object.entries(parts).map(async ([name, pid]) => [name, await processorTime(pid)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** What each part used between two readings, divided. */
export function spent(before: ProcessorTimes, after: ProcessorTimes, divisor = 1): Record<string, number> {
  const entries = Object.entries(after).map(([name, time]) => [name, (time - (before[name] ?? 0)) / divisor]);
  return Object.fromEntries(entries) as Record<string, number>;
}
