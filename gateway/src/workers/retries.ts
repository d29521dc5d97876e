const LONGEST = 100;

/** Milliseconds to wait after a number of failures: exponential with half of it random, so that gateways do not march in step. */
export function backOff(failures: number, base: number): number {
  const ceiling = base * Math.min(2 ** Math.min(failures, 20), LONGEST);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

interface Waiting {
  readonly failures: number;
  /** On the clock of `performance.now()`; absent once it has been taken up again. */
  readonly due?: number;
}

/** When something may be tried again. Kept in memory only: after a restart everything is tried at once. */
export class Retries {
  readonly #base: number;
  readonly #waiting = new Map<string, Waiting>();

  /** `base`: milliseconds after the first failure. */
  constructor(base: number) {
    this.#base = base;
  }

  /** How often it failed in a row, this time included. */
  failed(id: string): number {
    const failures = (this.#waiting.get(id)?.failures ?? 0) + 1;
    this.#waiting.set(id, { failures, due: performance.now() + backOff(failures, this.#base) });
    return failures;
  }

  succeeded(id: string): void {
    this.#waiting.delete(id);
  }

  /** True when it may be tried now; it is then not due a second time until it fails again. */
  takeUp(id: string): boolean {
    const { failures = 0, due = 0 } = this.#waiting.get(id) ?? {};
    const isDue = due <= performance.now();
    if (isDue && failures > 0) this.#waiting.set(id, { failures });
    return isDue;
  }

  /** Forget everything else: it has ended one way or another. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#waiting.keys()) if (!ids.has(id)) this.#waiting.delete(id);
  }

  /** Milliseconds until the next one is due; `undefined` when none waits. */
  untilNext(): number | undefined {
    const dues = [...this.#waiting.values()].flatMap(({ due }) => due ?? []);
    return dues.length === 0 ? undefined : Math.max(0, Math.min(...dues) - performance.now());
  }
}
