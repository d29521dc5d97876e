import type { PolicyProblem } from './problem.js';

/** Problems found within a part of a document, as problems of the document. */
export const under = (prefix: string, problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
  problems.map(({ pointer, reason }) => ({ pointer: prefix + pointer, reason }));

/** Items of a list, each with its JSON pointer. */
export const pointed = <T>(list: readonly T[] | undefined, at: string): readonly (readonly [string, T])[] =>
  (list ?? []).map((item, index) => [`${at}/${index}`, item] as const);

/** One problem, as a list of them. */
export const problemAt = (pointer: string, reason: string): readonly PolicyProblem[] => [{ pointer, reason }];
