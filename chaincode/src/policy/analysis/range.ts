import { PROFILES } from '../../model/index.js';
import { valuesOf, type AtomicConstraint, type Operator } from '../../model/odrl/index.js';
import type { ValueKind } from '../vocabulary/index.js';
import { placesIn, type Effort } from './effort.js';
import { magnitudeOf } from './magnitude.js';

/**
 * What constraints on one value leave of a line: all from the lowest to the highest, or of that only the values listed,
 * without those excluded. Neighbours are one step apart, or too near for a literal to lie between them, so that an open
 * bound is a closed one a step further in.
 */
interface Range {
  readonly low?: bigint | undefined;
  readonly high?: bigint | undefined;
  readonly listed?: readonly bigint[] | undefined;
  readonly excluded: ReadonlySet<bigint>;
}

const EXCLUDING: ReadonlySet<Operator> = new Set(['neq', 'isNoneOf']);

/** True when no value on a line meets all the constraints; never of a kind whose values lie on none. */
export function isEmptyRange(kind: ValueKind, atoms: readonly AtomicConstraint[], effort: Effort): boolean {
  const placed = (of: AtomicConstraint): readonly bigint[] =>
    placesIn(effort, of, (one) => magnitudes(kind, one));
  // All at once: a policy may exclude hundreds, each of which would be copied for every one after it.
  const excluded = new Set(atoms.filter(({ operator }) => EXCLUDING.has(operator)).flatMap(placed));
  const whole: Range =
    kind === 'level' ? { low: 0n, high: BigInt(PROFILES.length - 1), excluded } : { excluded };
  return isEmpty(atoms.reduce((range, of) => narrowed(range, of.operator, placed(of)), whole));
}

/** Values of another kind are left out: they are a fault of their own. */
const magnitudes = (kind: ValueKind, of: AtomicConstraint): readonly bigint[] =>
  valuesOf(of).flatMap((value) => magnitudeOf(kind, value) ?? []);

function narrowed(range: Range, operator: Operator, values: readonly bigint[]): Range {
  const [value] = values;
  return value === undefined ? range : NARROWED[operator](range, value, values);
}

type Narrowed = (range: Range, value: bigint, values: readonly bigint[]) => Range;

const from = (range: Range, low: bigint): Range => ({
  ...range,
  low: range.low === undefined || range.low < low ? low : range.low,
});
const upTo = (range: Range, high: bigint): Range => ({
  ...range,
  high: range.high === undefined || range.high > high ? high : range.high,
});
const among: Narrowed = (range, _value, values) => ({
  ...range,
  listed: range.listed ? range.listed.filter((each) => values.includes(each)) : values,
});
const asItIs: Narrowed = (range) => range;
/** All that are asked for are the one value. */
const equal: Narrowed = (range, _value, values) =>
  values.reduce((left, each) => among(left, each, [each]), range);

const NARROWED: Readonly<Record<Operator, Narrowed>> = {
  eq: equal,
  neq: asItIs,
  gt: (range, value) => from(range, value + 1n),
  gteq: from,
  lt: (range, value) => upTo(range, value - 1n),
  lteq: upTo,
  isAnyOf: among,
  isPartOf: among,
  isAllOf: equal,
  isNoneOf: asItIs,
  isA: among,
  hasPart: equal,
};

function isEmpty({ low, high, listed, excluded }: Range): boolean {
  const isInside = (at: bigint): boolean =>
    (low === undefined || at >= low) && (high === undefined || at <= high) && !excluded.has(at);
  if (listed) return !listed.some(isInside);
  // On a line without an end there is always one more.
  if (low === undefined || high === undefined) return false;
  for (let at = low; at <= high; at += 1n) {
    if (isInside(at)) return false;
  }
  return true;
}
