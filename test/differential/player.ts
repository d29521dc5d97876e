import { shortened } from './observation.js';
import type { ProgramOutcome } from './outcome.js';
import { Performance } from './performance.js';
import { keysNamed, ORGANISATIONS, programDigest, type Program } from './program.js';
import { endorsedPut, type Stage } from './stage.js';

export interface PlayOptions {
  /** Programs that share blocks. */
  readonly together: number;
  /** Told now and then how many programs are done, and why some had to be played once more. */
  readonly progress?: (done: number, repeatedFor: readonly string[]) => void;
}

const ENDORSING_AT_ONCE = 8;
const SUBMITTING_AT_ONCE = 2;
const MAX_PERFORMANCES = 12;
const PLACING_MS = 180_000;
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

  /** Plays each program once, as far as it goes. */
  async round(programs: readonly Program[]): Promise<Performance[]> {
    const performances = programs.map((program) => new Performance(program, this.#nextName(), this.#stage));
    const last = Math.max(...programs.map(({ groups }) => groups.length));
    for (let index = 0; index < last; index += 1) {
      const playing = performances.filter(
        ({ program, spoiltBy }) => index < program.groups.length && spoiltBy === undefined,
      );
      await this.#playGroup(playing, index);
    }
    return performances;
  }

  // The first character is the same for all: names must not change how keys sort.
  #nextName(): string {
    this.#instances += 1;
    return `p${this.#instances.toString(36).padStart(5, '0')}`;
  }

  async #playGroup(playing: readonly Performance[], index: number): Promise<void> {
    await eachOf(playing, ENDORSING_AT_ONCE, (each) => each.endorseGroup(each.program.groups[index] ?? []));
    if (this.#stage.ledger.isCutWhenIdle) await this.#startClock();
    await eachOf(playing, SUBMITTING_AT_ONCE, (each) => each.submitGroup());
    await this.#untilPlaced(playing);
    await this.#stage.untilHeight(Math.max(0, ...playing.map(({ lastBlock }) => lastBlock)) + 1);
    for (const each of playing) each.settleGroup();
  }

  async #startClock(): Promise<void> {
    const { txId, envelope } = await endorsedPut(this.#stage, 'clock');
    await this.#stage.gateway('Org1MSP').submit(this.#stage.ledger.channel, txId, envelope);
  }

  async #untilPlaced(playing: readonly Performance[]): Promise<void> {
    const deadline = Date.now() + PLACING_MS;
    const { dropsDuplicatesAfterMs = Infinity } = this.#stage.ledger;
    let downSince: number | undefined;
    // Each is asked, also after the first that still waits: asking is what settles it.
    while (playing.filter((each) => !each.isPlaced()).length > 0) {
      if (Date.now() > deadline) throw new Error(this.#lossOf(playing));
      if (playing.every(({ isDownToDuplicates }) => isDownToDuplicates)) downSince ??= Date.now();
      if (downSince !== undefined && Date.now() > downSince + dropsDuplicatesAfterMs)
        for (const each of playing) each.giveUpDuplicates();
      else await this.#stage.follower('Org1MSP').next(500);
    }
  }

  #lossOf(playing: readonly Performance[]): string {
    const lost = playing.flatMap((each) => each.missing);
    const heights = ORGANISATIONS.map((mspId) => this.#stage.follower(mspId).height);
    return `accepted but in no block: ${lost.join(', ')}; peers are at ${heights.join(', ')}`;
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

function checkPatience(spoilt: readonly Performance[]): void {
  for (const { program, spoiltBy } of spoilt.slice(-1))
    if (spoilt.filter((each) => each.program === program).length >= MAX_PERFORMANCES)
      throw new Error(`${program.name} was played ${MAX_PERFORMANCES} times in vain: ${spoiltBy ?? ''}`);
}

/**
 * Plays all programs and returns what became of them, in their order.
 * @throws Error when the ledger loses a transaction, or a program cannot be played through
 */
export async function play(
  stage: Stage,
  programs: readonly Program[],
  { together, progress = () => undefined }: PlayOptions,
): Promise<ProgramOutcome[]> {
  const player = new Player(stage);
  const outcomes = new Map<Program, ProgramOutcome>();
  const spoilt: Performance[] = [];
  let waiting = [...programs];
  while (waiting.length > 0) {
    const performances = await player.round(waiting.slice(0, together));
    waiting = waiting.slice(together);
    for (const performance of performances) {
      const { program, spoiltBy } = performance;
      if (spoiltBy === undefined) outcomes.set(program, await player.outcome(performance));
      else waiting.push(program);
    }
    spoilt.push(...performances.filter(({ spoiltBy }) => spoiltBy !== undefined));
    checkPatience(spoilt);
    progress(
      outcomes.size,
      spoilt.map(({ spoiltBy }) => spoiltBy ?? ''),
    );
  }
  return programs.flatMap((program) => outcomes.get(program) ?? []);
}
