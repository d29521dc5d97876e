import type { Space } from '../space.js';
import { Acts } from './acts.js';
import { Checks } from './checks.js';
import { execute } from './execution.js';
import type { Kill } from './plan.js';
import { compareProjection } from './projections.js';
import { setStage } from './stage.js';
import { Store } from './store.js';
import { Witness } from './witness.js';

export interface Result {
  readonly kills: number;
  readonly uses: number;
  readonly headers: number;
  /** Kills by place. */
  readonly places: Readonly<Record<string, number>>;
  /** Milliseconds from a death until all was answered, opened and acknowledged. */
  readonly recoveries: readonly number[];
  readonly violations: readonly string[];
}

const COMPARE_EVERY = 25;
const PROVIDER = 'SteelMSP';

/** Founds the space, carries out all kills, checks after each and everything at the end. Throws FaultSuiteError. */
export async function runFaults(
  space: Space,
  kills: readonly Kill[],
  say: (line: string) => void,
): Promise<Result> {
  const stage = await setStage(space);
  const witness = new Witness();
  const acts = new Acts(stage, witness);
  const store = new Store(space.gateways[PROVIDER]?.dataDir ?? '', witness);
  const checks = new Checks(stage, acts, store, witness);
  const places: Record<string, number> = {};
  const recoveries: number[] = [];
  const gateways = Object.keys(space.gateways);
  for (const [index, kill] of kills.entries()) {
    await execute(space, kill, acts);
    places[kill.place] = (places[kill.place] ?? 0) + 1;
    const isChained = kills[index + 1]?.isDuringRecovery === true;
    const line = `kill ${kill.number} of ${kills.length}  ${kill.victim.padEnd(12)} ${nameOf(kill).padEnd(28)}`;
    if (isChained) {
      say(`${line} dies again while recovering`);
      continue;
    }
    const start = performance.now();
    await space.restart(kill.victim);
    await checks.recovered();
    recoveries.push(Math.round(performance.now() - start));
    await checks.afterKill();
    say(`${line} recovered in ${recoveries.at(-1)} ms`);
    if (kill.number % COMPARE_EVERY === 0) await compare(gateways[kill.number % gateways.length] ?? PROVIDER);
  }
  const uses = await checks.atTheEnd();
  for (const mspId of gateways) await compare(mspId);
  return {
    kills: kills.length,
    uses,
    headers: store.headers,
    places,
    recoveries,
    violations: witness.violations,
  };

  async function compare(mspId: string): Promise<void> {
    const height = await compareProjection(space, mspId, witness);
    say(`projection of ${mspId} compared with a rebuild at block ${height}`);
  }
}

const nameOf = ({ place, nth, victim }: Kill): string =>
  victim === 'node' ? 'in the middle of uses' : `${place}:${nth}`;
