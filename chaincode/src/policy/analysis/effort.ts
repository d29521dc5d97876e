/** Steps that one analysis of a policy may take, so that no policy keeps an endorser busy. All must stop at the same one. */
const STEPS = 200_000;

/** What an analysis may still cost. When nothing is left, nothing further is proven. */
export interface Effort {
  left: number;
  /** Texts of constraints and duties that are compared many times, each made once. */
  readonly texts: Map<object, string>;
  /** Places of the values of constraints on their line, each found once: every branch of a choice asks for all of them. */
  readonly places: Map<object, readonly bigint[]>;
}
export const newEffort = (): Effort => ({ left: STEPS, texts: new Map(), places: new Map() });

/** Take some steps; false when they are not left. */
export function spend(effort: Effort, steps: number): boolean {
  effort.left -= steps;
  return effort.left >= 0;
}

/** The text of something, made when it is first asked for. */
export const textIn = <T extends object>({ texts }: Effort, of: T, make: (of: T) => string): string =>
  madeOnce(texts, of, make);

/** The places of its values, found when they are first asked for. */
export const placesIn = <T extends object>(
  { places }: Effort,
  of: T,
  find: (of: T) => readonly bigint[],
): readonly bigint[] => madeOnce(places, of, find);

function madeOnce<T extends object, V>(made: Map<object, V>, of: T, make: (of: T) => V): V {
  const known = made.get(of);
  if (known !== undefined) return known;
  const value = make(of);
  made.set(of, value);
  return value;
}
