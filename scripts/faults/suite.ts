import type { Space } from '../space.js';
import { Acts, type Patience } from './acts.js';
import { embeddedBlocks, kuboBlocks, type Blocks } from './blocks.js';
import { Checks } from './checks.js';
import { execute } from './execution.js';
import { killUnderLoad, type Outage } from './outage.js';
import { isStep, type Kill, type Place } from './plan.js';
import { compareProjection, ledgerOf } from './projections.js';
import { feelPulse } from './pulse.js';
import { SignedBodies } from './signed.js';
import { setStage, type Stage } from './stage.js';
import { Store } from './store.js';
import { Witness } from './witness.js';

export interface Result {
  readonly kills: number;
  readonly uses: number;
  readonly headers: number;
  /** Heights whose checkpoint every gateway signed, each of them with the same body. */
  readonly heights: number;
  /** Kills by place. */
  readonly places: Readonly<Record<string, number>>;
  /** Milliseconds from a death until all was answered, opened and acknowledged. */
  readonly recoveries: readonly number[];
  /** What happened while uses went on: on real Fabric, for all that is no gateway. */
  readonly outages: readonly (Outage & { readonly place: Place })[];
  readonly violations: readonly string[];
}

interface Manner {
  readonly patience: Patience;
  /** Milliseconds for which opening may fail after a recovery. */
  readonly reopen: number;
  /** Kills after which a projection is compared with a rebuild. */
  readonly compareEvery: number;
}

const PROVIDER = 'SteelMSP';
const WITNESS = 'RegulatorMSP';
const EMBEDDED: Manner = { patience: { answer: 30_000, close: 5000 }, reopen: 0, compareEvery: 25 };
// A new leader takes six seconds, and full load on few processors has queues.
const FABRIC: Manner = { patience: { answer: 60_000, close: 60_000 }, reopen: 30_000, compareEvery: 1 };

const isOnFabric = ({ topology }: Space): boolean => topology.ledger.kind !== 'embedded';

const mannerOf = (space: Space): Manner => ({
  ...(isOnFabric(space) ? FABRIC : EMBEDDED),
  // A Kubo that is back has to find the others first.
  ...(Object.keys(space.kuboApis).length > 0 && { reopen: 30_000 }),
});

/** What clients must not notice: the ordering service and an organisation with another peer go on by themselves. */
function isMasked({ topology }: Space, place: Place): boolean {
  const isOneOfMany = topology.organisations.flatMap(({ orderers }) => orderers).length > 1;
  if (place === 'leader' || place === 'follower') return isOneOfMany;
  return place === 'peer' && topology.organisations.every(({ peers }) => peers.length !== 1);
}

async function blocksOf(space: Space): Promise<Blocks> {
  const api = space.kuboApis[PROVIDER];
  return api === undefined ? embeddedBlocks(space.gateways[PROVIDER]?.dataDir ?? '') : kuboBlocks(api);
}

/** The kills of one run, and what has come of them. */
class Run {
  readonly #space: Space;
  readonly #manner: Manner;
  readonly #say: (line: string) => void;
  readonly #witness = new Witness();
  readonly #acts: Acts;
  readonly #store: Store;
  readonly #checks: Checks;
  readonly #signed: SignedBodies;
  readonly #places: Record<string, number> = {};
  readonly #recoveries: number[] = [];
  readonly #outages: (Outage & { readonly place: Place })[] = [];

  constructor(stage: Stage, blocks: Blocks, say: (line: string) => void) {
    this.#space = stage.space;
    this.#say = say;
    this.#manner = mannerOf(stage.space);
    this.#acts = new Acts(stage, this.#witness, this.#manner.patience);
    this.#store = new Store(blocks, this.#witness);
    this.#signed = new SignedBodies(stage.space, this.#witness);
    this.#checks = new Checks(stage, this.#acts, this.#store, this.#witness, this.#manner.reopen);
  }

  async go(kills: readonly Kill[]): Promise<Result> {
    const gateways = Object.keys(this.#space.gateways);
    for (const [index, kill] of kills.entries()) {
      const said = await this.#die(kill);
      this.#places[kill.place] = (this.#places[kill.place] ?? 0) + 1;
      const line = `kill ${kill.number} of ${kills.length}  ${said}`;
      if (kills[index + 1]?.isDuringRecovery === true) this.#say(`${line} dies again while recovering`);
      else await this.#recover(kill, line);
      if (kill.number % this.#manner.compareEvery === 0 && kills[index + 1]?.isDuringRecovery !== true)
        await this.#compare(gateways[kill.number % gateways.length] ?? PROVIDER);
    }
    const uses = await this.#checks.atTheEnd();
    for (const mspId of gateways) await this.#compare(mspId);
    await this.#sign();
    return {
      kills: kills.length,
      uses,
      headers: this.#store.headers,
      heights: this.#signed.heights,
      places: this.#places,
      recoveries: this.#recoveries,
      outages: this.#outages,
      violations: this.#witness.violations,
    };
  }

  /** Carries out a kill; returns what there is to say of it. */
  async #die(kill: Kill): Promise<string> {
    this.#witness.failures.length = 0;
    const { place, victim, nth } = kill;
    const isUnderLoad = isOnFabric(this.#space) && !isStep(place);
    if (isUnderLoad) return this.#dieUnderLoad(kill);
    await execute(this.#space, kill, this.#acts);
    return `${victim.padEnd(12)} ${(isStep(place) ? `${place}:${nth}` : 'in the middle of uses').padEnd(28)}`;
  }

  async #dieUnderLoad(kill: Kill): Promise<string> {
    const regulator = this.#space.gateways[WITNESS];
    if (regulator === undefined) throw new Error(`no gateway for ${WITNESS}`);
    const ledger = await ledgerOf(this.#space, regulator);
    const pulse = feelPulse(ledger);
    try {
      const outage = await killUnderLoad(this.#space, kill, this.#acts, pulse, this.#witness);
      this.#judge(kill, outage);
      const { victim, silence, errors } = outage;
      return `${victim.padEnd(28)} ${kill.place}, no block for ${silence} ms, ${errors.length} client errors,`;
    } finally {
      pulse.stop();
      ledger.close();
    }
  }

  #judge({ place }: Kill, outage: Outage): void {
    this.#outages.push({ ...outage, place });
    if (!isMasked(this.#space, place)) return;
    for (const error of new Set(outage.errors))
      this.#witness.violation(`clients noticed the death of ${outage.victim} (${place}): ${error}`);
  }

  async #recover({ place, victim }: Kill, line: string): Promise<void> {
    const start = performance.now();
    if (isStep(place) || !isOnFabric(this.#space)) await this.#space.restart(victim);
    await this.#checks.recovered();
    this.#recoveries.push(Math.round(performance.now() - start));
    await this.#checks.afterKill();
    await this.#signed.look();
    this.#say(`${line} recovered in ${this.#recoveries.at(-1)} ms`);
  }

  /** Whoever was killed, was made anew or comes last has signed what the others have signed. */
  async #sign(): Promise<void> {
    await this.#signed.look();
    await this.#signed.again();
    await this.#signed.rebuilt(PROVIDER);
    await this.#signed.joiningLate(WITNESS);
    this.#say(`${this.#signed.heights} heights: one body each, by all gateways, rebuilt and joined late`);
  }

  async #compare(mspId: string): Promise<void> {
    const height = await compareProjection(this.#space, mspId, this.#witness);
    this.#say(`projection of ${mspId} compared with a rebuild at block ${height}`);
  }
}

/** Founds the space, carries out all kills, checks after each and everything at the end. Throws FaultSuiteError. */
export async function runFaults(
  space: Space,
  kills: readonly Kill[],
  say: (line: string) => void,
): Promise<Result> {
  // Before anything is stored: what a Kubo holds by then is its own.
  const blocks = await blocksOf(space);
  return new Run(await setStage(space), blocks, say).go(kills);
}
