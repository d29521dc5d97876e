import type { Constraint, Policy, PolicyRule } from '../../model/index.js';
import { ACTIONS } from './actions.js';
import type { PolicyProblem } from './index.js';
import { faultOf } from './operands.js';
import { contradictionIn, isShadowed } from './satisfiability.js';

/**
 * Everything in a policy that the ledger cannot enforce, with its place. A policy is published as a whole or not
 * at all: dropping what is not understood would widen it.
 */
export function admit({ permissions, prohibitions }: Policy): readonly PolicyProblem[] {
  return [
    ...permissions.flatMap((rule, index) => under(`/permissions/${index}`, faultsOf(rule))),
    ...prohibitions.flatMap((rule, index) => under(`/prohibitions/${index}`, faultsOf(rule))),
    ...countsIn(permissions).slice(1).map(problem('a policy holds one count')),
    ...prohibitionCounts(prohibitions),
    ...permissions.flatMap((rule, index) => under(`/permissions/${index}`, deadIn(rule, prohibitions))),
  ];
}

const problem =
  (reason: string) =>
  (pointer: string): PolicyProblem => ({ pointer, reason });

const under = (prefix: string, problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
  problems.map(({ pointer, reason }) => ({ pointer: prefix + pointer, reason }));

function faultsOf({ action, constraints }: PolicyRule): readonly PolicyProblem[] {
  const unknown = ACTIONS.includes(action)
    ? []
    : [{ pointer: '/action', reason: `the ledger knows only ${ACTIONS.join(', ')}` }];
  return [
    ...unknown,
    ...constraints.flatMap((constraint, index) => {
      const fault = faultOf(constraint);
      return fault ? under(`/constraints/${index}`, [fault]) : [];
    }),
  ];
}

const isCount = ({ leftOperand }: Constraint): boolean => leftOperand === 'count';

const countsIn = (rules: readonly PolicyRule[], side = '/permissions'): readonly string[] =>
  rules.flatMap(({ constraints }, rule) =>
    constraints.flatMap((constraint, index) =>
      isCount(constraint) ? [`${side}/${rule}/constraints/${index}`] : [],
    ),
  );

const prohibitionCounts = (prohibitions: readonly PolicyRule[]): readonly PolicyProblem[] =>
  countsIn(prohibitions, '/prohibitions').map(problem('a count can only limit a permission'));

/** Permissions that no request can use: someone has misunderstood something, better now than at the first use. */
function deadIn(permission: PolicyRule, prohibitions: readonly PolicyRule[]): readonly PolicyProblem[] {
  if (faultsOf(permission).length > 0) return [];
  const contradiction = contradictionIn(permission.constraints);
  const shadow = prohibitions.findIndex((prohibition) => isShadowed(permission, prohibition));
  return [
    ...(contradiction === undefined ? [] : [problem(contradiction)('')]),
    ...(shadow < 0 ? [] : [problem(`prohibition ${shadow} forbids all of it`)('')]),
  ];
}
