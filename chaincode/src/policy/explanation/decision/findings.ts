import type { RuleReport } from '../../report.js';
import type { RuleBearing } from './bearing.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, type Passage } from '../rendering/passage.js';
import type { Dueness } from '../wording/phrases.js';
import { planOf } from '../rendering/plans.js';
import { premisePassages } from './premises.js';
import { visible } from '../rendering/quotation.js';
import { actText } from '../rendering/subjects.js';
import { ruleAt, type ExplanationContext } from './context.js';

export function actOf(context: ExplanationContext, pointer: string): string {
  const { action, target } = ruleAt(context, pointer);
  return actText(context.texts, action, target);
}

/** Rules and all that is reported under them. */
const within = (rules: readonly RuleReport[]): readonly RuleReport[] =>
  rules.flatMap((rule) => [rule, ...within(rule.conditions)]);

/** A duty whose condition cannot be told is taken to be due: so the decision takes it. */
function duenessOf({ judged }: ExplanationContext, { rule, activation }: RuleReport): Dueness {
  if (activation === 'Active') return 'due';
  const open = within(judged?.open.rules ?? []).find((each) => each.rule === rule);
  return open?.activation === 'Active' ? 'doubtful' : 'notDue';
}

/** How a duty stands, in one sentence. */
function stateOf(context: ExplanationContext, duty: RuleReport): string {
  const { decision, performances, deontics } = context.texts;
  const { rule, performance, deontic } = duty;
  const act = actOf(context, rule);
  return decision.dutyState(act, duenessOf(context, duty), performances[performance], deontics[deontic]);
}

/** The record that says how a duty stands. */
function recordOf({ texts, judged }: ExplanationContext, pointer: string): readonly Passage[] {
  const source = judged?.world.duties.find(({ duty }) => duty === pointer)?.source;
  return source === undefined ? [] : [passage(texts.decision.recordedIn(visible(source)))];
}

/** Remedies and consequences that are not due and of which nothing is known are left out. */
const isOfInterest = ({ activation, performance }: RuleReport): boolean =>
  activation === 'Active' || performance !== 'Unknown';

const detailsOf = (context: ExplanationContext, duty: RuleReport): readonly Passage[] => [
  ...recordOf(context, duty.rule),
  ...planOf(context.texts, context.plans, duty.rule),
  ...premisePassages(context, duty, 'duty'),
  ...duty.conditions.filter(isOfInterest).map((each) => dutyFinding(context, each)),
];

function dutyFinding(context: ExplanationContext, duty: RuleReport): Passage {
  const { phrases } = context.texts;
  const number = numberOf(context.decided.policy, duty.rule);
  return passage(phrases.dutyNumbered(number, stateOf(context, duty)), detailsOf(context, duty), duty.rule);
}

/** What stands under a rule: its premises, and its duties or remedies. */
function underRule(context: ExplanationContext, rule: RuleReport): readonly Passage[] {
  if (rule.kind === 'Duty') return [passage(stateOf(context, rule), detailsOf(context, rule))];
  const conditions = rule.kind === 'Permission' ? rule.conditions : rule.conditions.filter(isOfInterest);
  return [
    ...(rule.premises.length === 0
      ? [passage(context.texts.decision.noPremise)]
      : premisePassages(context, rule, 'use')),
    ...conditions.map((each) => dutyFinding(context, each)),
  ];
}

/** Rule by rule, what held and what did not. */
export function findingsOf(
  context: ExplanationContext,
  bearings: readonly RuleBearing[],
): readonly Passage[] {
  const { texts, decided, judged } = context;
  if (judged === undefined) return [passage(texts.decision.notJudged)];
  return bearings.map(({ bearing, rule }) => {
    const number = numberOf(decided.policy, rule.rule);
    const text = texts.decision.bears(number, rule.kind, bearing, actOf(context, rule.rule));
    return passage(text, underRule(context, rule), rule.rule);
  });
}
