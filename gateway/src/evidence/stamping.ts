import { bodyDigest, hashOfDigest, keys, type Space } from '@tallystick/chaincode/model';
import type { Checkpoints } from '../checkpoints/port.js';
import type { Projection, TransactionLog, Trees } from '../projection/port.js';
import type { EvidenceArchive } from '../state/evidence-port.js';
import { requestToken } from './timestamp.js';

/** Where stamping says what an operator should know. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface StampingParts {
  readonly authorities: readonly string[];
  readonly archive: Pick<EvidenceArchive, 'keepToken' | 'newestStamped' | 'tokens'>;
  readonly checkpoints: Pick<Checkpoints, 'commonHeight' | 'keep'>;
  readonly projection: Pick<Projection, 'record'> &
    Pick<TransactionLog, 'results'> &
    Pick<Trees, 'body' | 'keepBody'>;
  /** Organisations whose witnesses must have signed what is stamped. */
  readonly needed: number;
  /** Milliseconds between two stamps at least. */
  readonly interval: number;
  readonly log: Log;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Milliseconds between two looks. */
const GLANCE = 10_000;
/** Blocks looked through at a time. */
const WINDOW = 200n;

/**
 * Has checkpoints stamped by authorities that nobody on the ledger runs (RFC 3161): one token dates every receipt under it. A checkpoint is
 * stamped when there are receipts that the last one does not cover, or whose time to contest has ended since; never more than one an
 * interval.
 */
export class Stamping {
  readonly #parts: StampingParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Block up to which receipts were looked for, when there was one last, and when the last stamp was. */
  #lookedThrough: bigint | undefined;
  #receiptAt: number | undefined;
  #stampedAt = -Infinity;

  constructor(parts: StampingParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#parts.authorities.length === 0 || this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.#glance(), Math.min(GLANCE, this.#parts.interval));
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** Stamps if it is time to. Resolves with the height that was stamped by all authorities. @throws TimestampError */
  async look(): Promise<number | undefined> {
    const height = await this.#parts.checkpoints.commonHeight(this.#parts.needed);
    if (height === undefined || !(await this.#isDue(height))) return undefined;
    const stamped = await this.#stamp(height);
    if (stamped) this.#stampedAt = this.#now();
    return stamped ? height : undefined;
  }

  async #glance(): Promise<void> {
    await this.#running;
    this.#running = this.look().then(
      () => undefined,
      (error: unknown) => this.#parts.log.warn({ err: error }, 'A checkpoint could not be stamped'),
    );
    await this.#running;
  }

  async #isDue(height: number): Promise<boolean> {
    const now = this.#now();
    await this.#lookForReceipts(BigInt(height));
    const { interval } = this.#parts;
    if (this.#receiptAt === undefined || now - this.#stampedAt < interval) return false;
    const ends = this.#receiptAt + (await this.#window());
    return this.#stampedAt < this.#receiptAt || (now >= ends && this.#stampedAt < ends);
  }

  async #lookForReceipts(height: bigint): Promise<void> {
    const { archive, projection } = this.#parts;
    this.#lookedThrough ??= BigInt((await archive.newestStamped()) ?? -1);
    while (this.#lookedThrough < height) {
      const next: bigint = this.#lookedThrough + WINDOW < height ? this.#lookedThrough + WINDOW : height;
      const found = await projection.results('usage', this.#lookedThrough, next);
      if (found.length > 0) this.#receiptAt = this.#now();
      this.#lookedThrough = next;
    }
  }

  async #window(): Promise<number> {
    const space = await this.#parts.projection.record(keys.space().text);
    return ((space?.value as unknown as Space | undefined)?.rulebook.contestWithin ?? 0) * 1000;
  }

  /** False where a height was let go of meanwhile. */
  async #stamp(height: number): Promise<boolean> {
    const { authorities, archive, checkpoints, projection, log } = this.#parts;
    const body = await projection.body(height);
    if (body === undefined) return false;
    await checkpoints.keep(height);
    const kept = new Set((await archive.tokens(height)).map(({ authority }) => authority));
    const failures: unknown[] = [];
    for (const authority of authorities.filter((each) => !kept.has(each))) {
      try {
        const token = await requestToken(authority, hashOfDigest(bodyDigest(body)));
        await archive.keepToken({ height, authority, token });
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === authorities.length) throw failures[0];
    if (failures.length > 0)
      log.warn({ err: failures[0], height }, 'An authority did not stamp a checkpoint');
    return true;
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
