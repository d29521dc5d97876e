import { setTimeout as sleep } from 'node:timers/promises';
import type { EvidenceSubject, Instant } from '@tallystick/chaincode/model';
import { addSeconds } from '@tallystick/chaincode/model';
import type { Projection } from '../projection/port.js';
import type { EvidenceArchive, EvidenceSubjectEntry } from '../state/evidence-port.js';
import type { Closings } from './closings.js';
import type { Collection } from './collection.js';
import type { Stamping } from './stamping.js';

/** Where the collector says what an operator should know. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface CollectorParts {
  readonly projection: Pick<Projection, 'onBlock'>;
  readonly archive: EvidenceArchive;
  readonly closings: Closings;
  readonly collection: Pick<Collection, 'gather'>;
  readonly stamping: Pick<Stamping, 'stamp'>;
  /** True while nobody waits for the ledger. */
  readonly isQuiet: () => boolean;
  readonly log: Log;
  readonly now: () => Instant;
}

/** Milliseconds that one collection gives way to uses at most, and between two looks. */
const PATIENCE = 2000;
const GLANCE = 25;
const BATCH = 20;
const LONGEST_PAUSE = 60_000;
/** Seconds before a subject is tried again; doubled with each failure. */
const RETRY = 2;
const LONGEST_RETRY = 600;
/** A subject whose collection keeps failing is said aloud so often, then only tried. */
const SAID = 5;

/**
 * Collects proofs of receipts as they close, one after the other. Everything it has to know is in the archive: it can be killed at any
 * moment and goes on at the next start.
 */
export class Collector {
  readonly #parts: CollectorParts;
  #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #wake: () => void = () => undefined;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  start(): void {
    if (this.isRunning) return;
    this.#stopping = new AbortController();
    const unsubscribe = this.#parts.projection.onBlock(() => this.#wake());
    this.#running = this.#run(this.#stopping.signal).finally(unsubscribe);
  }

  /** Resolves when the subject under way is done; the rest waits for the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
    this.#running = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const rest = await this.#pass(signal).catch((error: unknown) => {
        this.#parts.log.warn({ code: codeOf(error) }, 'A pass of collecting evidence failed');
        return RETRY * 1000;
      });
      await Promise.race([woken, sleep(rest, undefined, { signal, ref: false }).catch(() => undefined)]);
    }
  }

  /** Milliseconds until something is due. */
  async #pass(signal: AbortSignal): Promise<number> {
    const { closings, archive, now } = this.#parts;
    await closings.refresh(signal);
    const due = await archive.due(now(), BATCH);
    for (const entry of due) {
      if (signal.aborted) return 0;
      await this.#giveWay(signal);
      await this.#collect(entry);
    }
    if (due.length > 0) return 0;
    const next = await archive.nextDue();
    return next === undefined
      ? LONGEST_PAUSE
      : Math.min(LONGEST_PAUSE, Math.max(0, Date.parse(next) - Date.parse(now())));
  }

  async #giveWay(signal: AbortSignal): Promise<void> {
    const end = performance.now() + PATIENCE;
    while (!this.#parts.isQuiet() && performance.now() < end && !signal.aborted) await sleep(GLANCE);
  }

  async #collect(entry: EvidenceSubjectEntry): Promise<void> {
    const { archive, collection, stamping, log } = this.#parts;
    const subject = { kind: entry.kind, id: entry.id } as EvidenceSubject;
    try {
      const gathered = await collection.gather(subject);
      await stamping.stamp(gathered);
      await archive.settle(subject, entry.dueAt);
    } catch (error) {
      const code = codeOf(error);
      const attempts = entry.attempts + 1;
      if (attempts <= SAID)
        log.warn({ subject: entry.id, code, attempts }, 'Evidence could not be collected');
      await this.#putOff(entry, code);
    }
  }

  async #putOff({ kind, id, attempts }: EvidenceSubjectEntry, reason: string): Promise<void> {
    const { archive, now } = this.#parts;
    const pause = Math.min(LONGEST_RETRY, RETRY * 2 ** Math.min(attempts, 10));
    await archive.putOff({ kind, id }, addSeconds(now(), pause), reason);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
