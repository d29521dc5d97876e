import type { Logger } from 'pino';
import type { Ledger } from '../ledger/port.js';
import { settleOperation } from '../state/port-recovery.js';
import type { Operation, Operations } from '../state/port.js';
import { runs, type Worker } from '../workers/worker.js';

export interface PendingOperations extends Worker {
  start(): void;
  /** Looks no further, and waits for the look-up under way. */
  stop(): Promise<void>;
}

interface Options {
  readonly operations: Operations;
  readonly ledger: Pick<Ledger, 'outcome'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Milliseconds between looks at the list. */
  readonly interval?: number;
}

const INTERVAL_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** An old operation is asked for seldom: a transaction that the orderer never got stays unknown for ever. */
function isDue(operation: Operation, lastLook: number | undefined, now: number): boolean {
  if (lastLook === undefined) return true;
  const age = now - Date.parse(operation.createdAt);
  return now - lastLook >= Math.min(age / 10, LONGEST_WAIT_MS);
}

class OperationResolver implements PendingOperations {
  readonly name = 'operations';
  readonly #options: Options;
  readonly #lastLooks = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#underWay = this.#pass().finally(() => {
        if (!this.#isStopped) this.start();
      });
    }, this.#options.interval ?? INTERVAL_MS);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  health(): string | undefined {
    return runs(this.name, this.#timer !== undefined && !this.#isStopped);
  }

  async #pass(): Promise<void> {
    try {
      for (const operation of await this.#options.operations.pending()) {
        if (this.#isStopped) return;
        if (isDue(operation, this.#lastLooks.get(operation.id), Date.now())) await this.#look(operation);
      }
    } catch (error) {
      this.#options.log.warn({ err: error }, 'could not look up pending operations');
    }
  }

  async #look(operation: Operation): Promise<void> {
    const { operations, ledger } = this.#options;
    this.#lastLooks.set(operation.id, Date.now());
    const settled = await settleOperation(operations, operation, await ledger.outcome(operation.txId));
    if (settled.state !== 'PENDING') this.#lastLooks.delete(operation.id);
  }
}

/** Finds out, in the background, what became of transactions that were answered with 202. */
export const newPendingOperations = (options: Options): PendingOperations => new OperationResolver(options);
