import type { DenialCode } from '../../../model/index.js';
import { codeOf, failureOf, firstOf } from '../../evaluation/stages.js';
import type { PremiseReport, RuleReport } from '../../report.js';
import { isUnsettled, type RuleBearing } from './bearing.js';
import { conditionOf, itemised } from '../rendering/constraints.js';
import { actOf } from './findings.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, type Passage } from '../rendering/passage.js';
import { isMet, neededOf } from './premises.js';
import { constraintAt, type ExplanationContext } from './context.js';

/** What would have to be so for a premise to be met. */
function neededFor(context: ExplanationContext, premise: PremiseReport): Passage {
  if (premise.kind === 'Constraint' || premise.kind === 'Logical') {
    const constraint = constraintAt(context, premise.premise);
    return constraint
      ? conditionOf(context.texts, constraint, premise.premise, 'use')
      : passage(premise.premise);
  }
  const unmet = premise.premises.filter((each) => !isMet(each)).map((each) => neededFor(context, each));
  return passage(neededOf(context, premise), itemised(context.texts, unmet), premise.premise);
}

export function neededDuty(context: ExplanationContext, { rule }: RuleReport): Passage {
  const number = numberOf(context.decided.policy, rule);
  return passage(context.texts.decision.perform(number, actOf(context, rule)), [], rule);
}

/** What a permission lacks to permit the use; nothing when it lacks nothing of its own. */
export function lackOf(context: ExplanationContext, { rule, open }: RuleBearing): readonly Passage[] {
  const { texts, decided, plans } = context;
  const unmet = rule.premises.filter((each) => !isMet(each)).map((each) => neededFor(context, each));
  const duties = open.conditions.filter((each) => isUnsettled(plans, each));
  const needed = [...itemised(texts, unmet), ...duties.map((each) => neededDuty(context, each))];
  if (needed.length === 0) return [];
  return [passage(texts.decision.wouldPermit(numberOf(decided.policy, rule.rule)), needed, rule.rule)];
}

/** Where a permission fails first, when that is what the denial names. */
export function failureAt(
  context: ExplanationContext,
  denial: DenialCode,
  { rule }: RuleBearing,
): readonly Passage[] {
  const { texts, decided } = context;
  const stage = firstOf(rule.premises.flatMap(failureOf));
  if (stage === undefined || codeOf(stage) !== denial) return [];
  const number = numberOf(decided.policy, rule.rule);
  return rule.premises
    .filter((each) => failureOf(each).includes(stage))
    .map((each) => neededFor(context, each))
    .map(({ text, parts = [], pointer }) =>
      passage(texts.decision.failsAt(number, text, parts.length > 0), parts, pointer),
    );
}
