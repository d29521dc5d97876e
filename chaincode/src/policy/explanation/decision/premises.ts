import { isLogical, lexicalOf, type Rule, type Value } from '../../../model/odrl/index.js';
import type {
  ConstraintPremise,
  LogicalPremise,
  PremiseReport,
  RuleReport,
  SubjectPremise,
} from '../../report.js';
import { statementOf, type Setting } from '../rendering/constraints.js';
import { passage, type Passage } from '../rendering/passage.js';
import { quoted, visible } from '../rendering/quotation.js';
import { actText, dataText, partyText } from '../rendering/subjects.js';
import { constraintAt, ruleAt, type ExplanationContext } from './context.js';

import { knownText } from '../rendering/values.js';

export const isMet = ({ satisfaction }: Pick<PremiseReport, 'satisfaction'>): boolean =>
  satisfaction === 'Satisfied';

const ruleOf = (context: ExplanationContext, { premise }: SubjectPremise): Rule =>
  ruleAt(context, premise.slice(0, premise.lastIndexOf('/')));

/** What the rule of a premise is about, in words. */
function wantedOf(context: ExplanationContext, premise: SubjectPremise): string {
  const { target, assignee, action } = ruleOf(context, premise);
  const { kind } = premise;
  if (kind === 'Target') return dataText(context.texts, target ?? {});
  if (kind === 'Party') return partyText(context.texts, assignee ?? {});
  return actText(context.texts, action, undefined);
}

/** What would have to be so for data, party or action to be covered. */
export function neededOf(context: ExplanationContext, premise: SubjectPremise): string {
  const { needed, neededConditions } = context.texts.decision;
  const { target, assignee } = ruleOf(context, premise);
  const { kind } = premise;
  const subject = kind === 'Target' ? target : assignee;
  const isNamed = subject?.uid !== undefined || subject?.source !== undefined;
  return kind === 'Action' || isNamed ? needed[kind](wantedOf(context, premise)) : neededConditions[kind];
}

function subjectStatement(context: ExplanationContext, premise: SubjectPremise): string {
  const { texts, decided } = context;
  const { action, party, target } = decided.attempt;
  const [met, wanted] = [isMet(premise), wantedOf(context, premise)];
  if (premise.kind === 'Action') {
    return texts.decision.action(met, actText(texts, { name: action }, undefined), wanted);
  }
  if (premise.kind === 'Target') {
    return texts.decision.target(met, target === undefined ? target : quoted(target), wanted);
  }
  const asking = party === undefined ? party : texts.phrases.party(quoted(party));
  return texts.decision.party(met, asking, wanted);
}

/** The condition of a premise in words; from the policy, which also knows the unit. */
function constraintStatement(
  context: ExplanationContext,
  premise: ConstraintPremise,
  setting: Setting,
): string {
  const found = constraintAt(context, premise.premise);
  const { leftOperand, operator, rightOperand } = premise;
  const constraint =
    found && !isLogical(found) ? found : { leftOperand, operator, rightOperand: [...rightOperand] };
  return statementOf(context.texts, constraint, setting);
}

/** Facts about other events say nothing of the one that a condition names. */
const isNamedIn = (asked: readonly Value[], known: Value): boolean =>
  asked.some((each) => lexicalOf(each) === lexicalOf(known));

/** A use is counted by the slots of its grant that were taken: the decision looked at the last one that was, and at the next. */
const countedIn = ({ decided }: ExplanationContext): readonly string[] =>
  decided.facts.map(({ key }) => key).filter((key) => key.startsWith('usage-slot/'));

/** What was known of the operand, and from which records. */
function knownSentence(
  context: ExplanationContext,
  { leftOperand, rightOperand, known, sources: named }: ConstraintPremise,
): string {
  const { texts } = context;
  const sources = leftOperand === 'count' && named.length === 0 ? countedIn(context) : named;
  const { phrases, decision } = texts;
  const concerned = leftOperand === 'event' ? known.filter((value) => isNamedIn(rightOperand, value)) : known;
  if (concerned.length === 0) return decision.nothingKnown;
  const values = concerned.map((value) => knownText(texts, leftOperand, value));
  const from = sources.length === 0 ? decision.fromRequest : phrases.and(sources.map(visible));
  return decision.known(phrases.and(values), from);
}

function constraintPassage(
  context: ExplanationContext,
  premise: ConstraintPremise,
  setting: Setting,
): Passage {
  const { phrases, decision } = context.texts;
  const statement = decision.met(isMet(premise), constraintStatement(context, premise, setting));
  const sentences = [phrases.sentence(statement), knownSentence(context, premise)];
  return passage(phrases.paragraph(sentences), [], premise.premise);
}

function logicalPassage(context: ExplanationContext, premise: LogicalPremise, setting: Setting): Passage {
  const { phrases, decision, logical } = context.texts;
  const statement = decision.met(isMet(premise), logical[premise.operand]);
  const parts = premise.premises.map((each) => premisePassage(context, each, setting));
  return passage(phrases.introduction(statement), parts, premise.premise);
}

/** Whether a premise was met, what was asked for and what was known. */
function premisePassage(context: ExplanationContext, premise: PremiseReport, setting: Setting): Passage {
  if (premise.kind === 'Constraint') return constraintPassage(context, premise, setting);
  if (premise.kind === 'Logical') return logicalPassage(context, premise, setting);
  const { phrases, decision } = context.texts;
  const statement = decision.met(isMet(premise), subjectStatement(context, premise));
  const parts = premise.premises.map((each) => premisePassage(context, each, setting));
  return passage(phrases.sentence(statement), parts, premise.premise);
}

export const premisePassages = (
  context: ExplanationContext,
  { premises }: RuleReport,
  setting: Setting,
): readonly Passage[] => premises.map((each) => premisePassage(context, each, setting));
