import { notMade, type Finding } from './finding.js';
import { reasonOf } from './one-line.js';
import type { ExaminedNetwork } from './examined-network.js';

/** One question to a network. It changes nothing there. */
export interface Check {
  /** What it looks at, as a reader would say it. */
  readonly name: string;
  /** Ledgers that it applies to. */
  readonly of: 'any' | 'fabric' | 'embedded';
  /** Milliseconds; a check that takes longer counts as not made. */
  readonly within: number;
  readonly run: (examined: ExaminedNetwork) => Promise<readonly Finding[]>;
}

/** Makes a check. It never throws: a check that fails, or is late, becomes a finding itself. */
export async function make(
  { name, within, run }: Check,
  examined: ExaminedNetwork,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => resolve([notMade(name, `no answer within ${within} ms`)]), within);
  });
  try {
    return await Promise.race([run(examined), late]);
  } catch (error) {
    return [notMade(name, reasonOf(error))];
  } finally {
    clearTimeout(timer);
  }
}
