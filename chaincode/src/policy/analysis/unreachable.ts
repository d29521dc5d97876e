import {
  isLogical,
  operandOf,
  type AtomicConstraint,
  type Constraint,
  type Policy,
} from '../../model/odrl/index.js';
import { pointed, problemAt } from '../pointing.js';
import { conditionsOf } from './coverage.js';
import { newEffort, type Effort } from './effort.js';
import { found, type Finding } from './finding.js';
import { contradictionIn, deadBranches } from './satisfiability.js';

/** Branches that no request can take, where another one of the same choice can be taken. */
export function deadBranchesIn({ permission }: Policy): readonly Finding[] {
  const effort = newEffort();
  return pointed(permission, '/permission').flatMap(([at, rule]) => {
    const conditions = conditionsOf(rule);
    const all = conditions.map(([, of]) => of);
    if (contradictionIn(all, effort) !== undefined) return [];
    return conditions.flatMap(([pointer, of], index) =>
      branchesIn(of, at + pointer, all.toSpliced(index, 1), effort),
    );
  });
}

function branchesIn(
  of: Constraint,
  at: string,
  beside: readonly Constraint[],
  effort: Effort,
): readonly Finding[] {
  if (!isLogical(of)) return [];
  const [operand, parts] = operandOf(of);
  const isChoice = operand === 'or' || operand === 'xone';
  const dead = isChoice ? deadBranches(beside, parts, effort) : [];
  if (dead.length === parts.length) {
    return found('CONTRADICTION', problemAt(at, 'no branch can hold beside the other conditions'));
  }
  return pointed(parts, `${at}/${operand}`).flatMap(([pointer, part], index) =>
    dead.includes(index)
      ? found('DEAD_BRANCH', problemAt(pointer, 'cannot hold beside the other conditions'))
      : branchesIn(part, pointer, isChoice ? beside : [...beside, ...parts.toSpliced(index, 1)], effort),
  );
}

const MOMENTS: ReadonlySet<string> = new Set(['dateTime', 'elapsedTime', 'delayPeriod']);

/** Conditions that ask for one instant, where a span was meant: IDS-G writes `elapsedTime eq P3M`. */
export const momentaryIn = (policy: Policy): readonly Finding[] =>
  [...pointed(policy.permission, '/permission'), ...pointed(policy.prohibition, '/prohibition')].flatMap(
    ([at, rule]) => conditionsOf(rule).flatMap(([pointer, of]) => momentsIn(of, at + pointer)),
  );

function momentsIn(of: Constraint, at: string): readonly Finding[] {
  if (!isLogical(of))
    return isMoment(of) ? found('MOMENTARY', problemAt(at, 'holds for one millisecond only')) : [];
  const [operand, parts] = operandOf(of);
  return pointed(parts, `${at}/${operand}`).flatMap(([pointer, part]) => momentsIn(part, pointer));
}

const isMoment = ({ leftOperand, operator }: AtomicConstraint): boolean =>
  operator === 'eq' && MOMENTS.has(leftOperand);
