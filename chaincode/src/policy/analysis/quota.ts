import {
  isLogical,
  lexicalOf,
  valuesOf,
  type AtomicConstraint,
  type Policy,
} from '../../model/odrl/index.js';

/** Largest number of uses that can be counted: that of the slots of a grant. */
export const MAX_COUNT = 1_000_000;

/**
 * Number of uses the policy allows; `undefined` when uncounted. One use is counted once only, so the count is that of the
 * whole grant, whichever permission names it.
 */
export function quotaOf({ permission }: Policy): number | undefined {
  const counts = (permission ?? []).flatMap(({ constraint }) =>
    (constraint ?? []).flatMap((of) => (!isLogical(of) && of.leftOperand === 'count' ? [usesOf(of)] : [])),
  );
  return counts.length === 0 ? undefined : counts.reduce((least, count) => (count < least ? count : least));
}

/** Uses that a count allows; none when it is not a number of them, so that nobody counts on it. */
export function usesOf(count: AtomicConstraint): number {
  const [value] = valuesOf(count);
  const text = value === undefined ? '' : lexicalOf(value);
  if (!/^\d{1,7}$/.test(text)) return 0;
  const uses = Number(text) - (count.operator === 'lt' ? 1 : 0);
  return uses > 0 && uses <= MAX_COUNT ? uses : 0;
}
