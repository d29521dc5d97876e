import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';

const SECOND = 1_000;
/** Beyond it a peer or orderer refuses what is signed by another clock (fabric:sampleconfig/core.yaml, peer.authentication.timewindow). */
const WINDOW = 15 * 60 * SECOND;
/** More than any delay of an answer, and than clocks that are kept. */
const KEPT = 5 * SECOND;

/** Milliseconds that a clock is ahead of ours. */
export interface Clock {
  readonly name: string;
  readonly ahead: number;
}

const OURS = 'this machine';

function skewed(name: string, off: number): Finding {
  const seconds = Math.round(Math.abs(off) / SECOND);
  const isRefused = Math.abs(off) >= WINDOW;
  const effect = isRefused
    ? 'more than the 15 minutes in which signatures count'
    : 'beyond 15 minutes signatures are refused';
  return {
    code: 'CLOCK_SKEW',
    severity: isRefused ? 'error' : 'warning',
    subject: name,
    text: `its clock is ${seconds} s ${off > 0 ? 'ahead' : 'behind'}: ${effect}`,
    remedy: 'have it follow a time server (chrony or systemd-timesyncd)',
  };
}

/** Clocks that are off, ours among them: the one in the middle is taken to be right. */
export function clockFindings(clocks: readonly Clock[]): Finding[] {
  const all = [...clocks, { name: OURS, ahead: 0 }];
  const sorted = all.map(({ ahead }) => ahead).sort((a, b) => a - b);
  const right = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return all.flatMap(({ name, ahead }) =>
    Math.abs(ahead - right) > KEPT ? [skewed(name, ahead - right)] : [],
  );
}

/** Clocks of nodes and of this machine, by what the nodes answer. */
export const clocks: Check = {
  name: 'clocks',
  of: 'fabric',
  within: 10_000,
  async run(examined) {
    const running = await examined.running(examined.nodes);
    const told = await Promise.all(
      running.map(async (node) => ({ name: node.name, ahead: (await examined.operations(node)).ahead })),
    );
    const known = told.flatMap(({ name, ahead }) => (ahead === undefined ? [] : [{ name, ahead }]));
    const missing = told.filter(({ ahead }) => ahead === undefined);
    return [
      ...clockFindings(known),
      ...missing.map(({ name }) => notMade(`clock of ${name}`, 'it does not tell the time')),
    ];
  },
};
