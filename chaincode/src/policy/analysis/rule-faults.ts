import { FUNCTIONS, isLogical, type AtomicConstraint, type Constraint } from '../../model/odrl/index.js';
import { pointed, problemAt, under } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { isKnownAction } from '../vocabulary/index.js';
import { conditionFaults, faultsIn } from './constraint-faults.js';
import type { UsageRule } from './coverage.js';
import { exclusionFaults } from './exclusion-faults.js';
import { MAX_COUNT, usesOf } from './quota.js';
import { namedPartyFaults, partyFaults, targetFaults } from './subject-faults.js';

/** Why a permission or a prohibition cannot be judged; their duties and remedies are looked at as duties. */
export const usageRuleFaults = (rule: UsageRule, isPermission: boolean): readonly PolicyProblem[] => [
  ...actionFaults(rule),
  ...subjectFaults(rule),
  ...pointed(rule.constraint, '/constraint').flatMap(([at, of]) =>
    under(at, constraintFaults(of, isPermission)),
  ),
  ...(isPermission ? exclusionFaults(rule) : []),
];

function actionFaults({ action }: UsageRule): readonly PolicyProblem[] {
  // ODRL 2.2 information model, section 2.2: a rule has one action. A rule without one would be about every action there is.
  if (action === undefined) return problemAt('', 'must have an action');
  return [
    ...(isKnownAction(action.name) ? [] : problemAt('/action', 'the ledger does not know this action')),
    ...faultsIn(action.refinement, '/action/refinement', uncounted),
  ];
}

/** Parties of a duty are named in the duty: in a rule of usage nothing would be asked of them. */
const subjectFaults = (rule: UsageRule): readonly PolicyProblem[] => [
  ...under('/target', rule.target ? targetFaults(rule.target) : []),
  ...faultsIn(rule.target?.refinement, '/target/refinement', uncounted),
  ...under('/assignee', rule.assignee ? partyFaults(rule.assignee) : []),
  ...faultsIn(rule.assignee?.refinement, '/assignee/refinement', uncounted),
  ...under('/assigner', rule.assigner ? namedPartyFaults(rule.assigner) : []),
  ...FUNCTIONS.filter((each) => rule[each] !== undefined).flatMap((each) =>
    problemAt(`/${each}`, 'has no effect here: name it in the duty'),
  ),
];

function constraintFaults(of: Constraint, isPermission: boolean): readonly PolicyProblem[] {
  if (!isLogical(of)) return isPermission && of.leftOperand === 'count' ? countFaults(of) : uncounted(of);
  return faultsIn([of], '', uncounted).map(({ pointer, reason }) => ({
    pointer: pointer.slice('/0'.length),
    reason,
  }));
}

const uncounted = (of: AtomicConstraint): readonly PolicyProblem[] =>
  of.leftOperand === 'count'
    ? problemAt('/leftOperand', 'a count can only be one of the constraints of a permission')
    : conditionFaults(of);

const countFaults = (of: AtomicConstraint): readonly PolicyProblem[] => [
  ...conditionFaults(of),
  ...(usesOf(of) > 0 ? [] : problemAt('/rightOperand', `must allow 1 to ${MAX_COUNT} uses`)),
  // Uses are counted one by one: that of which only the last is allowed has no first.
  ...(of.operator === 'eq' && usesOf(of) > 1 ? problemAt('/operator', 'allows no first use: say lteq') : []),
];
