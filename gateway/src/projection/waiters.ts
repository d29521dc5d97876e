/** Promises that wait for a height. */
export interface Waiters {
  /** Resolves when `advance` is called with at least this number; rejects with the signal's reason, or what `fail` says. */
  wait(number: bigint, signal?: AbortSignal): Promise<void>;
  advance(number: bigint): void;
  fail(error: Error): void;
}

interface Waiter {
  readonly number: bigint;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function newWaiter(number: bigint): Waiter {
  let settle: Pick<Waiter, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A promise runs its executor at once');
  return { number, promise, ...settle };
}

/** An empty set of waiters. */
export function newWaiters(): Waiters {
  const waiters = new Set<Waiter>();
  return {
    async wait(number, signal) {
      signal?.throwIfAborted();
      const waiter = newWaiter(number);
      const abort = (): void => waiter.reject(signal?.reason as Error);
      signal?.addEventListener('abort', abort, { once: true });
      waiters.add(waiter);
      try {
        await waiter.promise;
      } finally {
        waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
      }
    },
    advance(number) {
      for (const waiter of waiters) if (waiter.number <= number) waiter.resolve();
    },
    fail(error) {
      for (const waiter of waiters) waiter.reject(error);
    },
  };
}
