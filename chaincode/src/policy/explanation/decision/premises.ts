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
import { constraintAt, ruleAt, type Telling } from './telling.js';

import { knownText } from '../rendering/values.js';

export const isMet = ({ satisfaction }: Pick<PremiseReport, 'satisfaction'>): boolean =>
  satisfaction === 'Satisfied';

const ruleOf = (telling: Telling, { premise }: SubjectPremise): Rule =>
  ruleAt(telling, premise.slice(0, premise.lastIndexOf('/')));

/** What the rule of a premise is about, in words. */
export function wantedOf(telling: Telling, premise: SubjectPremise): string {
  const { target, assignee, action } = ruleOf(telling, premise);
  const { kind } = premise;
  if (kind === 'Target') return dataText(telling.texts, target ?? {});
  if (kind === 'Party') return partyText(telling.texts, assignee ?? {});
  return actText(telling.texts, action, undefined);
}

/** What would have to be so for data, party or action to be covered. */
export function neededOf(telling: Telling, premise: SubjectPremise): string {
  const { needed, neededConditions } = telling.texts.decision;
  const { target, assignee } = ruleOf(telling, premise);
  const { kind } = premise;
  const subject = kind === 'Target' ? target : assignee;
  const isNamed = subject?.uid !== undefined || subject?.source !== undefined;
  return kind === 'Action' || isNamed ? needed[kind](wantedOf(telling, premise)) : neededConditions[kind];
}

function subjectStatement(telling: Telling, premise: SubjectPremise): string {
  const { texts, decided } = telling;
  const { action, party, target } = decided.attempt;
  const [met, wanted] = [isMet(premise), wantedOf(telling, premise)];
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
export function constraintStatement(telling: Telling, premise: ConstraintPremise, setting: Setting): string {
  const found = constraintAt(telling, premise.premise);
  const { leftOperand, operator, rightOperand } = premise;
  const constraint =
    found && !isLogical(found) ? found : { leftOperand, operator, rightOperand: [...rightOperand] };
  return statementOf(telling.texts, constraint, setting);
}

/** Facts about other events say nothing of the one that a condition names. */
const isNamedIn = (asked: readonly Value[], known: Value): boolean =>
  asked.some((each) => lexicalOf(each) === lexicalOf(known));

/** A use is counted by the slots of its grant that were taken: the decision looked at the last one that was, and at the next. */
const countedIn = ({ decided }: Telling): readonly string[] =>
  decided.facts.map(({ key }) => key).filter((key) => key.startsWith('usage-slot/'));

/** What was known of the operand, and from which records. */
function knownSentence(
  telling: Telling,
  { leftOperand, rightOperand, known, sources: named }: ConstraintPremise,
): string {
  const { texts } = telling;
  const sources = leftOperand === 'count' && named.length === 0 ? countedIn(telling) : named;
  const { phrases, decision } = texts;
  const concerned = leftOperand === 'event' ? known.filter((value) => isNamedIn(rightOperand, value)) : known;
  if (concerned.length === 0) return decision.nothingKnown;
  const values = concerned.map((value) => knownText(texts, leftOperand, value));
  const from = sources.length === 0 ? decision.fromRequest : phrases.and(sources.map(visible));
  return decision.known(phrases.and(values), from);
}

function constraintPassage(telling: Telling, premise: ConstraintPremise, setting: Setting): Passage {
  const { phrases, decision } = telling.texts;
  const statement = decision.met(isMet(premise), constraintStatement(telling, premise, setting));
  const sentences = [phrases.sentence(statement), knownSentence(telling, premise)];
  return passage(phrases.paragraph(sentences), [], premise.premise);
}

function logicalPassage(telling: Telling, premise: LogicalPremise, setting: Setting): Passage {
  const { phrases, decision, logical } = telling.texts;
  const statement = decision.met(isMet(premise), logical[premise.operand]);
  const parts = premise.premises.map((each) => premisePassage(telling, each, setting));
  return passage(phrases.introduction(statement), parts, premise.premise);
}

/** Whether a premise was met, what was asked for and what was known. */
export function premisePassage(telling: Telling, premise: PremiseReport, setting: Setting): Passage {
  if (premise.kind === 'Constraint') return constraintPassage(telling, premise, setting);
  if (premise.kind === 'Logical') return logicalPassage(telling, premise, setting);
  const { phrases, decision } = telling.texts;
  const statement = decision.met(isMet(premise), subjectStatement(telling, premise));
  const parts = premise.premises.map((each) => premisePassage(telling, each, setting));
  return passage(phrases.sentence(statement), parts, premise.premise);
}

export const premisePassages = (
  telling: Telling,
  { premises }: RuleReport,
  setting: Setting,
): readonly Passage[] => premises.map((each) => premisePassage(telling, each, setting));
