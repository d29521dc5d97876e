import {
  addSeconds,
  descriptors,
  encode,
  keys,
  millisOf,
  type Instant,
  type Usage,
} from '@tallystick/chaincode/model';
import { submitWithRetry } from '../../ledger/port-retry.js';
import { LedgerRefusal } from '../../ledger/port-errors.js';
import type { Ledger } from '../../ledger/port.js';
import type { Projection } from '../../projection/port.js';
import type { Log } from '../../workers/log.js';
import { recordAt, recordsOf } from './projected.js';
import { Pulse } from '../../workers/pulse.js';
import { runs, type Worker } from '../../workers/worker.js';

/** Seconds after a deadline before a request is lapsed: endorsers' clocks may be behind ours, and an answer may be on its way. */
const GRACE = 5;
/** Milliseconds after which a look is taken anyway. */
const LOOK_EVERY = 30_000;
/** Requests lapsed in one pass. */
const AT_A_TIME = 16;

export interface LapseParts {
  readonly ledger: Ledger;
  readonly projection: Projection;
  /** Name of the identity that signs: an officer or operator of ours. */
  readonly identity: string;
  /** Our participant id. */
  readonly participant: string;
  readonly log: Log;
  readonly now: () => Instant;
}

/** Until when a request can be answered; `undefined` without a space record. */
export async function answerDue(
  projection: Pick<Projection, 'record'>,
  { requestedAt }: Pick<Usage, 'requestedAt'>,
): Promise<Instant | undefined> {
  const space = await recordAt(projection, keys.space());
  return space && addSeconds(requestedAt, space.rulebook.answerWithin);
}

/**
 * Writes down that our own requests were not answered in time, so that none hangs as REQUESTED for good. Knows nothing besides the
 * projection: it can die anywhere, and what another lapses meanwhile is no longer found.
 */
export class Lapses implements Worker {
  readonly name = 'lapses';
  readonly #parts: LapseParts;
  readonly #pulse: Pulse;
  readonly #refused = new Set<string>();

  constructor(parts: LapseParts) {
    this.#parts = parts;
    this.#pulse = new Pulse({
      pass: () => this.#pass(),
      failed: (error) => parts.log.warn({ reason: String(error) }, 'Requests could not be lapsed'),
      untilNext: () => LOOK_EVERY,
    });
  }

  start(): void {
    if (!this.#pulse.isRunning) this.#pulse.start();
  }

  async stop(): Promise<void> {
    await this.#pulse.stop();
  }

  health(): string | undefined {
    return runs(this.name, this.#pulse.isRunning);
  }

  /** Resolves when nothing of ours is overdue, or could be lapsed now. */
  idle(): Promise<void> {
    return this.#pulse.idle();
  }

  async #pass(): Promise<boolean> {
    const overdue = await this.#overdue();
    for (const { id } of overdue.slice(0, AT_A_TIME)) await this.#lapse(id);
    return overdue.length <= AT_A_TIME;
  }

  async #overdue(): Promise<readonly Usage[]> {
    const { projection, participant: consumer, now } = this.#parts;
    const space = await recordAt(projection, keys.space());
    if (space === undefined) return [];
    const before = Math.max(0, millisOf(now()) / 1000 - space.rulebook.answerWithin - GRACE);
    const requestedAt = addSeconds('1970-01-01T00:00:00.000Z', Math.floor(before));
    const where = { state: 'REQUESTED', consumer };
    return recordsOf(projection, { kind: 'usage', where, before: { requestedAt } });
  }

  async #lapse(usageId: Usage['id']): Promise<void> {
    const { ledger, projection, identity, log } = this.#parts;
    const submission = {
      identity,
      transaction: descriptors.usage.Lapse.name,
      argument: encode({ usageId }),
    };
    try {
      const { blockNumber } = await submitWithRetry(ledger, submission);
      await projection.reached(blockNumber, AbortSignal.timeout(LOOK_EVERY)).catch(() => undefined);
    } catch (error) {
      // Answered or lapsed by somebody else meanwhile, or not now; said once for each.
      if (!(error instanceof LedgerRefusal)) throw error;
      if (!this.#refused.has(usageId)) log.info({ usageId, code: error.code }, 'A request was not lapsed');
      this.#refused.add(usageId);
    }
  }
}
