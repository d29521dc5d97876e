import type { Instant } from '../../model/index.js';
import type { Constraint, Policy } from '../../model/odrl/index.js';
import { pointed, problemAt } from '../pointing.js';
import { conditionsOf } from './coverage.js';
import { newEffort } from './effort.js';
import { found, type Finding } from './finding.js';
import { contradictionIn } from './satisfiability.js';

/**
 * Permissions that could have been used, and cannot from an instant on: their conditions hold together, and contradict that it is
 * that time or later. What ends with the grant, or so long after it began, is not known of a policy alone.
 */
export function expiredIn({ permission }: Policy, at: Instant): readonly Finding[] {
  const effort = newEffort();
  const now: Constraint = {
    leftOperand: 'dateTime',
    operator: 'gteq',
    rightOperand: { '@value': at, '@type': 'xsd:dateTime' },
  };
  return pointed(permission, '/permission').flatMap(([pointer, rule]) => {
    const conditions = conditionsOf(rule).map(([, of]) => of);
    const isOver =
      contradictionIn(conditions, effort) === undefined &&
      contradictionIn([...conditions, now], effort) !== undefined;
    return isOver ? found('EXPIRED', problemAt(pointer, `already over on ${at}`)) : [];
  });
}
