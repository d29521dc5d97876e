import { PREFERRED_MAX_BYTES } from './genesis.js';

/** Puts envelopes in an order and cuts them into batches. */
export interface Orderer {
  /** How many envelopes wait for a block. */
  readonly waiting: number;
  /** Takes an envelope; it will be in a block, valid or not, unless the node dies first. */
  submit(envelope: Uint8Array): void;
  /** Resolves when everything submitted so far is committed. */
  drain(): Promise<void>;
}

export interface BatchRule {
  readonly timeoutMs: number;
  readonly maxMessages: number;
}

/**
 * A transaction that finds the orderer idle is cut at once, for latency; under load a block is cut at most every
 * `timeoutMs`, or when `maxMessages` are waiting, since each block costs a synced write and a message to every follower.
 */
class Batcher implements Orderer {
  readonly #rule: BatchRule;
  readonly #append: (envelopes: readonly Uint8Array[]) => Promise<void>;
  readonly #onFailure: (cause: unknown) => void;
  #pending: Uint8Array[] = [];
  #isCommitting = false;
  #isFailed = false;
  #lastCut = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #drained: (() => void)[] = [];

  constructor(
    rule: BatchRule,
    append: (envelopes: readonly Uint8Array[]) => Promise<void>,
    onFailure: (cause: unknown) => void,
  ) {
    this.#rule = rule;
    this.#append = append;
    this.#onFailure = onFailure;
  }

  get waiting(): number {
    return this.#pending.length;
  }

  submit(envelope: Uint8Array): void {
    this.#pending.push(envelope);
    this.#schedule();
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isCommitting) return;
    if (this.#pending.length === 0 || this.#isFailed) {
      this.#reportDrained();
      return;
    }
    const isFull = this.#pending.length >= this.#rule.maxMessages || this.#drained.length > 0;
    const wait = isFull ? 0 : Math.ceil(this.#lastCut + this.#rule.timeoutMs - performance.now());
    if (wait <= 0) void this.#cut();
    else this.#timer ??= setTimeout(() => void this.#cut(), wait);
  }

  async #cut(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isCommitting || this.#pending.length === 0) return;
    this.#isCommitting = true;
    // What arrives in the same turn of the event loop goes into the same block.
    await new Promise(setImmediate);
    this.#lastCut = performance.now();
    try {
      await this.#append(this.#takeBatch());
    } catch (cause) {
      // Nothing can follow a block that is not durable.
      this.#isFailed = true;
      this.#onFailure(cause);
    }
    this.#isCommitting = false;
    this.#schedule();
  }

  #takeBatch(): Uint8Array[] {
    let count = 0;
    let bytes = 0;
    for (const envelope of this.#pending) {
      if (count === this.#rule.maxMessages || (count > 0 && bytes + envelope.length > PREFERRED_MAX_BYTES))
        break;
      count += 1;
      bytes += envelope.length;
    }
    return this.#pending.splice(0, count);
  }

  #reportDrained(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

/**
 * @param append makes a durable block of a batch
 * @param onFailure is told once when that fails; nothing is cut afterwards
 */
export function newOrderer(
  rule: BatchRule,
  append: (envelopes: readonly Uint8Array[]) => Promise<void>,
  onFailure: (cause: unknown) => void,
): Orderer {
  return new Batcher(rule, append, onFailure);
}
