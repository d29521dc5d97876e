import {
  isLogical,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
  type Operator,
} from '../../../model/odrl/index.js';
import { pointed } from '../../pointing.js';
import { passage, type Passage } from './passage.js';
import { quoted } from './quotation.js';
import {
  isComparison,
  isContained,
  isDutyOperand,
  isOperandTerm,
  measureOf,
  type ListOperator,
} from '../wording/terms.js';
import type { Catalogue } from '../wording/texts.js';
import { valueText } from './values.js';

/** What a condition is about: a use, or how a duty is done. */
export type Setting = 'use' | 'duty';

function subjectOf(texts: Catalogue, leftOperand: string, setting: Setting): string {
  if (setting === 'duty' && isDutyOperand(leftOperand)) return texts.dutyOperands[leftOperand];
  return isOperandTerm(leftOperand) ? texts.operands[leftOperand] : texts.unknownOperand(quoted(leftOperand));
}

const JOINED: Readonly<Record<ListOperator, 'and' | 'or'>> = {
  isA: 'or',
  hasPart: 'and',
  isPartOf: 'or',
  isAllOf: 'and',
  isAnyOf: 'or',
  isNoneOf: 'and',
};

/** Of values without parts, being a part or a kind of one is being it. */
const withoutParts = (operator: ListOperator): ListOperator =>
  operator === 'isPartOf' || operator === 'isA' ? 'isAnyOf' : operator;

function predicateOf(
  texts: Catalogue,
  [leftOperand, operator]: readonly [string, Operator],
  values: readonly string[],
): string {
  if (isComparison(operator)) {
    return fillIn(texts.comparisons[measureOf(leftOperand)][operator], texts.phrases.or(values));
  }
  const listed = isContained(leftOperand) ? operator : withoutParts(operator);
  const [one, several] = texts.lists[listed];
  return fillIn(values.length === 1 ? one : several, texts.phrases[JOINED[listed]](values));
}

/** A value may hold what `replace` gives a meaning, such as `$&`; hence the function. */
export const fillIn = (template: string, value: string): string => template.replace('{}', () => value);

/** Codes of currencies (ISO 4217) stand for themselves. */
const unitText = (unit: string): string => (/^[A-Z]{3}$/.test(unit) ? unit : quoted(unit));

/** One condition as a statement without a full stop: "the purpose of the use is “maintenance”". */
export function statementOf(texts: Catalogue, constraint: AtomicConstraint, setting: Setting): string {
  const { leftOperand, operator, unit } = constraint;
  const values = valuesOf(constraint).map((value) => valueText(texts, leftOperand, value));
  const measured =
    unit === undefined ? values : values.map((each) => texts.phrases.withUnit(each, unitText(unit)));
  return texts.phrases.statement(
    subjectOf(texts, leftOperand, setting),
    predicateOf(texts, [leftOperand, operator], measured),
  );
}

/** A condition without a full stop; of a logical one, what is held together stands under it. */
export function conditionOf(
  texts: Catalogue,
  constraint: Constraint,
  pointer: string,
  setting: Setting,
): Passage {
  if (!isLogical(constraint)) return passage(statementOf(texts, constraint, setting), [], pointer);
  const [operand, held] = operandOf(constraint);
  return passage(texts.logical[operand], conditions(texts, held, `${pointer}/${operand}`, setting), pointer);
}

/** A condition and where in the policy it stands. */
export type PlacedConstraint = readonly [pointer: string, constraint: Constraint];

/** Statements as a numbered list of sentences. */
export const itemised = ({ phrases }: Catalogue, list: readonly Passage[]): readonly Passage[] =>
  list.map(({ text, parts = [], pointer }, at) =>
    passage(phrases.item(at + 1, text, parts.length > 0), parts, pointer),
  );

/** Conditions from several places as one numbered list. */
export const numberedConditions = (
  texts: Catalogue,
  list: readonly PlacedConstraint[],
  setting: Setting,
): readonly Passage[] =>
  itemised(
    texts,
    list.map(([pointer, each]) => conditionOf(texts, each, pointer, setting)),
  );

/** Conditions of one list in the policy as a numbered list of sentences. */
export const conditions = (
  texts: Catalogue,
  constraints: readonly Constraint[],
  pointer: string,
  setting: Setting,
): readonly Passage[] => numberedConditions(texts, pointed(constraints, pointer), setting);
