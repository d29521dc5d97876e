import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** One line of the table: what was reached for, what was measured. */
export interface Row {
  readonly what: string;
  readonly reach: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Everything one measurement found, and its lines of the table. */
export interface Measurement {
  readonly figures: object;
  readonly rows: readonly Row[];
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Rounded for people and JSON. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Wall time of some work in milliseconds. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** What numbers depend on besides the code. */
export function machine(): object {
  const [first] = cpus();
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** The commit that is checked out, with a `+` when files differ from it; `unknown` outside a clone. */
export function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
