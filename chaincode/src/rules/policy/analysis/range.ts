import { PROFILES } from '../../../model/index.js';
import { valuesOf, type AtomicConstraint, type Operator } from '../../../model/odrl/index.js';
import type { ValueKind } from '../vocabulary/index.js';
import { isOrdered, magnitudeOf } from './magnitude.js';

/**
 * True when no value on a line meets all the constraints. What they meet changes only at the values they name, so these and
 * their neighbours stand for all values: on every line the next one is one step away, or too near for a literal to lie
 * between.
 */
export function isEmptyRange(kind: ValueKind, atoms: readonly AtomicConstraint[]): boolean {
  if (!isOrdered(kind)) return false;
  const bounds = atoms.map((of) => ({ operator: of.operator, values: magnitudes(kind, of) }));
  const named = bounds.flatMap(({ values }) => values);
  const tried = named.flatMap((at) => [at - 1n, at, at + 1n]).filter((at) => kind !== 'level' || isRank(at));
  return (
    named.length > 0 &&
    tried.every((at) => bounds.some(({ operator, values }) => !MEETS[operator](at, values)))
  );
}

const isRank = (at: bigint): boolean => at >= 0n && at < BigInt(PROFILES.length);

/** Values that are none of the kind are left out: they are a fault of their own. */
const magnitudes = (kind: ValueKind, of: AtomicConstraint): readonly bigint[] =>
  valuesOf(of).flatMap((value) => magnitudeOf(kind, value) ?? []);

type Meets = (at: bigint, values: readonly bigint[]) => boolean;
const isAmong: Meets = (at, values) => values.includes(at);
const isEach: Meets = (at, values) => values.every((value) => value === at);

const MEETS: Readonly<Record<Operator, Meets>> = {
  eq: isEach,
  neq: (at, values) => !isAmong(at, values),
  gt: (at, values) => values.every((value) => at > value),
  gteq: (at, values) => values.every((value) => at >= value),
  lt: (at, values) => values.every((value) => at < value),
  lteq: (at, values) => values.every((value) => at <= value),
  isAnyOf: isAmong,
  isPartOf: isAmong,
  isAllOf: isEach,
  isNoneOf: (at, values) => !isAmong(at, values),
  isA: () => true,
  hasPart: () => true,
};
