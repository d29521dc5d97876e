import type { ComponentProfile, DenialCode, Id, Instant, Policy, Usage } from '../../model/index.js';

/** What a policy is judged against: the request, and the facts the ledger knows at the time. */
export interface PolicyWorld {
  readonly at: Instant;
  readonly action: string;
  readonly purpose: string;
  readonly territory: string;
  readonly recipient: Id<'participant'>;
  readonly profile: ComponentProfile;
  readonly assurance: number;
}

/** Verdict with its reasons; `rules` goes into the answer, so that anyone can replay and explain it. */
export interface PolicyReport {
  readonly denial: DenialCode | undefined;
  readonly rules: NonNullable<Usage['answer']>['policy'];
}

/** A place in a policy that the ledger cannot enforce, attest or detect. */
export interface PolicyProblem {
  readonly pointer: string;
  readonly reason: string;
}

/** The interface the rest of the rules stand on; evaluation and admission can grow behind it. */
export interface PolicyEngine {
  /** Problems that forbid publishing the policy; empty when it can be enforced as a whole. */
  admit(policy: Policy): readonly PolicyProblem[];
  evaluate(policy: Policy, world: PolicyWorld): PolicyReport;
  /** Number of uses the policy allows; `undefined` when uncounted. */
  quota(policy: Policy): number | undefined;
}
