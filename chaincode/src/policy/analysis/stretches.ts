import { PROFILES } from '../../model/index.js';
import { valuesOf, type AtomicConstraint, type Operator } from '../../model/odrl/index.js';
import type { ValueKind } from '../vocabulary/index.js';
import { magnitudeOf } from './magnitude.js';

/** Operators that some known value must meet, by being one of the values named or within one. */
export const POSITIVE_OPERATORS: readonly Operator[] = ['eq', 'isAnyOf', 'isA', 'isPartOf'];

/** A part of a line, both ends within it; absent: without an end. */
interface Stretch {
  readonly low?: bigint;
  readonly high?: bigint;
}

/**
 * What a comparison leaves of a line. No value that can be known lies between neighbours (`range.ts`), so that `lt 11` of whole
 * numbers is `lteq 10`, and of instants a millisecond earlier.
 */
const STRETCHES: ReadonlyMap<Operator, (at: bigint) => Stretch> = new Map<Operator, (at: bigint) => Stretch>([
  ['eq', (at) => ({ low: at, high: at })],
  ['lt', (at) => ({ high: at - 1n })],
  ['lteq', (at) => ({ high: at })],
  ['gt', (at) => ({ low: at + 1n })],
  ['gteq', (at) => ({ low: at })],
]);

/** Least and greatest value that an operand can have. */
const DOMAINS: ReadonlyMap<string, Stretch> = new Map([
  ['count', { low: 1n }],
  ['version', { low: 1n }],
  ['idsc:SECURITY_LEVEL', { low: 0n, high: BigInt(PROFILES.length - 1) }],
]);

/** Stretches that a constraint asks some known value to be in; `undefined` when it asks something else. */
function stretchesOf(kind: ValueKind, of: AtomicConstraint): readonly Stretch[] | undefined {
  const operator = POSITIVE_OPERATORS.includes(of.operator) ? 'eq' : of.operator;
  const stretch = STRETCHES.get(operator);
  const domain = DOMAINS.get(of.leftOperand);
  if (stretch === undefined) return undefined;
  const places = valuesOf(of).map((value) => magnitudeOf(kind, value));
  const stretches = places.flatMap((at) => (at === undefined ? [] : [withinDomain(stretch(at), domain)]));
  return stretches.length === places.length ? stretches.flatMap(singly) : undefined;
}

const withinDomain = ({ low, high }: Stretch, domain: Stretch = {}): Stretch => ({
  ...later(low, domain.low),
  ...earlier(high, domain.high),
});
const later = (at: bigint | undefined, other: bigint | undefined): Pick<Stretch, 'low'> =>
  at === undefined
    ? { ...(other !== undefined && { low: other }) }
    : { low: other !== undefined && other > at ? other : at };
const earlier = (at: bigint | undefined, other: bigint | undefined): Pick<Stretch, 'high'> =>
  at === undefined
    ? { ...(other !== undefined && { high: other }) }
    : { high: other !== undefined && other < at ? other : at };

/** Few values one by one, so that they can lie in several stretches: of the levels, those from `TRUST` on are two. */
function singly(stretch: Stretch): readonly Stretch[] {
  const { low, high } = stretch;
  if (low === undefined || high === undefined || high - low >= BigInt(PROFILES.length)) return [stretch];
  return Array.from({ length: Number(high - low) + 1 }, (_, index) => {
    const at = low + BigInt(index);
    return { low: at, high: at };
  });
}

const isInside = (own: Stretch, outer: Stretch): boolean =>
  (outer.low === undefined || (own.low !== undefined && own.low >= outer.low)) &&
  (outer.high === undefined || (own.high !== undefined && own.high <= outer.high));

/** Every value that meets the one meets the other. */
export function followsInOrder(kind: ValueKind, own: AtomicConstraint, outer: AtomicConstraint): boolean {
  const [inner, around] = [stretchesOf(kind, own), stretchesOf(kind, outer)];
  if (inner === undefined || around === undefined) return false;
  return inner.every((stretch) => around.some((each) => isInside(stretch, each)));
}
