import { shortened } from './observation.js';
import type { ProgramOutcome } from './outcome.js';
import { Performance } from './performance.js';
import { keysNamed, ORGANISATIONS, programDigest, type Program } from './program.js';
import { endorsedPut, type Stage } from './stage.js';

export interface PlayOptions {
  /** Programs that share blocks. */
  readonly together: number;
  /** Told now and then how many programs are done, and how many had to be played once more. */
  readonly progress?: (done: number, repeated: number) => void;
}

const ENDORSING_AT_ONCE = 8;
const SUBMITTING_AT_ONCE = 2;
const MAX_PERFORMANCES = 12;
const PLACING_MS = 60_000;
const KEYS_AT_ONCE = 50;

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Plays programs on one ledger, many beside each other: their keys are their own, so they cannot disturb each other. */
class Player {
  readonly #stage: Stage;
  #instances = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** @returns the performances that went through; the others were split over blocks */
  async round(programs: readonly Program[]): Promise<Performance[]> {
    let going = programs.map((program) => new Performance(program, this.#nextName(), this.#stage));
    const last = Math.max(...programs.map(({ groups }) => groups.length));
    for (let index = 0; index < last; index += 1) {
      const playing = going.filter(({ program }) => index < program.groups.length);
      const isSettled = await this.#playGroup(playing, index);
      going = going.filter((each) => !playing.includes(each) || isSettled.has(each));
    }
    return going;
  }

  // The first character is the same for all: names must not change how keys sort.
  #nextName(): string {
    this.#instances += 1;
    return `p${this.#instances.toString(36).padStart(5, '0')}`;
  }

  async #playGroup(playing: readonly Performance[], index: number): Promise<Set<Performance>> {
    await eachOf(playing, ENDORSING_AT_ONCE, (each) => each.endorseGroup(each.program.groups[index] ?? []));
    if (this.#stage.ledger.isCutWhenIdle) await this.#startClock();
    await eachOf(playing, SUBMITTING_AT_ONCE, (each) => each.submitGroup());
    await this.#untilPlaced(playing);
    await this.#stage.untilHeight(Math.max(0, ...playing.map(({ lastBlock }) => lastBlock)) + 1);
    return new Set(playing.filter((each) => each.settleGroup()));
  }

  async #startClock(): Promise<void> {
    const { txId, envelope } = await endorsedPut(this.#stage, 'clock');
    await this.#stage.gateway('Org1MSP').submit(this.#stage.ledger.channel, txId, envelope);
  }

  async #untilPlaced(playing: readonly Performance[]): Promise<void> {
    const deadline = Date.now() + PLACING_MS;
    const { dropsDuplicatesAfterMs = Infinity } = this.#stage.ledger;
    let downSince: number | undefined;
    while (!playing.every((each) => each.isPlaced())) {
      if (Date.now() > deadline) {
        const lost = playing.filter((each) => !each.isPlaced()).map(({ program }) => program.name);
        throw new Error(`accepted but in no block: ${lost.join(', ')}`);
      }
      if (playing.every(({ isDownToDuplicates }) => isDownToDuplicates)) downSince ??= Date.now();
      if (downSince !== undefined && Date.now() > downSince + dropsDuplicatesAfterMs)
        for (const each of playing) each.giveUpDuplicates();
      else await this.#stage.follower('Org1MSP').next(500);
    }
  }

  async outcome(performance: Performance): Promise<ProgramOutcome> {
    const { program } = performance;
    const keys = keysNamed(program);
    const state: (readonly [string, string])[] = [];
    // Another peer for each performance: every organisation's state is looked at.
    const at = ORGANISATIONS[this.#instances % ORGANISATIONS.length] ?? 'Org1MSP';
    for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
      const some = keys.slice(start, start + KEYS_AT_ONCE);
      const run = performance.named(some.map((key) => ({ op: 'get', key }) as const));
      const values = await this.#stage.ask(at, run);
      some.forEach((key, i) => state.push([shortened(key), shortened(values[i] ?? '')]));
    }
    this.#instances += 1;
    return { name: program.name, digest: programDigest(program), groups: performance.outcomes(), state };
  }
}

/**
 * Plays all programs and returns what became of them, in their order.
 * @throws Error when the ledger loses a transaction, or keeps splitting the groups of a program
 */
export async function play(
  stage: Stage,
  programs: readonly Program[],
  { together, progress = () => undefined }: PlayOptions,
): Promise<ProgramOutcome[]> {
  const player = new Player(stage);
  const outcomes = new Map<Program, ProgramOutcome>();
  const tries = new Map<Program, number>();
  let waiting = [...programs];
  let repeated = 0;
  while (waiting.length > 0) {
    const batch = waiting.slice(0, together);
    const through = await player.round(batch);
    for (const performance of through) outcomes.set(performance.program, await player.outcome(performance));
    const split = batch.filter((program) => !outcomes.has(program));
    for (const program of split) tries.set(program, (tries.get(program) ?? 0) + 1);
    const hopeless = split.find((program) => (tries.get(program) ?? 0) >= MAX_PERFORMANCES);
    if (hopeless) throw new Error(`${hopeless.name}: its groups never got into one block in order`);
    repeated += split.length;
    waiting = [...waiting.slice(together), ...split];
    progress(outcomes.size, repeated);
  }
  return programs.flatMap((program) => outcomes.get(program) ?? []);
}
