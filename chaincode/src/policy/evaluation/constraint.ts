import {
  isLogical,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
  type Known,
  type LogicalConstraint,
  type LogicalOperand,
  type Operator,
  type Value,
} from '../../model/odrl/index.js';
import type { ConstraintPremise, LogicalPremise } from '../report.js';
import { kindOf, type Relation } from './comparison/index.js';
import { allHold, outlookOf, satisfactionOf, type ReportedOutlook, type Outlook } from './judged.js';
import type { Occasion } from './occasion.js';
import { allOf, anyOf, not, type Truth } from './truth.js';

export type ConstraintReport = ConstraintPremise | LogicalPremise;

/** What some known value and one value asked for must be to each other. */
type Test = (relation: Relation, known: readonly Known[], asked: Value) => Truth;

const within: Test = (relation, known, asked) => relation.within(known, asked);
const ordered =
  (isMet: (order: number) => boolean): Test =>
  (relation, known, asked) =>
    anyOf(
      known.map(({ value }) => {
        const order = relation.order(value, asked);
        return order === undefined ? undefined : isMet(order);
      }),
    );

const TESTS: Readonly<Record<Operator, Test>> = {
  eq: within,
  neq: within,
  gt: ordered((order) => order > 0),
  gteq: ordered((order) => order >= 0),
  lt: ordered((order) => order < 0),
  lteq: ordered((order) => order <= 0),
  isA: within,
  isPartOf: within,
  hasPart: (relation, known, asked) => relation.has(known, asked),
  isAllOf: within,
  isAnyOf: within,
  isNoneOf: within,
};

/** The value asked for passes the test with some known value. Of what nothing is known, nothing can be told. */
function isMetBySome(constraint: AtomicConstraint, asked: Value, occasion: Occasion): Truth {
  const { leftOperand, operator, unit } = constraint;
  const relation = occasion.compare(kindOf(leftOperand, asked), unit);
  const all = occasion.knownOf(leftOperand);
  const known = relation.concerns ? all.filter(({ value }) => relation.concerns?.(value, asked)) : all;
  return known.length === 0 ? undefined : TESTS[operator](relation, known, asked);
}

/**
 * Several known values are several things that are so: a constraint holds when one of them meets it, the negative ones
 * (`neq`, `isNoneOf`) when none does. So a fact more never takes away what a fact less allows, but for the negative ones.
 */
function truthOf(constraint: AtomicConstraint, occasion: Occasion): Truth {
  const { operator } = constraint;
  const truths = valuesOf(constraint).map((asked) => isMetBySome(constraint, asked, occasion));
  if (operator === 'isAllOf' || operator === 'hasPart') return allOf(truths);
  return operator === 'neq' || operator === 'isNoneOf' ? not(anyOf(truths)) : anyOf(truths);
}

const count = (parts: readonly Outlook[], which: keyof Outlook): number =>
  parts.filter((part) => part[which]).length;

/** What a logical constraint makes of its parts. */
const LOGIC: Readonly<Record<LogicalOperand, (parts: readonly Outlook[]) => Outlook>> = {
  and: allHold,
  // Facts are those of one instant, in which nothing comes after anything: all parts hold in order when all hold.
  andSequence: allHold,
  or: (parts) => ({
    isSatisfied: count(parts, 'isSatisfied') > 0,
    isCertain: count(parts, 'isCertain') > 0,
    isPossible: count(parts, 'isPossible') > 0,
  }),
  // It may hold as long as no second one is certain.
  xone: (parts) => ({
    isSatisfied: count(parts, 'isSatisfied') === 1,
    isCertain: count(parts, 'isCertain') === 1 && count(parts, 'isPossible') === 1,
    isPossible: count(parts, 'isCertain') <= 1 && count(parts, 'isPossible') > 0,
  }),
};

/** Judge one constraint; `pointer` says where it stands. As deep as the policy, which `decode` bounds. */
function judgeConstraint(
  constraint: Constraint,
  pointer: string,
  occasion: Occasion,
): ReportedOutlook<ConstraintReport> {
  return isLogical(constraint)
    ? judgeLogical(constraint, pointer, occasion)
    : judgeAtomic(constraint, pointer, occasion);
}

/** Judge all constraints of a list under a pointer. */
export const judgeConstraints = (
  constraints: readonly Constraint[] | undefined,
  pointer: string,
  occasion: Occasion,
): readonly ReportedOutlook<ConstraintReport>[] =>
  (constraints ?? []).map((each, at) => judgeConstraint(each, `${pointer}/${at}`, occasion));

function judgeLogical(
  of: LogicalConstraint,
  pointer: string,
  occasion: Occasion,
): ReportedOutlook<LogicalPremise> {
  const [operand, constraints] = operandOf(of);
  const parts = judgeConstraints(constraints, `${pointer}/${operand}`, occasion);
  const outlook = LOGIC[operand](parts);
  return {
    ...outlook,
    report: {
      premise: pointer,
      kind: 'Logical',
      operand,
      satisfaction: satisfactionOf(outlook, occasion),
      premises: parts.map(({ report }) => report),
    },
  };
}

function judgeAtomic(
  of: AtomicConstraint,
  pointer: string,
  occasion: Occasion,
): ReportedOutlook<ConstraintPremise> {
  const outlook = outlookOf(truthOf(of, occasion));
  const known = occasion.knownOf(of.leftOperand);
  return {
    ...outlook,
    report: {
      premise: pointer,
      kind: 'Constraint',
      satisfaction: satisfactionOf(outlook, occasion),
      leftOperand: of.leftOperand,
      operator: of.operator,
      rightOperand: valuesOf(of),
      known: known.map(({ value }) => value),
      sources: [...new Set(known.flatMap(({ source }) => source ?? []))],
    },
  };
}
