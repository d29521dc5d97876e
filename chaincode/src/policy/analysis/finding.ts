import type { PolicyProblem } from '../problem.js';

/** What lint can find. An error is something nobody can have meant; a warning, something to be meant on purpose. */
export const FINDINGS = {
  /** The ledger cannot enforce, attest or detect it: it refuses the policy. */
  UNENFORCEABLE: 'error',
  /** A duty that nobody could plan, state or check. */
  DUTY_UNENFORCEABLE: 'error',
  /** Values of one operand in different units, or in one that is never known. */
  UNIT_MISMATCH: 'error',
  /** The policy permits nothing. */
  NO_PERMISSION: 'error',
  /** No request can ever meet the conditions of a permission. */
  CONTRADICTION: 'error',
  /** A prohibition forbids all that a permission permits. */
  COVERED: 'error',
  /** A permission and a prohibition always meet, which voids the policy. */
  CONFLICT: 'error',
  /** No use can be made any more of a permission that ended before it was looked at. */
  EXPIRED: 'error',
  /** Two deadlines of one duty, or one that passes before the first use. */
  DEADLINES_CONFLICT: 'error',
  /** The data are to be deleted while they may still be used. */
  DELETED_TOO_EARLY: 'error',
  /** A branch of `or` or `xone` that cannot hold beside the other conditions. */
  DEAD_BRANCH: 'warning',
  /** A prohibition whose conditions contradict each other. */
  DEAD_PROHIBITION: 'warning',
  /** A permission all of which another one permits for less. */
  REDUNDANT: 'warning',
  /** A condition that holds for one millisecond only. */
  MOMENTARY: 'warning',
  /** A duty that is to be done at no time that the policy says. */
  NO_DEADLINE: 'warning',
  /** Only the term of the grant ends the permission. */
  UNBOUNDED_TIME: 'warning',
  /** Nothing limits the number of uses. */
  UNBOUNDED_COUNT: 'warning',
  /** The permission is for whoever holds the grant. */
  UNBOUNDED_RECIPIENT: 'warning',
} as const satisfies Record<string, 'error' | 'warning'>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding extends PolicyProblem {
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
}

/** Problems as findings of one kind. */
export const found = (code: FindingCode, problems: readonly PolicyProblem[]): readonly Finding[] =>
  problems.map((problem) => ({ ...problem, severity: FINDINGS[code], code }));
