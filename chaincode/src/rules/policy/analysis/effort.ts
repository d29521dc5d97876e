/** Steps that one analysis of a policy may take, so that no policy keeps an endorser busy. All must stop at the same one. */
const STEPS = 200_000;

/** What an analysis may still cost. When nothing is left, nothing further is proven. */
export interface Effort {
  left: number;
}
export const newEffort = (): Effort => ({ left: STEPS });

/** Take some steps; false when they are not left. */
export function spend(effort: Effort, steps: number): boolean {
  effort.left -= steps;
  return effort.left >= 0;
}
