import type { StepCode } from '../checklist.js';
import { Rejection, type Facts, type Reason } from '../rejection.js';

/** Where on the ledger something was found. */
export interface Place {
  readonly block: number;
  /** Index of the transaction in the block, and its id where it has one; absent when it concerns the whole block. */
  readonly index?: number;
  readonly txId?: string;
}

/** The ledger is not what the rules and signatures make of it. */
export interface Divergence extends Place {
  readonly step: StepCode;
  readonly reason: Reason;
  readonly facts: Facts;
}

/** A transaction whose endorsers departed from the rules. It is a fact about the ledger, over which the rules go on. */
export type Departure = Divergence;

/** What the auditor could not judge, counted by step and reason; never guessed. */
export interface NotEvaluated {
  readonly step: StepCode;
  readonly reason: Reason;
  readonly count: number;
  /** The first of them. */
  readonly first: Place & { readonly facts: Facts };
}

/** Divergences and departures that are kept one by one. Beyond, they are counted: a ledger that is wrong throughout must not fill the memory. */
const KEPT = 10_000;

export interface Recorded {
  readonly divergences: readonly Divergence[];
  /** All of them, those that were not kept included. */
  readonly divergenceCount: number;
  readonly departures: readonly Departure[];
  /** The same of departures. */
  readonly departureCount: number;
  readonly notEvaluated: readonly NotEvaluated[];
}

const NOTHING_FOUND: Recorded = {
  divergences: [],
  divergenceCount: 0,
  departures: [],
  departureCount: 0,
  notEvaluated: [],
};

/** Everything that was found so far. */
export class Findings {
  readonly #divergences: Divergence[];
  readonly #departures: Departure[];
  readonly #notEvaluated: Map<string, NotEvaluated>;
  #count: number;
  #departureCount: number;

  constructor(before: Recorded = NOTHING_FOUND) {
    this.#divergences = [...before.divergences];
    this.#departures = [...before.departures];
    this.#departureCount = before.departureCount;
    this.#notEvaluated = new Map(before.notEvaluated.map((each) => [nameOf(each), each]));
    this.#count = before.divergenceCount;
  }

  diverges(step: StepCode, place: Place, reason: Reason, facts: Facts = {}): void {
    this.#count += 1;
    if (this.#divergences.length < KEPT) this.#divergences.push({ ...place, step, reason, facts });
  }

  departs(step: StepCode, place: Place, reason: Reason, facts: Facts): void {
    this.#departureCount += 1;
    if (this.#departures.length < KEPT) this.#departures.push({ ...place, step, reason, facts });
  }

  notEvaluated(step: StepCode, place: Place, reason: Reason, facts: Facts = {}): void {
    const name = nameOf({ step, reason });
    const known = this.#notEvaluated.get(name) ?? { step, reason, count: 0, first: { ...place, facts } };
    this.#notEvaluated.set(name, { ...known, count: known.count + 1 });
  }

  /** Runs a check; a rejection is a divergence. Other errors are mistakes of ours and pass through. */
  async check<T>(step: StepCode, place: Place, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.diverges(step, place, error.code, error.facts);
      return undefined;
    }
  }

  /** Those of one block, added after those before: blocks are looked at several at a time, and told in order. */
  add(other: Findings): void {
    const { divergences, divergenceCount, departures, departureCount, notEvaluated } = other.recorded();
    this.#divergences.push(...divergences.slice(0, KEPT - this.#divergences.length));
    this.#count += divergenceCount;
    this.#departures.push(...departures.slice(0, KEPT - this.#departures.length));
    this.#departureCount += departureCount;
    for (const each of notEvaluated) {
      const known = this.#notEvaluated.get(nameOf(each));
      this.#notEvaluated.set(nameOf(each), known ? { ...known, count: known.count + each.count } : each);
    }
  }

  /** Whether the ledger is what its signatures make of it; departures from the rules are told apart. */
  get isClean(): boolean {
    return this.#count === 0;
  }

  recorded(): Recorded {
    return {
      divergences: this.#divergences,
      divergenceCount: this.#count,
      departures: this.#departures,
      departureCount: this.#departureCount,
      notEvaluated: [...this.#notEvaluated.values()],
    };
  }
}

const nameOf = ({ step, reason }: Pick<NotEvaluated, 'step' | 'reason'>): string => `${step} ${reason}`;
