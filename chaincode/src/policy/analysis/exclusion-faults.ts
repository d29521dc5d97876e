import { isLogical, operandOf, type Constraint, type Rule } from '../../model/odrl/index.js';
import { pointed, problemAt, under } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { conditionsOf } from './coverage.js';

/**
 * Operands whose value the ledger has for every use, and can always compare. Of a purpose or a territory whoever asks may
 * say so wide a one that nothing can be told; what components attest is said or left out as it suits.
 */
const ALWAYS_KNOWN: ReadonlySet<string> = new Set([
  'absoluteSize',
  'dateTime',
  'delayPeriod',
  'elapsedTime',
  'recipient',
  'version',
  'idsc:CONNECTOR',
  'idsc:SECURITY_LEVEL',
  'tallystick:assurance',
]);

/**
 * What is not known counts as not so. Where exactly one of several is to hold, silence about a second one would then help
 * whoever asks: in a permission, that may not be left to them.
 */
export const exclusionFaults = (permission: Rule): readonly PolicyProblem[] =>
  conditionsOf(permission).flatMap(([at, of]) => under(at, faultsOf(of, false)));

function faultsOf(of: Constraint, isExclusive: boolean): readonly PolicyProblem[] {
  if (!isLogical(of)) return isExclusive ? partFaults(of.leftOperand) : [];
  const [operand, parts] = operandOf(of);
  return pointed(parts, `/${operand}`).flatMap(([at, part]) =>
    under(at, faultsOf(part, isExclusive || operand === 'xone')),
  );
}

const partFaults = (leftOperand: string): readonly PolicyProblem[] =>
  ALWAYS_KNOWN.has(leftOperand)
    ? []
    : problemAt('/leftOperand', 'may be unknown, so that exactly one (xone) could be had by silence');
