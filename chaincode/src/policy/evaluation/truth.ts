/** Three values: a statement about the world holds, does not hold, or cannot be told (`undefined`). */
export type Truth = boolean | undefined;

/** The strong disjunction of Kleene: one that holds is enough, and what cannot be told might hold. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(undefined) ? undefined : false;
}

/** The strong conjunction of Kleene. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
