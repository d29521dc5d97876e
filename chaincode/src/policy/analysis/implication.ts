import { lexicalOf, valuesOf, type AtomicConstraint, type Operator } from '../../model/odrl/index.js';
import {
  coversDesignation,
  coversLanguage,
  coversName,
  coversTerritory,
  OPERANDS,
  type Operand,
  type ValueKind,
} from '../vocabulary/index.js';
import { spellingFaults } from './constraint-faults.js';
import { followsInLength } from './lengths.js';
import { isOrdered } from './magnitude.js';
import { textOf } from './spelling.js';
import { followsInOrder, POSITIVE_OPERATORS } from './stretches.js';

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
  if (isOrdered(kind) && followsInOrder(kind, own, outer)) return true;
  if (kind === 'duration' || kind === 'span') return followsInLength(kind, own, outer);
  return followsInSets(kind, own, outer);
}

/** What nobody could satisfy, or everybody, has no place among the others. */
const isWellSpelled = (of: AtomicConstraint, operand: Operand): boolean =>
  spellingFaults(of, operand).length === 0;

const COVERS: Readonly<Partial<Record<ValueKind, (wide: string, narrow: string) => boolean>>> = {
  name: coversName,
  designation: coversDesignation,
  territory: coversTerritory,
  language: coversLanguage,
};

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
  if (own.operator !== 'isAllOf' && !POSITIVE_OPERATORS.includes(own.operator)) return false;
  const isMet = (wide: readonly string[]): boolean =>
    own.operator === 'isAllOf'
      ? left.some((narrow) => wide.some((each) => covers(each, narrow)))
      : left.every((narrow) => wide.some((each) => covers(each, narrow)));
  if (outer.operator === 'isAllOf') return right.every((each) => isMet([each]));
  return POSITIVE_OPERATORS.includes(outer.operator) && isMet(right);
}

const same = (wide: string, narrow: string): boolean => wide === narrow;
