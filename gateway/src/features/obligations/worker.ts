import { addSeconds, decodeRefusal, millisOf, type Obligation } from '@tallystick/chaincode/model';
import { Pulse } from '../../workers/pulse.js';
import { runs } from '../../workers/worker.js';
import { Retries } from '../../workers/retries.js';
import { LedgerRefusal } from '../../ledger/port-errors.js';
import type { DutyEntry } from './stores/port.js';
import { DELETE, HORIZON, INFORM, ours, startOf } from './due.js';
import type { ObligationParts } from './parts.js';
import type { DutyWorker } from './port.js';
import { erase, fulfil, inform, obligationOf } from './steps.js';

/** Duties taken a step further at a time. */
const AT_A_TIME = 16;
/** A timer is set anew after this long at the latest. */
const LONGEST_WAIT = 3_600_000;
/** How much longer than a look takes it is not repeated. */
const REST = 10;
/** Obligations that were not in time are still made good. */
const OWED = ['DUE', 'BREACHED'] as const;

const keyOf = ({ obligationId, role }: DutyEntry): string => `${role} ${obligationId}`;
function codeOf(error: unknown): string {
  if (error instanceof LedgerRefusal) return decodeRefusal(error.refusal)?.code ?? error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : 'FAILED';
}

/**
 * Passes over journal and projection: what is due is written down, done, and stated on the ledger, each step durable before the
 * next. Nothing it knows besides those two matters, so that it can die anywhere and begin again.
 */
export class JournalingWorker implements DutyWorker {
  readonly name = 'duties';
  readonly #parts: ObligationParts;
  readonly #retries: Retries;
  readonly #pulse: Pulse;
  /** When deletions that are not due yet begin. */
  #next = Number.POSITIVE_INFINITY;
  /** Until then nothing is looked for: with many duties outstanding, looking must not be all that is done. */
  #rested = 0;
  #unsubscribe: () => void = () => undefined;

  constructor(parts: ObligationParts) {
    this.#parts = parts;
    this.#retries = new Retries(parts.pause);
    this.#pulse = new Pulse({
      pass: () => this.#pass(),
      failed: (error) => {
        parts.log.error({ code: codeOf(error) }, 'A pass over obligations failed');
        this.#retries.failed('pass');
      },
      untilNext: () => this.#untilNext(),
    });
  }

  start(): void {
    if (this.#pulse.isRunning) return;
    this.#unsubscribe = this.#parts.projection.onBlock(() => this.#pulse.wake());
    this.#pulse.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#pulse.stop();
  }

  health(): string | undefined {
    return runs(this.name, this.#pulse.isRunning);
  }

  idle(): Promise<void> {
    return this.#pulse.idle();
  }

  /** A duty was written down. */
  wake(): void {
    if (this.#pulse.isRunning) this.#pulse.wake();
  }

  #untilNext(): number | undefined {
    const begins = this.#next - millisOf(this.#parts.now());
    return Math.max(0, Math.min(begins, this.#retries.untilNext() ?? LONGEST_WAIT, LONGEST_WAIT));
  }

  /** True when nothing is left to do now. */
  async #pass(): Promise<boolean> {
    const hasLooked = await this.#discover();
    const open = await this.#parts.duties.unfinished();
    this.#retries.retain(new Set(open.map(keyOf)));
    const due = open.filter((entry) => this.#retries.takeUp(keyOf(entry)));
    let closed = 0;
    for (let from = 0; from < due.length; from += AT_A_TIME) {
      const ends = await Promise.all(due.slice(from, from + AT_A_TIME).map((entry) => this.#advance(entry)));
      closed += ends.filter(Boolean).length;
    }
    return hasLooked && closed === open.length;
  }

  /** Write down every duty whose time has come; false when it is too early to look again. */
  async #discover(): Promise<boolean> {
    const { isWatching, now } = this.#parts;
    if (!isWatching) return true;
    const began = performance.now();
    if (began < this.#rested) {
      this.#next = Math.min(this.#next, millisOf(now()) + this.#rested - began);
      return false;
    }
    this.#next = await this.#look();
    this.#rested = performance.now() + REST * (performance.now() - began);
    return true;
  }

  /** When the next deletion begins, or the next look has to be taken. */
  async #look(): Promise<number> {
    const { projection, participant: debtor, duties, now } = this.#parts;
    const horizon = addSeconds(now(), HORIZON);
    let next = millisOf(now()) + (HORIZON * 1000) / 2;
    for (const state of OWED) {
      for (const { id } of await ours(projection, { state, debtor, action: INFORM })) {
        await duties.open(id, 'INFORM');
      }
      for (const obligation of await ours(projection, { state, debtor, action: DELETE }, { due: horizon })) {
        const start = startOf(obligation);
        if (start <= millisOf(now())) await duties.open(obligation.id, 'DELETE');
        else next = Math.min(next, start);
      }
    }
    return next;
  }

  /** One duty as far as it goes now; true when it is closed. */
  async #advance(entry: DutyEntry): Promise<boolean> {
    const { duties, log } = this.#parts;
    const { obligationId, role } = entry;
    try {
      const obligation = await obligationOf(this.#parts, obligationId);
      if (obligation.state !== 'FULFILLED') await this.#carryOut(entry, obligation);
      // Closed is what our own peer shows as fulfilled, whoever stated it.
      const { state } = await obligationOf(this.#parts, obligationId);
      if (state === 'FULFILLED') await duties.move(obligationId, role, 'CLOSED');
      else this.#retries.failed(keyOf(entry));
      return state === 'FULFILLED';
    } catch (error) {
      const reason = codeOf(error);
      // Said once for each reason: it is tried again and again.
      if (reason !== entry.reason) {
        log.warn({ obligationId, role, reason }, 'A duty could not be carried out yet');
      }
      await duties.move(obligationId, role, (await duties.get(obligationId, role))?.state ?? entry.state, {
        reason,
      });
      this.#retries.failed(keyOf(entry));
      return false;
    }
  }

  async #carryOut({ obligationId, role, state, ...rest }: DutyEntry, obligation: Obligation): Promise<void> {
    const { duties } = this.#parts;
    let entry: DutyEntry = { obligationId, role, state, ...rest };
    if (role === 'INFORM') {
      if (obligation.attester === this.#parts.participant)
        await duties.open(obligationId, 'ACKNOWLEDGE', 'DONE');
      else await inform(this.#parts, obligation);
      await duties.move(obligationId, role, 'DONE');
      return;
    }
    if (role === 'DELETE' && state === 'OPEN') {
      const evidence = await erase(this.#parts, obligation);
      entry = await duties.move(obligationId, role, 'DONE', { evidence });
    }
    await fulfil(this.#parts, obligation, entry);
  }
}
