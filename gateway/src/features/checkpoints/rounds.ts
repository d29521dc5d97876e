import { runs, type Worker } from '../../workers/worker.js';
import type { Checkpoints } from './port.js';

export interface RoundParts {
  /** Asks all members once; rounds that others asked for are shared. */
  readonly round: () => Promise<void>;
  readonly status: Checkpoints['status'];
  /** Milliseconds between rounds while there is something to compare. */
  readonly interval?: number;
}

const INTERVAL_MS = 3000;
/** Rounds left out while everything is compared and nothing new comes: a witness may still change its word. */
const QUIET_ROUNDS = 10;

/** Milliseconds between two rounds that somebody asked for. */
const APART_MS = 500;

/** Rounds that are asked for while one runs, or right after one, share it. */
export class SharedRound {
  readonly #round: () => Promise<void>;
  #running: Promise<void> | undefined;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(round: () => Promise<void>) {
    this.#round = round;
  }

  async run(): Promise<void> {
    if (this.#running === undefined && performance.now() - this.#endedAt < APART_MS) return;
    this.#running ??= this.#round().finally(() => {
      this.#running = undefined;
      this.#endedAt = performance.now();
    });
    await this.#running;
  }
}

/** Asks other members for what they signed, every few seconds while there is something new. */
export class Rounds implements Worker {
  readonly name = 'comparison';
  readonly #parts: RoundParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #left = 0;

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  start(): void {
    const { interval = INTERVAL_MS } = this.#parts;
    this.#timer ??= setInterval(() => {
      this.#running ??= this.#tick().finally(() => (this.#running = undefined));
    }, interval);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  health(): string | undefined {
    return runs(this.name, this.#timer !== undefined);
  }

  async #tick(): Promise<void> {
    if (this.#left < QUIET_ROUNDS && (await this.#isAllCompared())) {
      this.#left += 1;
      return;
    }
    this.#left = 0;
    await this.#parts.round();
  }

  async #isAllCompared(): Promise<boolean> {
    const { signed, members } = await this.#parts.status();
    return signed !== undefined && members.every(({ height }) => height === signed);
  }
}
