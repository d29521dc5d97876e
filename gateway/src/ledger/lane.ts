import PQueue from 'p-queue';
import { LedgerOverloaded } from './port-errors.js';

/** A bounded number of calls at a time, a bounded number waiting, and an answer at once for everybody else. */
export interface Lane {
  /** Runs `work` when its turn comes. Throws LedgerOverloaded when the line is full or the caller left it. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Running and waiting. */
  readonly size: number;
}

/** Seconds to wait before knocking again; a line drains within one block interval or two. */
const RETRY_AFTER = 1;

/**
 * A lane of `width` places and a waiting line of `waiting`. The width stays below the peer's own limit (`gatewayService`, 500
 * calls by default), whose overflow reaches every client of that peer.
 */
export function newLane(width: number, waiting: number): Lane {
  const queue = new PQueue({ concurrency: width });

  function run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (queue.size >= waiting) {
      return Promise.reject(new LedgerOverloaded('Too many transactions are waiting', RETRY_AFTER));
    }
    // p-queue would abandon running work when its signal aborts, and a submission must never be abandoned half-way: so the queue
    // gets a signal that stands for "left the line" only.
    const place = new AbortController();
    const leave = (): void => place.abort(new LedgerOverloaded('Gave up while waiting in line', RETRY_AFTER));
    signal?.addEventListener('abort', leave, { once: true });
    const stay = (): void => signal?.removeEventListener('abort', leave);
    if (signal?.aborted === true) leave();
    return queue
      .add(
        () => {
          stay();
          return work();
        },
        { signal: place.signal },
      )
      .finally(stay);
  }

  return {
    run,
    get size() {
      return queue.size + queue.pending;
    },
  };
}
