import { NotEvaluated, Rejection, type Facts, type Reason } from './rejection.js';

/** What is checked, in the normative order (VERDICTS.md, "Steps"). Each code has one title, one clause and one limit. */
export const STEPS = [
  'file.form',
  'trust.applies',
  'ledger.genesis',
  'ledger.config',
  'ledger.operators',
  'ledger.head',
  'block.integrity',
  'transaction.validity',
  'ledger.fold',
  'checkpoint.body',
  'time.authorities',
  'checkpoint.witness',
  'checkpoint.witnesses',
  'transaction.form',
  'transaction.inclusion',
  'transaction.creator',
  'transaction.effect',
  'ledger.constitution',
  'subject.newest',
  'subject.request',
  'subject.answer',
  'subject.course',
  'subject.terms',
  'subject.claim',
  'decision.facts',
  'decision.replay',
  'valuation.result',
  'sealed.openings',
  'payload.commitment',
  'time.bounds',
  'time.certificates',
  'checkpoint.earlier',
  'signers.keys',
  'custody.log',
  // Of completeness files alone.
  'uses.complete',
  'uses.records',
  // Of the audit of a whole ledger alone.
  'ledger.definition',
  'transaction.endorsement',
  'transaction.replay',
] as const;
export type StepCode = (typeof STEPS)[number];

export type StepResult = 'pass' | 'fail' | 'not-evaluated';

/** One thing that was looked at. Never blended: a step that was not evaluated says so and why. */
export interface Step {
  readonly code: StepCode;
  /** What it was looked at: a transaction id, a block number, a key; empty for the whole file. */
  readonly subject: string;
  readonly result: StepResult;
  /** Why not `pass`. */
  readonly reason?: Reason;
  /** What went in and what came out, short texts by name. */
  readonly facts: Facts;
}

/** Collects steps in the order they are made. */
export class Checklist {
  readonly #steps: Step[] = [];

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Takes over the steps of another list, which was made beside this one. */
  append({ steps }: Checklist): void {
    this.#steps.push(...steps);
  }

  pass(code: StepCode, subject: string, facts: Facts = {}): void {
    this.#steps.push({ code, subject, result: 'pass', facts });
  }

  fail(code: StepCode, subject: string, { code: reason, facts }: Rejection): void {
    this.#steps.push({ code, subject, result: 'fail', reason, facts });
  }

  notEvaluated(code: StepCode, subject: string, reason: Reason, facts: Facts = {}): void {
    this.#steps.push({ code, subject, result: 'not-evaluated', reason, facts });
  }

  /**
   * Runs a check and notes how it ended. What it resolves with are the facts of the step, beside a value that later steps build on;
   * `undefined` when it failed or could not be made. Errors that are neither Rejection nor NotEvaluated are mistakes of ours and pass through.
   */
  async run<T>(
    code: StepCode,
    subject: string,
    check: () =>
      | Promise<{ readonly value: T; readonly facts?: Facts }>
      | { readonly value: T; readonly facts?: Facts },
  ): Promise<T | undefined> {
    try {
      const { value, facts } = await check();
      this.pass(code, subject, facts);
      return value;
    } catch (error) {
      if (error instanceof NotEvaluated) this.notEvaluated(code, subject, error.code, error.facts);
      else if (error instanceof Rejection) this.fail(code, subject, error);
      else throw error;
      return undefined;
    }
  }
}
