import type * as z from 'zod';
import { malformed, type Fault } from './problem.js';
import { pointerOf } from './strict-json.js';

const MAX_FAULTS = 20;

type Issue = z.core.$ZodIssue;

// Of a union only one branch was meant: the one with the least wrong.
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  return branches.reduce((best, branch) => (branch.length < best.length ? branch : best));
}

function faultsOf(issue: Issue, path: readonly PropertyKey[]): Fault[] {
  const at = [...path, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerOf([...at, key]), reason: 'is not known here' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return closestBranch(issue.errors).flatMap((inner) => faultsOf(inner, at));
  }
  return [{ pointer: pointerOf(at), reason: issue.message }];
}

/** Check a value against a schema; `path` is where the value stands in the body. Throws Problem MALFORMED. */
export function check<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[] = []): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(parsed.error.issues.flatMap((issue) => faultsOf(issue, path)).slice(0, MAX_FAULTS));
}

/** Check path or query parameters: faults name the parameter instead of a pointer. Throws Problem MALFORMED. */
export function checkParameters<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, []));
  throw malformed(faults.map(({ pointer = '', reason }) => ({ parameter: pointer.slice(1), reason })));
}
