import { setTimeout as sleep } from 'node:timers/promises';
import type { Space } from '../space.js';
import type { Acts } from './acts.js';
import { ordererOf } from './leader.js';
import type { Kill } from './plan.js';
import type { Pulse } from './pulse.js';
import type { Witness } from './witness.js';

/** What clients and ledger knew of a death, while uses went on through it. */
export interface Outage {
  /** The process that died. */
  readonly victim: string;
  /** The longest time without a block from the death on, in milliseconds. */
  readonly silence: number;
  /** What clients were told that was no answer. */
  readonly errors: readonly string[];
}

const BEAT_PATIENCE = 60_000;
/** Uses go on this long after the victim is back: a node that has just come back is a fault, too. */
const AFTERMATH = 2000;

async function victimOf({ topology }: Space, { place, victim }: Kill): Promise<string> {
  return place === 'leader' || place === 'follower' ? ordererOf(topology, place) : victim;
}

/**
 * Kills a process under full load and waits until it is back, blocks come again and all clients are served. Nobody helps: the
 * network starts its own processes again, and a Kubo is started as an operating system would.
 */
export async function killUnderLoad(
  space: Space,
  kill: Kill,
  acts: Acts,
  pulse: Pulse,
  witness: Witness,
): Promise<Outage> {
  witness.failures.length = 0;
  const load = acts.keepUp(kill.parallel);
  try {
    await sleep(kill.delay);
    const victim = await victimOf(space, kill);
    const moment = performance.now();
    await space.kill(victim);
    await space.restart(victim);
    if (!(await pulse.beatAfter(performance.now(), BEAT_PATIENCE)))
      witness.violation(`no block came within ${BEAT_PATIENCE} ms of the death of ${victim}`);
    await sleep(AFTERMATH);
    await load.end();
    return { victim, silence: pulse.silenceAfter(moment), errors: [...witness.failures] };
  } finally {
    await load.end();
  }
}
