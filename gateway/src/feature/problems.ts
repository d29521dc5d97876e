import type { ProblemType } from '../http/problem-kind.js';
import { problems } from '../http/problem.js';
import type { Feature } from './feature.js';

/** Every problem type that a client of a gateway with these features can meet, by code. */
export const problemsOf = (features: readonly Feature[]): Readonly<Record<string, ProblemType>> =>
  Object.assign({}, problems, ...features.map((feature) => feature.problems)) as Record<string, ProblemType>;
