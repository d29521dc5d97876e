import { setImmediate as turn } from 'node:timers/promises';
import type { LedgerBlock } from '../ledger/port.js';

const NOTHING_YET = Symbol('nothing yet');

/**
 * Groups blocks that are there already: up to about `most` transactions when far behind, single blocks when the source is waited
 * for. Ends and throws as the source does, after what came before; stops asking the source when the consumer stops.
 */
export async function* inBatches(
  source: AsyncIterable<LedgerBlock>,
  most: number,
): AsyncGenerator<readonly LedgerBlock[]> {
  const blocks = source[Symbol.asyncIterator]();
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
      while (weight < most) {
        const next = await Promise.race([pending, turn(NOTHING_YET)]).catch(() => NOTHING_YET);
        if (typeof next === 'symbol' || next.done === true) break;
        batch.push(next.value);
        weight += next.value.transactions.length;
        pending = blocks.next();
        pending.catch(() => undefined);
      }
      yield batch;
    }
  } finally {
    // Not awaited: a source that waits for the next block would keep the consumer's failure waiting too.
    void blocks.return?.().catch(() => undefined);
  }
}
