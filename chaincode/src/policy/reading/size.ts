import { isLogical, operandOf, type Constraint } from '../../model/odrl/index.js';
import type { odrl, Policy } from '../../model/index.js';

/** Constraints of a policy with all of its rules written out. A rule for 20 assets has its constraints 20 times. */
export const CONSTRAINTS = 4000;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const countAll = (constraints: readonly Constraint[] | undefined): number =>
  sum((constraints ?? []).map(count));
const count = (constraint: Constraint): number =>
  isLogical(constraint) ? 1 + countAll(operandOf(constraint)[1]) : 1;

/** Constraints and refinements of a policy, those within others included. */
export const constraintsIn = ({ permission, prohibition, obligation }: Policy): number =>
  sum([...(permission ?? []), ...(prohibition ?? []), ...(obligation ?? [])].map(inRule));

function inRule(rule: odrl.Rule): number {
  const { duty, consequence, remedy, action, target, assigner, assignee, constraint } =
    rule as odrl.Permission & odrl.Prohibition & odrl.Duty;
  const subjects = [action, target, assigner, assignee].map((subject) => countAll(subject?.refinement));
  const nested = [...(duty ?? []), ...(consequence ?? []), ...(remedy ?? [])].map(inRule);
  return sum([countAll(constraint), ...subjects, ...nested]);
}
