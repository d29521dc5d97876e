import * as ledgerRules from '../../../chaincode/src/policy/evaluation/index.js';
import { newRandom } from '../../differential/random.js';
import { decide } from './deciding.js';
import { newSample, type Sample } from './generator.js';
import { reportOf, type Case } from './reporting.js';
import { spelledWorld } from './spelling.js';

export interface Disagreement {
  readonly seed: number;
  /** Where the two first differ, as a JSON pointer into `{report, open, decision}`. */
  readonly at: string;
  readonly expected: unknown;
  readonly found: unknown;
  readonly sample: Sample;
}

/** Where two values differ first; members and items in the order of the expected one. */
function firstDifference(
  expected: unknown,
  found: unknown,
  at: string,
): Omit<Disagreement, 'seed' | 'sample'> | undefined {
  if (typeof expected !== 'object' || typeof found !== 'object' || expected === null || found === null)
    return Object.is(expected, found) ? undefined : { at, expected, found };
  const [left, right] = [expected, found].map((of) => of as Readonly<Record<string, unknown>>) as [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const difference = firstDifference(left[key], right[key], `${at}/${key}`);
    if (difference) return difference;
  }
  return undefined;
}

/** What is held against the oracle. */
export type Engine = Pick<typeof ledgerRules, 'evaluate' | 'decisionOf'>;

/** Whether both say the same of a case that was not made up here: where they differ first, else nothing. */
export const differenceOn = (of: Case): string | undefined => disagreementOn({ ...of, deferrable: [] })?.at;

/** Judges one case with the oracle and with the rules of the ledger. */
function disagreementOn(
  sample: Sample,
  { evaluate, decisionOf }: Engine = ledgerRules,
): Omit<Disagreement, 'seed'> | undefined {
  const { policy, attempt, world, deferrable } = sample;
  const isDeferrable = (pointer: string): boolean => deferrable.includes(pointer);
  const report = evaluate(policy, attempt, world);
  const open = evaluate(policy, attempt, world, 'open');
  const found = { report, open, decision: decisionOf(policy, report, isDeferrable, attempt, world) };
  const spelled = { ...sample, world: spelledWorld(world) };
  const expected = {
    report: reportOf(spelled),
    open: reportOf({ ...spelled, isOpen: true }),
    decision: decide(spelled, isDeferrable),
  };
  const difference = firstDifference(expected, found, '');
  return difference && { ...difference, sample };
}

/** Case of a seed. One seed is one case, so that a disagreement is found again by its seed alone. */
export function disagreementOf(seed: number, engine?: Engine): Disagreement | undefined {
  const disagreement = disagreementOn(newSample(newRandom(seed)), engine);
  return disagreement && { seed, ...disagreement };
}
