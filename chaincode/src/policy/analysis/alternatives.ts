import { isLogical, valuesOf, type Constraint, type Operator } from '../../model/odrl/index.js';
import { spend, type Effort } from './effort.js';

const SOME: ReadonlySet<Operator> = new Set(['isAnyOf', 'isPartOf']);

/** Constraints of which some hold exactly when this one does: parts of an `or`, values of a list; itself where it leaves no choice. */
export function alternativesIn(of: Constraint): readonly Constraint[] {
  if (isLogical(of)) return of.or ?? [of];
  if (!SOME.has(of.operator)) return [of];
  return valuesOf(of).map((rightOperand) => ({ ...of, operator: 'eq' as const, rightOperand }));
}

/** Steps of making a rule of one alternative. */
const OF_RULE = 20;

interface Constrained {
  readonly constraint?: Constraint[] | undefined;
}

/**
 * True when a rule, or else each of the rules that together say the same, meets a test: `purpose isAnyOf [a, b]` is what one rule on `a` and
 * one on `b` are.
 */
export function holdsForEachAlternative<R extends Constrained>(
  rule: R,
  isMet: (rule: R) => boolean,
  effort: Effort,
): boolean {
  if (isMet(rule)) return true;
  const constraint = rule.constraint ?? [];
  const at = constraint.findIndex((of) => alternativesIn(of).length > 1);
  const choice = constraint[at];
  if (choice === undefined) return false;
  return alternativesIn(choice).every(
    (one) =>
      spend(effort, OF_RULE) &&
      holdsForEachAlternative({ ...rule, constraint: constraint.with(at, one) }, isMet, effort),
  );
}
