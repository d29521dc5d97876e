import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../gateway/src/ledger/port.js';

/** When blocks came, by the clock of `performance.now()`: whether the ledger lives, and how long it was silent. */
export interface Pulse {
  /** Resolves true at the first block after a moment, false when none comes in time (milliseconds). */
  beatAfter(moment: number, patience: number): Promise<boolean>;
  /** The longest time without a block that ended after a moment, in milliseconds. */
  silenceAfter(moment: number): number;
  stop(): void;
}

const POLL = 20;

class BlockPulse implements Pulse {
  readonly #beats: number[] = [performance.now()];
  readonly #stopping = new AbortController();

  async follow(ledger: Ledger): Promise<void> {
    const from = (await ledger.height()) + 1n;
    for await (const _ of ledger.blocks(from, this.#stopping.signal)) this.#beats.push(performance.now());
  }

  async beatAfter(moment: number, patience: number): Promise<boolean> {
    const until = performance.now() + patience;
    while (!((this.#beats.at(-1) ?? 0) > moment)) {
      if (performance.now() > until) return false;
      await sleep(POLL);
    }
    return true;
  }

  silenceAfter(moment: number): number {
    const gaps = this.#beats.map((beat, index) =>
      beat > moment ? beat - (this.#beats[index - 1] ?? beat) : 0,
    );
    return Math.round(Math.max(0, ...gaps));
  }

  stop(): void {
    this.#stopping.abort();
  }
}

/** Feels the pulse of a ledger from now on; a peer that dies is asked again when it is back. */
export function feelPulse(ledger: Ledger): Pulse {
  const pulse = new BlockPulse();
  void pulse.follow(ledger).catch(() => undefined);
  return pulse;
}
