import type { Step, StepCode } from './checklist.js';
import type { Outcome } from './verdict.js';

/** What could not be evaluated of these is reported, and takes nothing away from what was. */
const OPTIONAL: ReadonlySet<StepCode> = new Set([
  // Of each witness by itself; whether there are enough is a step of its own.
  'checkpoint.witness',
  // The trusted genesis block and the fold of what follows leave no choice of another.
  'ledger.constitution',
  'sealed.openings',
  'payload.commitment',
  'time.authorities',
  'time.bounds',
  'time.certificates',
  'custody.log',
]);

/** The answer that steps add up to. One failure fails the whole: evidence is not averaged. */
export function outcomeOf(steps: readonly Step[]): Outcome {
  if (steps.some(({ result }) => result === 'fail')) return 'FAILED';
  const isOpen = steps.some(({ code, result }) => result === 'not-evaluated' && !OPTIONAL.has(code));
  return isOpen ? 'INCOMPLETE' : 'VERIFIED';
}
