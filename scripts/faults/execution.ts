import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessError, type RunningProcess } from '@tallystick/network/processes';
import type { Space } from '../space.js';
import type { Acts } from './acts.js';
import type { Kill } from './plan.js';

const DEATH_PATIENCE = 45_000;

/** The suite itself went wrong: a failpoint nobody reached, or a process that ended otherwise than planned. */
export class FaultSuiteError extends Error {
  override readonly name = 'FaultSuiteError';
  readonly code = 'NOT_KILLED';
}

/** Carries out a kill: resolves when the victim is dead. */
export async function execute(space: Space, kill: Kill, acts: Acts): Promise<void> {
  if (kill.victim === 'node') await killNode(space, kill, acts);
  else await killAtFailpoint(space, kill, acts);
}

async function killNode(space: Space, { parallel, delay, place }: Kill, acts: Acts): Promise<void> {
  const { node } = space;
  const working = untilDead(node, () => acts.begin(place), parallel + 2);
  await sleep(delay);
  await space.kill('node');
  await working;
}

async function killAtFailpoint(space: Space, kill: Kill, acts: Acts): Promise<void> {
  const { victim, place, nth, parallel } = kill;
  try {
    await space.restart(victim, { TALLYSTICK_FAILPOINT: `${place}:${nth}` });
  } catch (error) {
    // What it recovers may bring it to the step before it serves anybody.
    if (kill.isDuringRecovery && diedEarly(error)) return;
    throw error;
  }
  const victimProcess = space.gateways[victim]?.process;
  if (victimProcess === undefined) throw new FaultSuiteError(`no process of ${victim}`);
  await untilDead(victimProcess, () => acts.begin(place), parallel);
  const { signal, code } = await victimProcess.exited;
  if (signal !== 'SIGKILL') throw new FaultSuiteError(`${victim} ended with ${signal ?? code} at ${place}`);
}

const diedEarly = (error: unknown): boolean =>
  error instanceof ProcessError &&
  error.code === 'EXITED_EARLY' &&
  (error.facts['exit'] as { signal?: string } | undefined)?.signal === 'SIGKILL';

/** Keeps so many acts under way until the process is dead. */
async function untilDead(
  victim: RunningProcess,
  begin: () => Promise<void>,
  parallel: number,
): Promise<void> {
  const until = Date.now() + DEATH_PATIENCE;
  const worker = async (): Promise<void> => {
    while (victim.isRunning && Date.now() < until) {
      await Promise.race([begin(), victim.exited, sleep(DEATH_PATIENCE, undefined, { ref: false })]);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (victim.isRunning) throw new FaultSuiteError(`${victim.name} did not die within ${DEATH_PATIENCE} ms`);
}
