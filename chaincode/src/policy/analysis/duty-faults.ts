import {
  isLogical,
  lexicalOf,
  valuesOf,
  type AtomicConstraint,
  type Duty,
  type Policy,
} from '../../model/odrl/index.js';
import { DUTY_ACTIONS, usualKindOf } from '../duties/kind.js';
import { dutyPlaces, type PlacedDuty } from '../duties/place.js';
import type { PlannedDuty } from '../duties/plan.js';
import { planOf } from '../duties/planning.js';
import { isTiming, POLICY_USAGE } from '../duties/timing.js';
import { pointed, problemAt, under } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { OPERANDS } from '../vocabulary/index.js';
import { conditionFaults, faultsIn, spellingFaults } from './constraint-faults.js';
import { dutyPartyFaults } from './duty-party-faults.js';
import { dutyTimingFaults } from './duty-timing-faults.js';

/** Why the ledger cannot see to the duties of a policy. */
export const dutyFaults = (policy: Policy): readonly PolicyProblem[] =>
  dutyPlaces(policy).flatMap((placed) => under(placed.pointer, faultsOf(placed, policy)));

function faultsOf(placed: PlacedDuty, policy: Policy): readonly PolicyProblem[] {
  const action = placed.duty.action?.name ?? '';
  if (!DUTY_ACTIONS.includes(action)) {
    const at = placed.duty.action === undefined ? '' : '/action';
    return problemAt(at, `the ledger sees to no such duty; it knows ${DUTY_ACTIONS.join(', ')}`);
  }
  const plan = planOf(placed);
  return [
    ...refinementFaults(placed.duty, action),
    ...constraintFaults(placed.duty),
    ...dutyTimingFaults(placed, plan),
    ...dutyPartyFaults(placed.duty, plan, policy),
    ...placeFaults(placed, plan),
  ];
}

const refinementFaults = ({ action }: Duty, name: string): readonly PolicyProblem[] =>
  pointed(action?.refinement, '/action/refinement').flatMap(([at, of]) =>
    isLogical(of)
      ? problemAt(at, 'a duty is done in one way: its action takes no logical refinement')
      : under(at, refinementFaultsOf(of, name)),
  );

function refinementFaultsOf(of: AtomicConstraint, action: string): readonly PolicyProblem[] {
  const operand = OPERANDS.get(of.leftOperand);
  if (!operand) return problemAt('/leftOperand', 'the ledger does not know this operand');
  if (of.leftOperand === 'count') return countFaults(of, action);
  return isUsage(of) ? [] : spellingFaults(of, operand);
}

/** A count refines only how many have to consent. */
function countFaults(of: AtomicConstraint, action: string): readonly PolicyProblem[] {
  if (action !== 'obtainConsent') return problemAt('/leftOperand', 'a count can only limit a permission');
  if (of.operator !== 'gteq') return problemAt('/operator', 'so many or more must consent: gteq');
  const isNumber = /^[1-9]\d?$/.test(valuesOf(of).map(lexicalOf).join());
  return isNumber ? [] : problemAt('/rightOperand', 'must be a number of parties');
}

/** Constraints of a duty say when it is to be done, or in which uses. */
const constraintFaults = ({ constraint }: Duty): readonly PolicyProblem[] =>
  pointed(constraint, '/constraint').flatMap(([at, of]) => {
    if (isTiming(of)) return isUsage(of) ? [] : under(at, timingSpelling(of));
    return faultsIn([of], '', uncounted).map(({ pointer, reason }) => ({
      pointer: at + pointer.slice('/0'.length),
      reason,
    }));
  });

function timingSpelling(of: AtomicConstraint): readonly PolicyProblem[] {
  const operand = OPERANDS.get(of.leftOperand);
  return operand === undefined ? [] : spellingFaults(of, operand);
}

const uncounted = (of: AtomicConstraint): readonly PolicyProblem[] =>
  of.leftOperand === 'count'
    ? problemAt('/leftOperand', 'a count can only limit a permission')
    : conditionFaults(of);

const isUsage = (of: AtomicConstraint): boolean =>
  of.leftOperand === 'event' && isTiming(of) && valuesOf(of)[0] === POLICY_USAGE;

/** Only what is done at a time of its own can fail to be done in time, or be what follows from that. */
function placeFaults(
  { duty, role }: PlacedDuty,
  { kind, action, every }: PlannedDuty,
): readonly PolicyProblem[] {
  const isResult = role === 'CONSEQUENCE' || role === 'REMEDY';
  const usual = usualKindOf(action);
  return [
    ...(isResult && usual !== 'AFTER' && usual !== 'BEFORE'
      ? problemAt('/action', 'is judged at each use and cannot follow from a breach')
      : []),
    ...(isResult && every !== undefined
      ? problemAt('', 'follows once from each breach and does not recur')
      : []),
    ...(duty.consequence !== undefined && kind !== 'AFTER'
      ? problemAt('/consequence', 'can never fall due: without the duty there is no use')
      : []),
  ];
}
