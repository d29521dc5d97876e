import { lexicalOf, valuesOf, type AtomicConstraint, type Operator } from '../../../model/odrl/index.js';
import {
  coversLanguage,
  coversName,
  coversTerritory,
  OPERANDS,
  type Operand,
  type ValueKind,
} from '../vocabulary/index.js';
import { durationOf, isNoLonger, isOrdered, isShorter, magnitudeOf, type Duration } from './magnitude.js';
import { textOf } from './spelling.js';

/**
 * True when whoever satisfies the one satisfies the other, whatever is known: also where several values of the operand are
 * known, so that nothing follows from `eq` about `neq`.
 */
export function implies(own: AtomicConstraint, outer: AtomicConstraint): boolean {
  if (own.leftOperand !== outer.leftOperand || own.unit !== outer.unit) return false;
  if (textOf(own) === textOf(outer)) return true;
  const operand = OPERANDS.get(own.leftOperand);
  return operand !== undefined && byKind(operand, own, outer);
}

function byKind({ kind }: Operand, own: AtomicConstraint, outer: AtomicConstraint): boolean {
  if (isOrdered(kind) && isComparison(own) && isComparison(outer)) return followsInOrder(kind, own, outer);
  if (kind === 'duration' || kind === 'span') return followsInLength(own, outer);
  return kind !== 'event' && followsInSets(kind, own, outer);
}

const COMPARISONS: readonly Operator[] = ['eq', 'lt', 'lteq', 'gt', 'gteq'];
const isComparison = ({ operator }: AtomicConstraint): boolean => COMPARISONS.includes(operator);

/** Whether all values on one side of a bound lie on that side of the other. */
type Step = (own: bigint, outer: bigint) => boolean;
const below: Step = (own, outer) => own < outer;
const notAbove: Step = (own, outer) => own <= outer;
const above: Step = (own, outer) => own > outer;
const notBelow: Step = (own, outer) => own >= outer;

const STEPS: ReadonlyMap<string, Step> = new Map([
  ['eq eq', (own, outer) => own === outer],
  ['eq lt', below],
  ['eq lteq', notAbove],
  ['eq gt', above],
  ['eq gteq', notBelow],
  ['lt lt', notAbove],
  ['lt lteq', notAbove],
  ['lteq lt', below],
  ['lteq lteq', notAbove],
  ['gt gt', notBelow],
  ['gt gteq', notBelow],
  ['gteq gt', above],
  ['gteq gteq', notBelow],
]);

const firstOf = (of: AtomicConstraint): string => valuesOf(of).map(lexicalOf)[0] ?? '';

function followsInOrder(kind: ValueKind, own: AtomicConstraint, outer: AtomicConstraint): boolean {
  const [left, right] = [own, outer].map((of) => magnitudeOf(kind, firstOf(of)));
  if (left === undefined || right === undefined) return false;
  return STEPS.get(`${own.operator} ${outer.operator}`)?.(left, right) ?? false;
}

type Span = (own: Duration, outer: Duration) => boolean;
const isNoShorter: Span = (own, outer) => isNoLonger(outer, own);
const isLonger: Span = (own, outer) => isShorter(outer, own);

/** Of a time that runs from an instant, and of one that was metered. */
const SPANS: ReadonlyMap<string, Span> = new Map([
  ['eq lt', isShorter],
  ['eq lteq', isNoLonger],
  ['eq gt', isLonger],
  ['eq gteq', isNoShorter],
  ['lt lt', isNoLonger],
  ['lt lteq', isNoLonger],
  ['lteq lt', isShorter],
  ['lteq lteq', isNoLonger],
  ['gt gt', isNoShorter],
  ['gt gteq', isNoShorter],
  ['gteq gt', isLonger],
  ['gteq gteq', isNoShorter],
]);

function followsInLength(own: AtomicConstraint, outer: AtomicConstraint): boolean {
  const [left, right] = [own, outer].map((of) => durationOf(firstOf(of)));
  if (left === undefined || right === undefined) return false;
  return SPANS.get(`${own.operator} ${outer.operator}`)?.(left, right) ?? false;
}

const COVERS: Readonly<Partial<Record<ValueKind, (wide: string, narrow: string) => boolean>>> = {
  name: coversName,
  territory: coversTerritory,
  language: coversLanguage,
};

/** Operators that some known value must meet, each with those that ask no more of it. */
const WIDER: Readonly<Partial<Record<Operator, readonly Operator[]>>> = {
  eq: ['eq', 'isAnyOf', 'isA', 'isPartOf'],
  isAnyOf: ['isAnyOf', 'isA', 'isPartOf'],
  isA: ['isA', 'isPartOf'],
  isPartOf: ['isA', 'isPartOf'],
  isAllOf: ['isAllOf', 'isAnyOf', 'isA', 'isPartOf'],
};

function followsInSets(kind: ValueKind, own: AtomicConstraint, outer: AtomicConstraint): boolean {
  const [left, right] = [valuesOf(own).map(lexicalOf), valuesOf(outer).map(lexicalOf)];
  const covers = coverage(kind, outer.operator);
  if (outer.operator === 'isNoneOf') {
    return own.operator === 'isNoneOf' && right.every((no) => left.some((none) => covers(none, no)));
  }
  if (WIDER[own.operator]?.includes(outer.operator) !== true) return false;
  const isMet = (narrow: string): boolean => right.some((wide) => covers(wide, narrow));
  if (outer.operator === 'isAllOf') return right.every((wide) => left.some((narrow) => covers(wide, narrow)));
  return own.operator === 'isAllOf' ? left.some(isMet) : left.every(isMet);
}

const same = (wide: string, narrow: string): boolean => wide === narrow;

const coverage = (kind: ValueKind, operator: Operator): ((wide: string, narrow: string) => boolean) =>
  operator === 'eq' ? same : (COVERS[kind] ?? same);
