import {
  isLogical,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
} from '../../model/odrl/index.js';
import { problemAt, under } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { OPERANDS, type Operand } from '../vocabulary/index.js';
import { formOf } from './value-form.js';

/** Looks at one atomic constraint; pointers are within it. */
export type Examiner = (of: AtomicConstraint) => readonly PolicyProblem[];

/** What an examiner finds in constraints and in those within them. */
export const faultsIn = (
  list: readonly Constraint[] | undefined,
  at: string,
  examine: Examiner,
): readonly PolicyProblem[] => (list ?? []).flatMap((of, index) => faultsOf(of, `${at}/${index}`, examine));

function faultsOf(of: Constraint, at: string, examine: Examiner): readonly PolicyProblem[] {
  if (!isLogical(of)) return under(at, examine(of));
  const [operand, parts] = operandOf(of);
  return faultsIn(parts, `${at}/${operand}`, examine);
}

/** Why a constraint cannot be a condition of a use. */
export const conditionFaults: Examiner = (of) => {
  const operand = OPERANDS.get(of.leftOperand);
  if (!operand) return problemAt('/leftOperand', 'the ledger does not judge this operand');
  if (operand.source === 'DUTY') {
    return problemAt('/leftOperand', 'only says how a duty is to be done, and is no condition');
  }
  return spellingFaults(of, operand);
};

/** Why an operator, a value or a unit does not fit its operand. */
export const spellingFaults = (of: AtomicConstraint, operand: Operand): readonly PolicyProblem[] => [
  ...operatorFaults(of, operand),
  ...valueFaults(of, operand),
  ...unitFaults(of, operand),
];

const operatorFaults = (
  { operator, leftOperand }: AtomicConstraint,
  { operators }: Operand,
): readonly PolicyProblem[] =>
  operators.includes(operator)
    ? []
    : problemAt('/operator', `${leftOperand} takes only ${operators.join(', ')}`);

const LISTS: readonly string[] = ['isAnyOf', 'isAllOf', 'isNoneOf'];

function valueFaults(of: AtomicConstraint, { kind }: Operand): readonly PolicyProblem[] {
  const isList = Array.isArray(of.rightOperand);
  if (of.operator !== 'isPartOf' && isList !== LISTS.includes(of.operator)) {
    return [
      { pointer: '/rightOperand', reason: `${of.operator} takes ${isList ? 'a single value' : 'a list'}` },
    ];
  }
  const form = formOf(of.leftOperand, kind);
  return valuesOf(of).flatMap((value, index) =>
    form.isValue(value)
      ? []
      : [{ pointer: `/rightOperand${isList ? `/${index}` : ''}`, reason: `must be ${form.expects}` }],
  );
}

/** What is known has the unit it was attested in; the ledger itself knows sizes in bytes, without one. */
function unitFaults({ leftOperand, unit }: AtomicConstraint, operand: Operand): readonly PolicyProblem[] {
  if (unit === undefined) {
    return operand.unit === 'required' ? problemAt('', `${leftOperand} needs a unit`) : [];
  }
  if (operand.unit === undefined) return problemAt('/unit', `${leftOperand} has no unit`);
  return operand.source === 'LEDGER'
    ? problemAt('/unit', `${leftOperand} is known in bytes: name no unit`)
    : [];
}
