import type { Json } from '../model/index.js';

/** A place in a policy and what is wrong with it. */
export interface PolicyProblem {
  /** JSON pointer into the document that was read. */
  readonly pointer: string;
  readonly reason: string;
}

/** JSON form of problems, for the details of a refusal. */
export const problemList = (problems: readonly PolicyProblem[], under: string): Json =>
  problems.map(({ pointer, reason }) => ({ pointer: under + pointer, reason }));
