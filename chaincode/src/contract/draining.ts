import type { Observer, Outcome } from './observer.js';

const POLL = 10;

/** Counts transactions that are under way, so that a server which is told to stop can let them end. */
export class Draining implements Observer {
  readonly #inner: Observer;
  #running = 0;

  constructor(inner: Observer) {
    this.#inner = inner;
  }

  begin(transaction: string): (outcome: Outcome) => void {
    const end = this.#inner.begin(transaction);
    this.#running += 1;
    return (outcome) => {
      this.#running -= 1;
      end(outcome);
    };
  }

  streams(open: number): void {
    this.#inner.streams(open);
  }

  /** Resolves when nothing is under way, and at the latest after that many milliseconds. */
  async drained(within: number): Promise<void> {
    const until = performance.now() + within;
    do await new Promise((resolve) => setTimeout(resolve, POLL));
    while (this.#running > 0 && performance.now() < until);
  }
}
