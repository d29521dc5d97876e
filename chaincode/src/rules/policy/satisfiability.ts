import { millisOf, type Constraint, type PolicyRule } from '../../model/index.js';
import { includes } from './actions.js';
import { coversTerritory, membersOf } from './operands.js';

type Scalar = string | number;
type Meet = (left: readonly Scalar[], right: readonly Scalar[]) => readonly Scalar[];

const ofOperand = (constraints: readonly Constraint[], name: string): readonly Constraint[] =>
  constraints.filter(({ leftOperand }) => leftOperand === name);

/**
 * Why no request can ever satisfy these constraints together; `undefined` when one can. They have been judged one
 * by one before.
 */
export function contradictionIn(constraints: readonly Constraint[]): string | undefined {
  if (isEmptyWindow(ofOperand(constraints, 'dateTime'))) return 'the time window is empty';
  const purposes = ofOperand(constraints, 'purpose');
  if (isEmptySet(purposes, equal)) return 'no purpose is left';
  if (isEmptySet(ofOperand(constraints, 'spatial'), narrower)) return 'no territory is left';
  if (isEmptySet(ofOperand(constraints, 'recipient'), equal)) return 'no recipient is left';
  return undefined;
}

/** True when a prohibition applies whenever the permission does. */
export function isShadowed(permission: PolicyRule, prohibition: PolicyRule): boolean {
  const stated = permission.constraints.map(textOf);
  return (
    includes(prohibition.action, permission.action) &&
    prohibition.constraints.every((constraint) => stated.includes(textOf(constraint)))
  );
}

/** Constraints are equal when they are spelled equally; a list is compared in its order. */
export const textOf = ({ leftOperand, operator, rightOperand }: Constraint): string =>
  JSON.stringify([leftOperand, operator, rightOperand]);

/** Instants are whole milliseconds, so every bound is that of a half-open window. */
function isEmptyWindow(constraints: readonly Constraint[]): boolean {
  const bounds = (inclusive: string, exclusive: string, shifted: string): readonly number[] =>
    constraints
      .filter(({ operator }) => operator === inclusive || operator === exclusive)
      .map(({ operator, rightOperand }) => millisOf(String(rightOperand)) + (operator === shifted ? 1 : 0));
  const untils = bounds('lteq', 'lt', 'lteq');
  return bounds('gteq', 'gt', 'gt').some((from) => untils.some((until) => from >= until));
}

function isEmptySet(constraints: readonly Constraint[], meet: Meet): boolean {
  const [first, ...others] = constraints.filter(({ operator }) => operator !== 'isNoneOf').map(membersOf);
  if (!first) return false;
  const excluded = constraints.filter(({ operator }) => operator === 'isNoneOf').flatMap(membersOf);
  const left = others.reduce(meet, first);
  return left.every((member) => excluded.includes(member));
}

const equal: Meet = (left, right) => left.filter((member) => right.includes(member));

const narrower: Meet = (left, right) =>
  left.flatMap((one) =>
    right.flatMap((other) =>
      coversTerritory(other, one) ? [one] : coversTerritory(one, other) ? [other] : [],
    ),
  );
