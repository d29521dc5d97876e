import {
  isLogical,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
  type Operator,
} from '../../model/odrl/index.js';
import { alternativesIn } from './alternatives.js';
import { spend, textIn, type Effort } from './effort.js';
import { implies } from './implication.js';
import { textOf } from './spelling.js';

/** True when constraints that all hold prove that others all hold. What is said again is found without a search. */
export function proves(
  held: readonly Constraint[] = [],
  asked: readonly Constraint[] = [],
  effort: Effort,
): boolean {
  if (asked.length === 0) return true;
  if (!spend(effort, held.length + asked.length)) return false;
  const text = (of: Constraint): string => textIn(effort, of, textOf);
  const said = new Set(held.map(text));
  return asked.every((goal) => said.has(text(goal)) || follows({ and: held }, goal, effort));
}

/**
 * True when the one constraint proves the other: the rules of a free lattice (Whitman 1941) over the atomic constraints.
 * Sound and, as an order, transitive; not complete: nothing is concluded from two constraints together.
 */
function follows(own: Constraint, goal: Constraint, effort: Effort): boolean {
  if (!spend(effort, 1)) return false;
  if (!isLogical(own) && !isLogical(goal)) return spend(effort, costOf(own, goal)) && implies(own, goal);
  return (
    isSame(own, goal, effort) ||
    byGoal(own, goal, effort) ||
    byOwn(own, goal, effort) ||
    bySingle(own, goal, effort)
  );
}

/** Of the other logical constraints it is found part by part. */
const isSame = (own: Constraint, goal: Constraint, effort: Effort): boolean =>
  'xone' in own && 'xone' in goal && textIn(effort, own, textOf) === textIn(effort, goal, textOf);

function byGoal(own: Constraint, goal: Constraint, effort: Effort): boolean {
  if (!isLogical(goal)) return false;
  const [operand, parts] = operandOf(goal);
  if (isConjunction(operand)) return parts.every((part) => follows(own, part, effort));
  // That exactly one of several holds follows from nothing but itself.
  return operand === 'or' && parts.some((part) => follows(own, part, effort));
}

function byOwn(own: Constraint, goal: Constraint, effort: Effort): boolean {
  if (!isLogical(own)) return false;
  const [operand, parts] = operandOf(own);
  if (isConjunction(operand)) return parts.some((part) => follows(part, goal, effort));
  return parts.every((part) => follows(part, goal, effort));
}

/** A list says the same as a choice or a conjunction of its values one by one, which is how somebody else may have written it. */
function bySingle(own: Constraint, goal: Constraint, effort: Effort): boolean {
  if (!isLogical(goal)) {
    const all = isLogical(own) ? conjuncts(goal) : [];
    return all.length > 1 && all.every((part) => follows(own, part, effort));
  }
  const some = 'or' in goal ? alternativesIn(own) : [];
  return !isLogical(own) && some.length > 1 && some.every((part) => follows(part, goal, effort));
}

const EACH: ReadonlyMap<Operator, Operator> = new Map([
  ['isNoneOf', 'neq'],
  ['isAllOf', 'eq'],
]);

/** What a list asks for of each of its values, all of which must hold; of anything else nothing. */
function conjuncts(of: AtomicConstraint): readonly AtomicConstraint[] {
  const operator = EACH.get(of.operator);
  return operator === undefined
    ? []
    : valuesOf(of).map((rightOperand) => ({ ...of, operator, rightOperand }));
}

/** What is known is known at once, so a sequence is a conjunction. */
const isConjunction = (operand: string): boolean => operand === 'and' || operand === 'andSequence';

/** Values that have to be compared; constraints on different operands are told apart at once. */
const costOf = (own: AtomicConstraint, goal: AtomicConstraint): number =>
  own.leftOperand === goal.leftOperand ? valuesOf(own).length * valuesOf(goal).length + 10 : 0;
