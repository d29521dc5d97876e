import type { z } from 'zod';
import { TopologyError, type TopologyProblem } from './errors.js';
import { conflicts } from './rules.js';
import { shape, type Topology } from './schema.js';

const depth = (problems: readonly TopologyProblem[]): number =>
  Math.max(...problems.map(({ path }) => path.split('.').length));

/**
 * An alternative that fits nowhere is described by the branch that got furthest: it is the one that was meant.
 * (The branches of the endorsement policy fail at their first key when they were not.)
 */
function furthest(branches: readonly TopologyProblem[][]): TopologyProblem[] {
  const deepest = Math.max(...branches.map(depth));
  return branches.filter((branch) => depth(branch) === deepest).flat();
}

function problemsOf(issue: z.core.$ZodIssue, base: readonly PropertyKey[] = []): TopologyProblem[] {
  const path = [...base, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) {
    return [{ path: path.map(String).join('.'), message: issue.message }];
  }
  return furthest(issue.errors.map((branch) => branch.flatMap((inner) => problemsOf(inner, path))));
}

/**
 * Judges a value once: its shape, then its parts against each other. Defaults are filled in.
 * Throws a `TopologyError` that lists every problem of the stage at which the value failed.
 */
export function parseTopology(value: unknown): Topology {
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    throw new TopologyError(
      parsed.error.issues.flatMap((issue) => problemsOf(issue)),
      { cause: parsed.error },
    );
  }
  const problems = conflicts(parsed.data);
  if (problems.length > 0) throw new TopologyError(problems);
  return parsed.data;
}
