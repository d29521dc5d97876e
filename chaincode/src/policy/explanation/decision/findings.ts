import type { RuleReport } from '../../report.js';
import type { Borne } from './bearing.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, type Passage } from '../rendering/passage.js';
import type { Dueness } from '../wording/phrases.js';
import { planOf } from '../rendering/plans.js';
import { premisePassages } from './premises.js';
import { visible } from '../rendering/quotation.js';
import { actText } from '../rendering/subjects.js';
import { ruleAt, type Telling } from './telling.js';

export function actOf(telling: Telling, pointer: string): string {
  const { action, target } = ruleAt(telling, pointer);
  return actText(telling.texts, action, target);
}

/** Rules and all that is reported under them. */
const within = (rules: readonly RuleReport[]): readonly RuleReport[] =>
  rules.flatMap((rule) => [rule, ...within(rule.conditions)]);

/** A duty whose condition cannot be told is taken to be due: so the decision takes it. */
function duenessOf({ judged }: Telling, { rule, activation }: RuleReport): Dueness {
  if (activation === 'Active') return 'due';
  const open = within(judged?.open.rules ?? []).find((each) => each.rule === rule);
  return open?.activation === 'Active' ? 'doubtful' : 'notDue';
}

/** How a duty stands, in one sentence. */
function stateOf(telling: Telling, duty: RuleReport): string {
  const { decision, performances, deontics } = telling.texts;
  const { rule, performance, deontic } = duty;
  const act = actOf(telling, rule);
  return decision.dutyState(act, duenessOf(telling, duty), performances[performance], deontics[deontic]);
}

/** The record that says how a duty stands. */
function recordOf({ texts, judged }: Telling, pointer: string): readonly Passage[] {
  const source = judged?.world.duties.find(({ duty }) => duty === pointer)?.source;
  return source === undefined ? [] : [passage(texts.decision.recordedIn(visible(source)))];
}

/** Remedies and consequences that are not due and of which nothing is known are left out. */
const isOfInterest = ({ activation, performance }: RuleReport): boolean =>
  activation === 'Active' || performance !== 'Unknown';

const detailsOf = (telling: Telling, duty: RuleReport): readonly Passage[] => [
  ...recordOf(telling, duty.rule),
  ...planOf(telling.texts, telling.plans, duty.rule),
  ...premisePassages(telling, duty, 'duty'),
  ...duty.conditions.filter(isOfInterest).map((each) => dutyFinding(telling, each)),
];

function dutyFinding(telling: Telling, duty: RuleReport): Passage {
  const { phrases } = telling.texts;
  const number = numberOf(telling.decided.policy, duty.rule);
  return passage(phrases.dutyNumbered(number, stateOf(telling, duty)), detailsOf(telling, duty), duty.rule);
}

/** What stands under a rule: its premises, and its duties or remedies. */
function underRule(telling: Telling, rule: RuleReport): readonly Passage[] {
  if (rule.kind === 'Duty') return [passage(stateOf(telling, rule), detailsOf(telling, rule))];
  const conditions = rule.kind === 'Permission' ? rule.conditions : rule.conditions.filter(isOfInterest);
  return [
    ...(rule.premises.length === 0
      ? [passage(telling.texts.decision.noPremise)]
      : premisePassages(telling, rule, 'use')),
    ...conditions.map((each) => dutyFinding(telling, each)),
  ];
}

/** Rule by rule, what held and what did not. */
export function findingsOf(telling: Telling, borne: readonly Borne[]): readonly Passage[] {
  const { texts, decided, judged } = telling;
  if (judged === undefined) return [passage(texts.decision.notJudged)];
  return borne.map(({ bearing, rule }) => {
    const number = numberOf(decided.policy, rule.rule);
    const text = texts.decision.bears(number, rule.kind, bearing, actOf(telling, rule.rule));
    return passage(text, underRule(telling, rule), rule.rule);
  });
}
