import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { LedgerBlock } from '../ledger/port.js';

const NOTHING_YET = Symbol('nothing yet');

/** How blocks are grouped. */
export interface Grouping {
  /** Transactions of one batch, about. */
  readonly most: number;
  /** Milliseconds between the beginnings of two batches at least, unless one is full. */
  readonly apart: number;
}

/**
 * Groups blocks. One that finds nothing under way is a batch of its own at once, for latency; under load a batch begins every `apart`
 * milliseconds and holds what has come by then, since each costs a database transaction and wakes everybody who watches; far behind,
 * batches are full. Ends and throws as the source does, after what came before; stops asking the source when the consumer stops.
 */
export async function* inBatches(
  source: AsyncIterable<LedgerBlock>,
  { most, apart }: Grouping,
): AsyncGenerator<readonly LedgerBlock[]> {
  const blocks = source[Symbol.asyncIterator]();
  let begun = -Infinity;
  try {
    let pending = blocks.next();
    for (;;) {
      const first = await pending;
      if (first.done === true) return;
      const batch = [first.value];
      let weight = first.value.transactions.length;
      pending = blocks.next();
      // The failure is met when this is awaited; until then it must not count as unhandled.
      pending.catch(() => undefined);
      const rest = begun + apart - performance.now();
      const due = rest > 0 ? pause(rest, NOTHING_YET, { ref: false }) : undefined;
      while (weight < most) {
        const next = await Promise.race([pending, due ?? turn(NOTHING_YET)]).catch(() => NOTHING_YET);
        if (typeof next === 'symbol' || next.done === true) break;
        batch.push(next.value);
        weight += next.value.transactions.length;
        pending = blocks.next();
        pending.catch(() => undefined);
      }
      begun = performance.now();
      yield batch;
    }
  } finally {
    // Not awaited: a source that waits for the next block would keep the consumer's failure waiting too.
    void blocks.return?.().catch(() => undefined);
  }
}
