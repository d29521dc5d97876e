import { isLogical, operandOf, type Constraint } from '../../../model/odrl/index.js';
import { implies } from './implication.js';
import { textOf } from './spelling.js';

/** Steps a comparison of two policies may take; beyond them nothing is proven. Endorsers must all stop at the same one. */
const STEPS = 100_000;

/** What a proof may still cost. */
export interface Effort {
  left: number;
}
export const newEffort = (): Effort => ({ left: STEPS });

/** True when constraints that all hold prove that others all hold. */
export const proves = (
  held: readonly Constraint[] | undefined,
  asked: readonly Constraint[] | undefined,
  effort: Effort,
): boolean => (asked ?? []).every((goal) => (held ?? []).some((own) => follows(own, goal, effort)));

/**
 * True when the one constraint proves the other: the rules of a free lattice (Whitman 1941) over the atomic constraints.
 * Sound and, as an order, transitive; not complete: nothing is concluded from two constraints together.
 */
export function follows(own: Constraint, goal: Constraint, effort: Effort): boolean {
  effort.left -= 1;
  if (effort.left < 0) return false;
  if (!isLogical(own) && !isLogical(goal)) return implies(own, goal);
  return isSame(own, goal) || byGoal(own, goal, effort) || byOwn(own, goal, effort);
}

const isSame = (own: Constraint, goal: Constraint): boolean =>
  isLogical(own) && isLogical(goal) && textOf(own) === textOf(goal);

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

/** What is known is known at once, so a sequence is a conjunction. */
const isConjunction = (operand: string): boolean => operand === 'and' || operand === 'andSequence';
