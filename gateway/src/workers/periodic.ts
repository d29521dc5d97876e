import { runs, type Worker } from './worker.js';

export interface PeriodicParts {
  readonly name: string;
  /** Milliseconds between two looks; the first comes after the first of them. */
  readonly every: number;
  readonly look: () => Promise<unknown>;
  readonly failed: (error: unknown) => void;
}

/** Looks again and again, never twice at a time. A process that has nothing else to do may end. */
export class Periodic implements Worker {
  readonly #parts: PeriodicParts;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;

  constructor(parts: PeriodicParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#look(), this.#parts.every).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#underWay;
  }

  health(): string | undefined {
    return runs(this.name, this.#timer !== undefined);
  }

  #look(): void {
    this.#underWay ??= this.#parts
      .look()
      .then(() => undefined, this.#parts.failed)
      .finally(() => (this.#underWay = undefined));
  }
}
