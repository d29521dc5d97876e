/** Milliseconds between passes that nothing but time calls for: bounds what waiting for a transaction can cost. */
const LEAST_WAIT = 20;

export interface Beat {
  /** One pass over everything; true when nothing is left to do. */
  pass(): Promise<boolean>;
  failed(error: unknown): void;
  /** Milliseconds until a pass is needed without being woken; `undefined` for never. */
  untilNext(): number | undefined;
}

/** Runs passes one after the other: when woken, and when something is due again. */
export class Pulse {
  readonly #beat: Beat;
  #isRunning = false;
  #isWoken = false;
  /** Ends in the same step as the last look for a wake: one that comes right after it begins a loop of its own. */
  #isLooping = false;
  #loop: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiters: (() => void)[] = [];

  constructor(beat: Beat) {
    this.#beat = beat;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  wake(): void {
    this.#isWoken = true;
    if (!this.#isLooping) this.#loop = this.#run();
  }

  /** Resolves after the pass under way. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    await this.#loop;
    this.#release();
  }

  /** Resolves after a pass that left nothing to do, or when stopped. */
  idle(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.wake();
    });
  }

  async #run(): Promise<void> {
    this.#isLooping = true;
    try {
      while (this.#takeWake()) {
        try {
          const isDone = await this.#beat.pass();
          if (isDone && !this.#isWoken) this.#release();
        } catch (error) {
          this.#beat.failed(error);
        }
        this.#schedule();
      }
    } finally {
      this.#isLooping = false;
    }
  }

  #takeWake(): boolean {
    const isWoken = this.#isWoken && this.#isRunning;
    this.#isWoken = false;
    return isWoken;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const wait = this.#beat.untilNext();
    if (wait === undefined || !this.#isRunning) return;
    this.#timer = setTimeout(() => this.wake(), Math.max(wait, LEAST_WAIT));
    // A process that has nothing else to do may end: what is open resumes at the next start.
    this.#timer.unref();
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
