import type { Chain, CommittedBlock } from './chain.js';
import type { Store } from './store.js';
import type { ValidationCode } from './transaction.js';

interface CommitStatus {
  readonly block: number;
  readonly code: ValidationCode;
}

/** Answers what became of a transaction, now or as soon as it is durable. */
export interface CommitWatch {
  /** Rejects with the reason of `signal` when that aborts, or of `close`. */
  status(txId: string, signal: AbortSignal): Promise<CommitStatus>;
  /** Rejects everybody who still waits, and whoever asks for an unknown transaction later. */
  close(reason: Error): void;
}

interface Waiter {
  readonly resolve: (status: CommitStatus) => void;
  readonly reject: (reason: Error) => void;
}

class Watch implements CommitWatch {
  readonly #store: Store;
  readonly #waiting = new Map<string, Set<Waiter>>();
  #closed: Error | undefined;

  constructor(store: Store, chain: Chain) {
    this.#store = store;
    chain.onBlock((block) => this.#announce(block));
  }

  status(txId: string, signal: AbortSignal): Promise<CommitStatus> {
    const place = this.#store.place(txId);
    if (place) return Promise.resolve({ block: place.block, code: place.code });
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      const waiting = this.#waiting.get(txId) ?? new Set<Waiter>();
      this.#waiting.set(txId, waiting.add(waiter));
      const giveUp = (): void => {
        waiting.delete(waiter);
        if (waiting.size === 0) this.#waiting.delete(txId);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #announce({ number, transactions }: CommittedBlock): void {
    for (const { txId, code } of transactions) {
      const waiting = this.#waiting.get(txId);
      this.#waiting.delete(txId);
      for (const { resolve } of waiting ?? []) resolve({ block: number, code });
    }
  }

  close(reason: Error): void {
    this.#closed = reason;
    for (const waiting of this.#waiting.values()) for (const { reject } of waiting) reject(reason);
    this.#waiting.clear();
  }
}

/** Watches the blocks of `chain`. */
export function newCommitWatch(store: Store, chain: Chain): CommitWatch {
  return new Watch(store, chain);
}
