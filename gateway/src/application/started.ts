import type { Worker } from '../workers/worker.js';

type Closer = () => Promise<void> | void;

/** What has been started, to be stopped in reverse. */
export class Started {
  readonly #closers: Closer[] = [];
  readonly #workers: Worker[] = [];

  /** Workers that run, in the order of starting. */
  get workers(): readonly Worker[] {
    return this.#workers;
  }

  add(closer: Closer): void {
    this.#closers.push(closer);
  }

  /** Starts them one after the other. */
  async run(workers: readonly Worker[]): Promise<void> {
    for (const worker of workers) {
      if (this.#workers.some(({ name }) => name === worker.name))
        throw new Error(`two workers are called ${worker.name}`);
      await worker.start();
      this.#workers.push(worker);
      this.add(() => worker.stop());
    }
  }

  async stop(): Promise<void> {
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) await closer();
  }
}
