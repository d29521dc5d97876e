import { bodyDigest, encode, hashOfDigest, keys, type CheckpointBody } from '@tallystick/chaincode/model';
import { runs, type Worker } from '../../workers/worker.js';
import type { Checkpoints } from '../checkpoints/port.js';
import type { Projection, TransactionLog, Trees } from '../../projection/port.js';
import type { EvidenceArchive } from './stores/port.js';
import { assertUsable, requestToken } from './timestamp.js';

/** Where stamping says what an operator should know. */
interface Log {
  warn(facts: object, message: string): void;
}

export interface StampingParts {
  readonly authorities: readonly string[];
  readonly archive: Pick<EvidenceArchive, 'keepToken' | 'newestStamped' | 'tokens'>;
  readonly checkpoints: Pick<Checkpoints, 'commonHeight' | 'keep'>;
  readonly projection: Pick<Projection, 'record'> & Pick<TransactionLog, 'results'> & Pick<Trees, 'body'>;
  /** Organisations whose witnesses must have signed what is stamped. */
  readonly needed: number;
  /** Milliseconds between two stamps at least. */
  readonly interval: number;
  readonly log: Log;
  /** Asks an authority for a token over a SHA-256. */
  readonly request?: typeof requestToken;
  /** Refuses a token that no reader could rely on. */
  readonly check?: typeof assertUsable;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Milliseconds between two looks, and after a failure. */
const GLANCE = 10_000;
const PAUSE = 60_000;
/** Blocks looked through at a time. */
const WINDOW = 200n;

/**
 * Has checkpoints stamped by authorities that nobody on the ledger runs (RFC 3161): one token dates every receipt under it. A checkpoint is
 * stamped when there are receipts that the last one does not cover, or whose time to contest has ended since; never more than one an
 * interval.
 */
export class Stamping implements Worker {
  readonly name = 'stamping';
  readonly #parts: StampingParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Block up to which receipts were looked for, when one was last seen, and when something was last stamped or tried. */
  #lookedThrough: bigint | undefined;
  #receiptAt: number | undefined;
  #stampedAt = -Infinity;
  #triedAt = -Infinity;

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

  health(): string | undefined {
    return runs(this.name, this.#timer !== undefined);
  }

  /** Stamps if it is time to. Resolves with the height that has been stamped. @throws TimestampError when no authority did */
  async look(): Promise<number | undefined> {
    const { checkpoints, needed } = this.#parts;
    const height = await checkpoints.commonHeight(needed);
    if (height === undefined) return undefined;
    await this.#lookForReceipts(BigInt(height));
    if (!(await this.#isDue())) return undefined;
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

  async #isDue(): Promise<boolean> {
    const now = this.#now();
    const { interval } = this.#parts;
    const isEarly = now - this.#stampedAt < interval || now - this.#triedAt < Math.min(interval, PAUSE);
    if (this.#receiptAt === undefined || isEarly) return false;
    const ends = this.#receiptAt + (await this.#window());
    return this.#stampedAt < this.#receiptAt || (now >= ends && this.#stampedAt < ends);
  }

  async #lookForReceipts(height: bigint): Promise<void> {
    let from = this.#lookedThrough ?? (await this.#begun());
    while (from < height) {
      const next = from + WINDOW < height ? from + WINDOW : height;
      if ((await this.#parts.projection.results('usage', from, next)).length > 0)
        this.#receiptAt = this.#now();
      from = next;
    }
    this.#lookedThrough = from;
  }

  /** Nothing is remembered of when an earlier run stamped: as if it had been just before now, with a receipt. */
  async #begun(): Promise<bigint> {
    const stamped = await this.#parts.archive.newestStamped();
    if (stamped === undefined) return -1n;
    this.#receiptAt = this.#stampedAt = this.#now() - 1;
    return BigInt(stamped);
  }

  async #window(): Promise<number> {
    const space = await this.#parts.projection.record(keys.space());
    return (space?.value.rulebook.contestWithin ?? 0) * 1000;
  }

  /** False where there is nothing new to stamp. */
  async #stamp(height: number): Promise<boolean> {
    const { authorities, archive, checkpoints, projection, log } = this.#parts;
    const kept = new Set((await archive.tokens(height)).map(({ authority }) => authority));
    const missing = authorities.filter((authority) => !kept.has(authority));
    const body = await projection.body(height);
    if (missing.length === 0 || body === undefined) return false;
    await checkpoints.keep(height);
    this.#triedAt = this.#now();
    const asked = await Promise.allSettled(missing.map((authority) => this.#ask(authority, body)));
    const failures = asked.filter((each) => each.status === 'rejected').map(({ reason }) => reason as Error);
    const [failure] = failures;
    if (failure !== undefined && failures.length === missing.length) throw failure;
    if (failure !== undefined) log.warn({ err: failure, height }, 'An authority did not stamp a checkpoint');
    return true;
  }

  /** A token that is kept goes into files for good: one that would not be verified is refused, and other authorities' have to do. */
  async #ask(authority: string, body: CheckpointBody): Promise<void> {
    const { archive, request = requestToken, check = assertUsable } = this.#parts;
    const token = await request(authority, hashOfDigest(bodyDigest(body)));
    await check(token, new TextEncoder().encode(encode(body)), this.#now());
    await archive.keepToken({ height: body.height, authority, token });
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
