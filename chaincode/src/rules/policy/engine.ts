import type { DenialCode, Policy, PolicyRule } from '../../model/index.js';
import { includes } from './actions.js';
import { admit } from './admission.js';
import type { PolicyEngine, PolicyReport, PolicyWorld } from './index.js';
import { denialOf, isSatisfied, mayApply } from './operands.js';

type Report = PolicyReport['rules'][number];

/** Order in which permissions drop out: the first place where none is left names the denial. */
const STAGES: readonly DenialCode[] = [
  'ACTION',
  'PURPOSE',
  'TIME_WINDOW',
  'TERRITORY',
  'RECIPIENT',
  'COMPONENT_PROFILE',
];

/**
 * The subset of ODRL 2.2 described in rules/README.md. Closed world: a use is denied unless a permission covers it
 * with all of its constraints, and no prohibition may apply to it.
 */
export const policyEngine: PolicyEngine = { admit, evaluate, quota };

function evaluate({ permissions, prohibitions }: Policy, world: PolicyWorld): PolicyReport {
  const judged = permissions.map((rule) => failuresOf(rule, world));
  const reports = judged.map(reportPermission);
  const forbidding = prohibitions.map((rule, index) => reportProhibition(rule, index, world));
  const stage = STAGES.find((_code, at) => judged.every((failures) => failsBy(failures, at)));
  const prohibited = forbidding.some(({ active }) => active) ? 'PROHIBITED' : undefined;
  return { denial: stage ?? prohibited, rules: [...reports, ...forbidding] };
}

/** One use may be counted once only, so the count is that of the whole grant, whichever permission names it. */
function quota({ permissions }: Policy): number | undefined {
  const counts = permissions
    .flatMap(({ constraints }) => constraints)
    .filter(({ leftOperand }) => leftOperand === 'count')
    .map(({ rightOperand }) => Number(rightOperand));
  return counts.length === 0 ? undefined : counts.reduce((least, count) => (count < least ? count : least));
}

interface Failure {
  readonly denial: DenialCode;
  /** JSON pointer within the rule. */
  readonly pointer: string;
}

function failuresOf({ action, constraints }: PolicyRule, world: PolicyWorld): readonly Failure[] {
  const unmet = constraints.flatMap((constraint, index) =>
    isSatisfied(constraint, world)
      ? []
      : [{ denial: denialOf(constraint), pointer: `/constraints/${index}` }],
  );
  return includes(action, world.action) ? unmet : [{ denial: 'ACTION', pointer: '/action' }, ...unmet];
}

const failsBy = (failures: readonly Failure[], stage: number): boolean =>
  failures.some(({ denial }) => STAGES.indexOf(denial) <= stage);

function reportPermission(failures: readonly Failure[], index: number): Report {
  return {
    rule: `/permissions/${index}`,
    active: failures.length === 0,
    unsatisfied: failures.map(({ pointer }) => pointer),
  };
}

function reportProhibition(rule: PolicyRule, index: number, world: PolicyWorld): Report {
  const unsatisfied = rule.constraints.flatMap((constraint, at) =>
    mayApply(constraint, world) ? [] : [`/constraints/${at}`],
  );
  // Asking for `use` asks for all that is included in it, so a prohibition of a part applies, too.
  const isTouched = includes(rule.action, world.action) || includes(world.action, rule.action);
  if (!isTouched) unsatisfied.unshift('/action');
  return { rule: `/prohibitions/${index}`, active: unsatisfied.length === 0, unsatisfied };
}
