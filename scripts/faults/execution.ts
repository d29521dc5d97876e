import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessError } from '@tallystick/network/processes';
import type { Space } from '../space.js';
import type { Acts } from './acts.js';
import { isFollowing, isStep, type Kill } from './plan.js';

const DEATH_PATIENCE = 45_000;

/** The suite itself went wrong: a failpoint nobody reached, or a process that ended otherwise than planned. */
class FaultSuiteError extends Error {
  override readonly name = 'FaultSuiteError';
  readonly code = 'NOT_KILLED';
}

/** Carries out a kill at a failpoint, or of the embedded ledger or its Kubo: resolves when the victim is dead. */
export async function execute(space: Space, kill: Kill, acts: Acts): Promise<void> {
  if (isStep(kill.place)) await killAtFailpoint(space, kill, acts);
  else await killBacking(space, kill, acts);
}

async function killBacking(
  space: Space,
  { victim, parallel, delay, place }: Kill,
  acts: Acts,
): Promise<void> {
  const killed = sleep(delay).then(() => space.kill(victim));
  await Promise.all([untilDead(victim, killed, () => acts.begin(place), parallel + 2), killed]);
}

async function killAtFailpoint(space: Space, kill: Kill, acts: Acts): Promise<void> {
  const { victim, place, nth, parallel } = kill;
  try {
    await space.restart(victim, { TALLYSTICK_FAILPOINT: `${place}:${nth}` });
  } catch (error) {
    // What it recovers may bring it to the step before it serves anybody.
    if ((kill.isDuringRecovery || isFollowing(place)) && diedEarly(error)) return;
    throw error;
  }
  const victimProcess = space.gateways[victim]?.process;
  if (victimProcess === undefined) throw new FaultSuiteError(`no process of ${victim}`);
  await untilDead(victim, victimProcess.exited, () => acts.begin(place), parallel);
  const { signal, code } = await victimProcess.exited;
  if (signal !== 'SIGKILL') throw new FaultSuiteError(`${victim} ended with ${signal ?? code} at ${place}`);
}

const diedEarly = (error: unknown): boolean =>
  error instanceof ProcessError &&
  error.code === 'EXITED_EARLY' &&
  (error.facts['exit'] as { signal?: string } | undefined)?.signal === 'SIGKILL';

/** Keeps that number of acts under way until the victim is dead. */
async function untilDead(
  name: string,
  death: Promise<unknown>,
  begin: () => Promise<void>,
  parallel: number,
): Promise<void> {
  const dead = new AbortController();
  const died = death.finally(() => dead.abort());
  const until = Date.now() + DEATH_PATIENCE;
  const worker = async (): Promise<void> => {
    while (!dead.signal.aborted && Date.now() < until) {
      await Promise.race([begin(), died, sleep(DEATH_PATIENCE, undefined, { ref: false })]);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  if (!dead.signal.aborted) throw new FaultSuiteError(`${name} did not die within ${DEATH_PATIENCE} ms`);
}
