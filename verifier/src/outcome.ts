import type { Step, StepCode } from './checklist.js';
import type { Outcome } from './verdict.js';

/** What could not be evaluated of these is said, and takes nothing away from what was. Without any other step nothing is verified. */
const OPTIONAL: ReadonlySet<StepCode> = new Set([
  'transaction.position',
  'block.integrity',
  'state.endorsed',
  'transaction.replay',
  'sealed.openings',
  'payload.commitment',
  'time.authorities',
  'time.certificates',
  'custody.log',
]);

/**
 * The answer that steps add up to. One failure fails the whole: evidence is not averaged. Too few organisations for the validity of a
 * transaction whose order a block shows is an outcome of its own, because orderer signatures never prove validity.
 */
export function outcomeOf(steps: readonly Step[]): Outcome {
  if (steps.some(({ result }) => result === 'fail')) return 'FAILED';
  const open = steps.filter(({ code, result }) => result === 'not-evaluated' && !OPTIONAL.has(code));
  if (open.length === 0) return 'VERIFIED';
  const ordered = new Set(
    steps
      .filter(
        ({ code, result, facts }) =>
          code === 'transaction.position' && result === 'pass' && facts['by']?.startsWith('block ') === true,
      )
      .map(({ subject }) => subject),
  );
  const isOrdered = open.every(
    ({ code, subject }) => code === 'transaction.validity' && ordered.has(subject),
  );
  return isOrdered ? 'ORDERED_NOT_PROVEN_VALID' : 'INCOMPLETE';
}
