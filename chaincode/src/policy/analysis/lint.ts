import type { Instant } from '../../model/index.js';
import type { Policy } from '../../model/odrl/index.js';
import { pointed, problemAt } from '../pointing.js';
import { enforceabilityFaults, sizeFaults } from './admission.js';
import { unboundedIn } from './bounds.js';
import { contradictionsIn, contradictory, shadowed } from './dead.js';
import { deadlineFindings } from './deadlines.js';
import { expiredIn } from './expiry.js';
import { found, type Finding, type FindingCode } from './finding.js';
import { redundantIn } from './redundancy.js';
import { deadBranchesIn, momentaryIn } from './unreachable.js';
import { unitMismatches } from './units.js';

/**
 * What is wrong with a policy, and what somebody may not have meant: what the ledger refuses first, then all else. A policy
 * without errors is one that the ledger admits. `at`: when it is looked at; without it, nothing is said to be over.
 */
export function lint(policy: Policy, at?: Instant): readonly Finding[] {
  const excessive = found('UNENFORCEABLE', sizeFaults(policy));
  if (excessive.length > 0) return excessive;
  return [
    ...enforceabilityFaults(policy).flatMap((problem) => found(codeOf(problem.pointer), [problem])),
    ...nothingPermitted(policy),
    ...deadRules(policy),
    ...(at === undefined ? [] : expiredIn(policy, at)),
    ...unitMismatches(policy),
    ...deadlineFindings(policy),
    ...deadBranchesIn(policy),
    ...redundantIn(policy),
    ...momentaryIn(policy),
    ...unboundedIn(policy),
  ];
}

const DUTY = /^\/(?:permission\/\d+\/duty|obligation|prohibition\/\d+\/remedy)\//;

function codeOf(pointer: string): FindingCode {
  if (pointer.endsWith('/unit')) return 'UNIT_MISMATCH';
  return DUTY.test(pointer) ? 'DUTY_UNENFORCEABLE' : 'UNENFORCEABLE';
}

const nothingPermitted = ({ permission }: Policy): readonly Finding[] =>
  permission === undefined ? found('NO_PERMISSION', problemAt('', 'permits nothing')) : [];

const deadRules = (policy: Policy): readonly Finding[] => [
  ...found('CONTRADICTION', contradictory(policy)),
  ...found(policy.conflict === 'invalid' ? 'CONFLICT' : 'COVERED', shadowed(policy)),
  ...found('DEAD_PROHIBITION', contradictionsIn(pointed(policy.prohibition, '/prohibition'))),
];
