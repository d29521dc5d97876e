import type { Step, StepCode } from './checklist.js';
import type { Outcome } from './verdict.js';

/** Without these nothing is verified. What else could not be evaluated is said, and takes nothing away from what was. */
const REQUIRED: ReadonlySet<StepCode> = new Set([
  'file.form',
  'trust.applies',
  'ledger.genesis',
  'ledger.operators',
  'ledger.config',
  'ledger.head',
  'ledger.definition',
  'ledger.constitution',
  'transaction.form',
  'transaction.creator',
  'transaction.endorsement',
  'transaction.validity',
  'subject.present',
  'decision.facts',
  'decision.replay',
]);

/**
 * The answer that steps add up to. One failure fails the whole: evidence is not averaged. Too few organisations for the validity of a
 * transaction whose order a block shows is an outcome of its own, because orderer signatures never prove validity.
 */
export function outcomeOf(steps: readonly Step[]): Outcome {
  if (steps.some(({ result }) => result === 'fail')) return 'FAILED';
  const open = steps.filter(({ code, result }) => result === 'not-evaluated' && REQUIRED.has(code));
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
