import { LedgerError } from '../ledger/port-errors.js';
import type { EndorsedBytes } from '../ledger/endorsed-bytes.js';
import { EvidenceError } from './errors.js';

/** Asks a question that all these organisations sign the answer to. */
type Ask = (organisations: readonly string[]) => Promise<EndorsedBytes>;

export interface AskedOptions {
  /** MSP ids that may be asked, now. */
  readonly organisations: () => Promise<readonly string[]>;
  /** How many have to sign; the majority by default. */
  readonly minimum?: number | undefined;
}

/** Milliseconds for which an organisation that did not answer is not asked again. */
const ABSENCE = 30_000;

/**
 * Who is asked. An answer needs every organisation that is named in the question, so one that is down or behind would spoil it for all:
 * those that answer alone are then asked together.
 */
export class Organisations {
  readonly #options: AskedOptions;
  readonly #absent = new Map<string, number>();

  constructor(options: AskedOptions) {
    this.#options = options;
  }

  /** @throws EvidenceError TOO_FEW_ORGANISATIONS */
  async ask(question: Ask): Promise<EndorsedBytes> {
    const all = await this.#options.organisations();
    const minimum = this.#options.minimum ?? Math.floor(all.length / 2) + 1;
    const present = all.filter((mspId) => (this.#absent.get(mspId) ?? 0) <= Date.now());
    const asked = present.length >= minimum ? present : all;
    try {
      return await question(asked);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code === 'OVERLOADED' || error.code === 'CLOSED')
        throw error;
      return this.#askPresent(question, all, minimum, error);
    }
  }

  async #askPresent(
    question: Ask,
    all: readonly string[],
    minimum: number,
    cause: unknown,
  ): Promise<EndorsedBytes> {
    const answering: string[] = [];
    for (const mspId of all)
      if (await isAnswered(question([mspId]))) answering.push(mspId);
      else this.#absent.set(mspId, Date.now() + ABSENCE);
    if (answering.length < minimum)
      throw new EvidenceError('TOO_FEW_ORGANISATIONS', `${answering.length} of ${minimum} answer`, { cause });
    return question(answering);
  }
}

const isAnswered = (answer: Promise<unknown>): Promise<boolean> =>
  answer.then(
    () => true,
    () => false,
  );
