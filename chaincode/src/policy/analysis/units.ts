import {
  isLogical,
  operandOf,
  type AtomicConstraint,
  type Constraint,
  type Permission,
  type Policy,
} from '../../model/odrl/index.js';
import { pointed, problemAt } from '../pointing.js';
import { OPERANDS } from '../vocabulary/index.js';
import { conditionsOf } from './coverage.js';
import { found, type Finding } from './finding.js';

type Placed = readonly [string, AtomicConstraint];

/** Values of one operand in one permission, its duties among them, that are said in different units. */
export const unitMismatches = ({ permission, obligation }: Policy): readonly Finding[] => [
  ...pointed(permission, '/permission').flatMap(([at, rule]) => differing(measuresIn(rule, at))),
  ...pointed(obligation, '/obligation').flatMap(([at, rule]) => differing(measuresIn(rule, at))),
];

const measuresIn = (rule: Permission, at: string): readonly Placed[] => [
  ...conditionsOf(rule).flatMap(([pointer, of]) => measures(of, at + pointer)),
  ...pointed(rule.duty, `${at}/duty`).flatMap(([pointer, duty]) => measuresIn(duty, pointer)),
];

function measures(of: Constraint, at: string): readonly Placed[] {
  if (!isLogical(of)) return OPERANDS.get(of.leftOperand)?.unit === undefined ? [] : [[at, of]];
  const [operand, parts] = operandOf(of);
  return pointed(parts, `${at}/${operand}`).flatMap(([pointer, part]) => measures(part, pointer));
}

const differing = (placed: readonly Placed[]): readonly Finding[] =>
  placed.flatMap(([at, { leftOperand, unit }], index) => {
    const other = placed.slice(0, index).find(([, of]) => of.leftOperand === leftOperand && of.unit !== unit);
    return other === undefined
      ? []
      : found('UNIT_MISMATCH', problemAt(at, `is said in another unit at ${other[0]}`));
  });
