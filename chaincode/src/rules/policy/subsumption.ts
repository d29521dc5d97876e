import type { Constraint, Policy, PolicyRule } from '../../model/index.js';
import { includes } from './actions.js';
import type { PolicyProblem } from './index.js';
import { coversTerritory, membersOf, rankOf } from './operands.js';
import { textOf } from './satisfiability.js';

/**
 * Where one policy may allow what another does not; empty when it is at most as wide. Conservative: each permission
 * must lie within a single permission of the other, and each prohibition of the other must be kept at least as wide.
 */
export function excessOf(policy: Policy, within: Policy): readonly PolicyProblem[] {
  const wide = policy.permissions.flatMap((permission, index) =>
    within.permissions.some((outer) => isWithinPermission(permission, outer))
      ? []
      : [{ pointer: `/permissions/${index}`, reason: 'no permission of the parent grant is as wide' }],
  );
  const dropped = within.prohibitions.filter(
    (outer) => !policy.prohibitions.some((own) => isAtLeast(own, outer)),
  );
  return [
    ...wide,
    ...dropped.map(({ action }) => ({
      pointer: '/prohibitions',
      reason: `a prohibition of ${action} in the parent grant is not kept`,
    })),
  ];
}

function isWithinPermission(permission: PolicyRule, outer: PolicyRule): boolean {
  return (
    includes(outer.action, permission.action) &&
    outer.constraints.every((constraint) => permission.constraints.some((own) => implies(own, constraint)))
  );
}

function isAtLeast(own: PolicyRule, outer: PolicyRule): boolean {
  const stated = outer.constraints.map(textOf);
  return (
    includes(own.action, outer.action) &&
    own.constraints.every((constraint) => stated.includes(textOf(constraint)))
  );
}

type Implication = (own: Constraint, outer: Constraint) => boolean;

const isSubset: Implication = (own, outer) =>
  membersOf(own).every((member) => membersOf(outer).includes(member));

const BY_OPERAND: Readonly<Record<string, Implication>> = {
  purpose: (own, outer) => {
    if (outer.operator !== 'isNoneOf') return own.operator !== 'isNoneOf' && isSubset(own, outer);
    if (own.operator === 'isNoneOf') return isSubset(outer, own);
    return !membersOf(own).some((member) => membersOf(outer).includes(member));
  },
  // Instants are equal in order to the order of their text.
  dateTime: (own, outer) =>
    own.operator === outer.operator &&
    (own.operator.startsWith('g')
      ? String(own.rightOperand) >= String(outer.rightOperand)
      : String(own.rightOperand) <= String(outer.rightOperand)),
  spatial: (own, outer) =>
    membersOf(own).every((narrow) => membersOf(outer).some((wide) => coversTerritory(wide, narrow))),
  recipient: isSubset,
  'component-profile': (own, outer) => rankOf(own.rightOperand) >= rankOf(outer.rightOperand),
  'component-assurance': (own, outer) => Number(own.rightOperand) >= Number(outer.rightOperand),
  count: (own, outer) => Number(own.rightOperand) <= Number(outer.rightOperand),
};

const IMPLICATIONS: ReadonlyMap<string, Implication> = new Map(Object.entries(BY_OPERAND));

/** Whoever satisfies the one satisfies the other. */
function implies(own: Constraint, outer: Constraint): boolean {
  if (textOf(own) === textOf(outer)) return true;
  return own.leftOperand === outer.leftOperand && (IMPLICATIONS.get(own.leftOperand)?.(own, outer) ?? false);
}
