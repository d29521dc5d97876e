import {
  FUNCTIONS,
  isLogical,
  operandOf,
  type Constraint,
  type Duty,
  type Policy,
  type Rule,
} from '../../../model/odrl/index.js';

const operandsOf = (constraints: readonly Constraint[] = []): readonly string[] =>
  constraints.flatMap((each) => (isLogical(each) ? operandsOf(operandOf(each)[1]) : [each.leftOperand]));

const ofRule = (rule: Rule): readonly string[] => [
  ...operandsOf(rule.constraint),
  ...operandsOf(rule.action?.refinement),
  ...[rule.target, rule.assigner, rule.assignee, ...FUNCTIONS.flatMap((name) => rule[name] ?? [])].flatMap(
    (subject) => operandsOf(subject?.refinement),
  ),
];

const ofDuties = (duties: readonly Duty[] = []): readonly string[] =>
  duties.flatMap((duty) => [...ofRule(duty), ...ofDuties(duty.consequence)]);

/** Left operands of every condition of a policy, refinements and duties among them. */
export const operandsIn = ({ permission = [], prohibition = [], obligation }: Policy): readonly string[] => [
  ...permission.flatMap((rule) => [...ofRule(rule), ...ofDuties(rule.duty)]),
  ...prohibition.flatMap((rule) => [...ofRule(rule), ...ofDuties(rule.remedy)]),
  ...ofDuties(obligation),
];
