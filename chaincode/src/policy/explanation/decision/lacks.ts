import type { DenialCode } from '../../../model/index.js';
import { codeOf, failureOf, firstOf } from '../../evaluation/stages.js';
import type { PremiseReport, RuleReport } from '../../report.js';
import { isUnsettled, type Borne } from './bearing.js';
import { conditionOf, itemised } from '../rendering/constraints.js';
import { actOf } from './findings.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, type Passage } from '../rendering/passage.js';
import { isMet, neededOf } from './premises.js';
import { constraintAt, type Telling } from './telling.js';

/** What would have to be so for a premise to be met. */
function neededFor(telling: Telling, premise: PremiseReport): Passage {
  if (premise.kind === 'Constraint' || premise.kind === 'Logical') {
    const constraint = constraintAt(telling, premise.premise);
    return constraint
      ? conditionOf(telling.texts, constraint, premise.premise, 'use')
      : passage(premise.premise);
  }
  const unmet = premise.premises.filter((each) => !isMet(each)).map((each) => neededFor(telling, each));
  return passage(neededOf(telling, premise), itemised(telling.texts, unmet), premise.premise);
}

export function neededDuty(telling: Telling, { rule }: RuleReport): Passage {
  const number = numberOf(telling.decided.policy, rule);
  return passage(telling.texts.decision.perform(number, actOf(telling, rule)), [], rule);
}

/** What a permission lacks to permit the use; nothing when it lacks nothing of its own. */
export function lackOf(telling: Telling, { rule, open }: Borne): readonly Passage[] {
  const { texts, decided, plans } = telling;
  const unmet = rule.premises.filter((each) => !isMet(each)).map((each) => neededFor(telling, each));
  const duties = open.conditions.filter((each) => isUnsettled(plans, each));
  const needed = [...itemised(texts, unmet), ...duties.map((each) => neededDuty(telling, each))];
  if (needed.length === 0) return [];
  return [passage(texts.decision.wouldPermit(numberOf(decided.policy, rule.rule)), needed, rule.rule)];
}

/** Where a permission fails first, when that is what the denial names. */
export function failureAt(telling: Telling, denial: DenialCode, { rule }: Borne): readonly Passage[] {
  const { texts, decided } = telling;
  const stage = firstOf(rule.premises.flatMap(failureOf));
  if (stage === undefined || codeOf(stage) !== denial) return [];
  const number = numberOf(decided.policy, rule.rule);
  return rule.premises
    .filter((each) => failureOf(each).includes(stage))
    .map((each) => neededFor(telling, each))
    .map(({ text, parts = [], pointer }) =>
      passage(texts.decision.failsAt(number, text, parts.length > 0), parts, pointer),
    );
}
