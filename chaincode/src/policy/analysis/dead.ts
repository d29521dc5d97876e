import type { Policy } from '../../model/odrl/index.js';
import { problemAt, pointed } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { conditionsOf, covers, type UsageRule } from './coverage.js';
import { newEffort } from './effort.js';
import { contradictionIn } from './satisfiability.js';

/** Permissions that no request can use: someone has misunderstood something, better now than at the first use. */
export const deadPermissions = (policy: Policy): readonly PolicyProblem[] => [
  ...contradictory(policy),
  ...shadowed(policy),
];

export const contradictory = ({ permission }: Policy): readonly PolicyProblem[] =>
  contradictionsIn(pointed(permission, '/permission'));

/** Rules whose conditions nobody can ever meet, with the reason. */
export function contradictionsIn(rules: readonly (readonly [string, UsageRule])[]): readonly PolicyProblem[] {
  const effort = newEffort();
  return rules.flatMap(([at, rule]) => {
    const reason = contradictionIn(
      conditionsOf(rule).map(([, of]) => of),
      effort,
    );
    return reason === undefined ? [] : problemAt(at, reason);
  });
}

/** Permissions all of which a prohibition forbids, or conflicts with for certain. */
export function shadowed({ permission, prohibition, conflict }: Policy): readonly PolicyProblem[] {
  if (conflict === 'perm') return [];
  const effort = newEffort();
  return pointed(permission, '/permission').flatMap(([at, rule]) => {
    const shadow = (prohibition ?? []).findIndex((outer) => covers(outer, rule, effort));
    const verb = conflict === 'invalid' ? 'conflicts with' : 'forbids';
    return shadow < 0 ? [] : problemAt(at, `/prohibition/${shadow} ${verb} all of it`);
  });
}
