import { STEPS, type Step, type StepCode, type StepResult } from '../checklist.js';

/** All that was looked at under one step code. */
export interface Tally {
  readonly code: StepCode;
  readonly steps: readonly Step[];
  readonly counts: Readonly<Record<StepResult, number>>;
}

const RESULTS = ['pass', 'fail', 'not-evaluated'] as const satisfies readonly StepResult[];

/** In the normative order; codes under which nothing was looked at come with zeros, for that is an answer, too. */
export function tally(steps: readonly Step[]): readonly Tally[] {
  return STEPS.map((code) => {
    const ofCode = steps.filter((step) => step.code === code);
    const count = (result: StepResult): number => ofCode.filter((step) => step.result === result).length;
    const counts = { pass: count('pass'), fail: count('fail'), 'not-evaluated': count('not-evaluated') };
    return { code, steps: ofCode, counts };
  });
}

/** Those results of a step that occurred, in words: `pass 12, fail 1`. */
export const countsIn = ({ counts }: Tally, words: Readonly<Record<StepResult, string>>): string =>
  RESULTS.filter((result) => counts[result] > 0)
    .map((result) => `${words[result]} ${counts[result]}`)
    .join(', ');
