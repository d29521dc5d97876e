import type { DenialCode, Fact } from '../../../model/index.js';
import type { Attempt, Constraint, Policy, PolicyWorld, Rule } from '../../../model/odrl/index.js';
import type { PlannedDuty } from '../../duties/index.js';
import { evaluate } from '../../evaluation/index.js';
import type { PolicyReport } from '../../report.js';
import type { Plans } from '../rendering/plans.js';
import type { Catalogue } from '../wording/texts.js';

/** A decision on one use, with everything that it was taken from. */
export interface DecidedUse {
  readonly policy: Policy;
  readonly attempt: Attempt;
  /** Absent, as the report, when the decision fell before the policy was asked. */
  readonly world?: PolicyWorld | undefined;
  readonly report?: PolicyReport | undefined;
  /** `undefined`: allowed. */
  readonly denial: DenialCode | undefined;
  /** JSON pointers of the permissions that carry an allowed use. */
  readonly permissions: readonly string[];
  /** Ledger keys that the decision looked at. */
  readonly facts: readonly Fact[];
  /** How the ledger sees to the duties of the policy, when that is known to be otherwise than by the present rules. */
  readonly duties?: readonly PlannedDuty[] | undefined;
}

/** What the policy was found to say. */
export interface PolicyJudgement {
  readonly report: PolicyReport;
  /** The same in the open world, by which prohibitions and conditional duties are decided. */
  readonly open: PolicyReport;
  readonly world: PolicyWorld;
}

/** One decision being told. */
export interface ExplanationContext {
  readonly texts: Catalogue;
  readonly decided: DecidedUse;
  readonly plans: Plans;
  /** Absent when the decision fell before the policy was asked. */
  readonly judged: PolicyJudgement | undefined;
}

export function judgementOf({ policy, attempt, world, report }: DecidedUse): PolicyJudgement | undefined {
  if (world === undefined || report === undefined) return undefined;
  return { report, world, open: evaluate(policy, attempt, world, 'open') };
}

/** What stands at a JSON pointer; `undefined` for nothing. Pointers into policies hold nothing to be unescaped. */
const at = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce((found, step) => (found as Readonly<Record<string, unknown>> | undefined)?.[step], document);

/** Reports are made of the policy, so what their pointers name is of the kind that they say. */
export const ruleAt = ({ decided }: ExplanationContext, pointer: string): Rule =>
  (at(decided.policy, pointer) as Rule | undefined) ?? {};
export const constraintAt = ({ decided }: ExplanationContext, pointer: string): Constraint | undefined =>
  at(decided.policy, pointer) as Constraint | undefined;
