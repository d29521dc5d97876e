/** Steps that one analysis of a policy may take, so that no policy keeps an endorser busy. All must stop at the same one. */
const STEPS = 200_000;

/** What an analysis may still cost. When nothing is left, nothing further is proven. */
export interface Effort {
  left: number;
  /** Texts of constraints and duties that are compared many times, each made once. */
  readonly texts: Map<object, string>;
}
export const newEffort = (): Effort => ({ left: STEPS, texts: new Map() });

/** Take some steps; false when they are not left. */
export function spend(effort: Effort, steps: number): boolean {
  effort.left -= steps;
  return effort.left >= 0;
}

/** The text of something, made when it is first asked for. */
export function textIn<T extends object>({ texts }: Effort, of: T, make: (of: T) => string): string {
  const known = texts.get(of);
  if (known !== undefined) return known;
  const text = make(of);
  texts.set(of, text);
  return text;
}
