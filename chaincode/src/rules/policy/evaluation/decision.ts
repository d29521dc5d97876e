import type { DenialCode } from '../../../model/index.js';

/** What follows from a report for one use. */
export interface PolicyDecision {
  /** `undefined`: the policy permits the use. */
  readonly denial: DenialCode | undefined;
  /** JSON pointers of the permissions that carry an allowed use. */
  readonly permissions: readonly string[];
}
