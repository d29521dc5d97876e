import { backOff } from './persistence.js';

/** When a request may be tried again. Kept in memory only: after a restart everything is tried at once. */
export class Retries {
  readonly #base: number;
  readonly #waiting = new Map<string, { failures: number; due: number }>();

  /** `base`: milliseconds after the first failure. */
  constructor(base: number) {
    this.#base = base;
  }

  /** How often it failed in a row, this time included. */
  failed(usageId: string): number {
    const failures = (this.#waiting.get(usageId)?.failures ?? 0) + 1;
    this.#waiting.set(usageId, { failures, due: performance.now() + backOff(failures, this.#base) });
    return failures;
  }

  succeeded(usageId: string): void {
    this.#waiting.delete(usageId);
  }

  isDue(usageId: string): boolean {
    return (this.#waiting.get(usageId)?.due ?? 0) <= performance.now();
  }

  /** Milliseconds until the next one is due; `undefined` when none waits. */
  untilNext(): number | undefined {
    const due = [...this.#waiting.values()].map((entry) => entry.due);
    return due.length === 0 ? undefined : Math.max(0, Math.min(...due) - performance.now());
  }
}
