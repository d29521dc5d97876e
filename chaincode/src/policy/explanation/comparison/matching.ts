/** Things of two lists that are the same or changed, and those that only one of them has. */
export interface Matching<T> {
  readonly pairs: readonly (readonly [before: T, after: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** What things have in common that are taken for the same; `undefined`: this thing has nothing of the kind. */
export type Likeness<T> = (of: T) => string | undefined;

/** Pair each thing with the first one that is like it and not taken yet, the closest likeness first. */
export function match<T>(
  before: readonly T[],
  after: readonly T[],
  likenesses: readonly Likeness<T>[],
): Matching<T> {
  const pairs: (readonly [number, number])[] = [];
  for (const likeness of likenesses) {
    for (const [from, each] of before.entries()) {
      const mark = pairs.some(([taken]) => taken === from) ? undefined : likeness(each);
      if (mark === undefined) continue;
      const isFree = (to: number): boolean => !pairs.some(([, taken]) => taken === to);
      const to = after.findIndex((other, at) => isFree(at) && likeness(other) === mark);
      if (to >= 0) pairs.push([from, to]);
    }
  }
  return {
    pairs: before.flatMap((was, from) =>
      pairs
        .filter(([taken]) => taken === from)
        .flatMap(([, to]) => after.slice(to, to + 1).map((is) => [was, is] as const)),
    ),
    removed: before.filter((_, from) => !pairs.some(([taken]) => taken === from)),
    added: after.filter((_, to) => !pairs.some(([, taken]) => taken === to)),
  };
}
