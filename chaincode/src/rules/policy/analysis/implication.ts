import { lexicalOf, valuesOf, type AtomicConstraint, type Operator } from '../../../model/odrl/index.js';
import {
  coversLanguage,
  coversName,
  coversTerritory,
  OPERANDS,
  type Operand,
  type ValueKind,
} from '../vocabulary/index.js';
import { spellingFaults } from './constraint-faults.js';
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
  if (operand === undefined) return false;
  return [own, outer].every((of) => isWellSpelled(of, operand)) && byKind(operand, own, outer);
}

function byKind({ kind }: Operand, own: AtomicConstraint, outer: AtomicConstraint): boolean {
  if (isOrdered(kind) && isComparison(own) && isComparison(outer)) return followsInOrder(kind, own, outer);
  if (kind === 'duration' || kind === 'span') return followsInLength(own, outer);
  return followsInSets(kind, own, outer);
}

/** What nobody could satisfy, or everybody, has no place among the others. */
const isWellSpelled = (of: AtomicConstraint, operand: Operand): boolean =>
  spellingFaults(of, operand).length === 0;

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

/** Operators that some known value must meet, by being one of the values named or within one. */
const SOME: readonly Operator[] = ['eq', 'isAnyOf', 'isA', 'isPartOf'];
const NONE: readonly Operator[] = ['neq', 'isNoneOf'];

/**
 * Between names: a known value within a name is within what covers it. Which names lie in which is looked up in their own
 * form only; the ledger's worlds know members of datasets, and no operand of this kind has datasets as values.
 */
function followsInSets(kind: ValueKind, own: AtomicConstraint, outer: AtomicConstraint): boolean {
  const [left, right] = [valuesOf(own).map(lexicalOf), valuesOf(outer).map(lexicalOf)];
  const covers = COVERS[kind] ?? same;
  if (NONE.includes(own.operator)) {
    return NONE.includes(outer.operator) && right.every((no) => left.some((none) => covers(none, no)));
  }
  if (own.operator !== 'isAllOf' && !SOME.includes(own.operator)) return false;
  const isMet = (wide: readonly string[]): boolean =>
    own.operator === 'isAllOf'
      ? left.some((narrow) => wide.some((each) => covers(each, narrow)))
      : left.every((narrow) => wide.some((each) => covers(each, narrow)));
  if (outer.operator === 'isAllOf') return right.every((each) => isMet([each]));
  return SOME.includes(outer.operator) && isMet(right);
}

const same = (wide: string, narrow: string): boolean => wide === narrow;
