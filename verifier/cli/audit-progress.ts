import type { Counts } from '../src/audit/index.js';

/** Tells how far an audit is, about once a second. */
export interface ProgressLine {
  show(counts: Counts): void;
  end(): void;
}

const EVERY_MS = 1000;

/** @param total blocks there will be, where that is known */
export function newProgressLine(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  total: number | undefined,
): ProgressLine {
  const started = performance.now();
  let shown = started;
  let first: number | undefined;
  const mark = stream.isTTY === true ? '\r\u001b[K' : '';
  return {
    show({ blocks, transactions }) {
      first ??= transactions;
      const now = performance.now();
      if (now - shown < EVERY_MS) return;
      shown = now;
      const rate = Math.round((transactions - first) / ((now - started) / 1000));
      const share = total === undefined ? '' : ` of ${total} (${Math.floor((100 * blocks) / total)} %)`;
      stream.write(
        `${mark}block ${blocks}${share}, ${transactions} transactions, ${rate}/s${mark === '' ? '\n' : ''}`,
      );
    },
    end() {
      if (mark !== '') stream.write(mark);
    },
  };
}
