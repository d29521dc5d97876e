import type { DenialCode } from '../../model/index.js';
import type { Attempt, Duty, Policy, PolicyWorld } from '../../model/odrl/index.js';
import type { PolicyReport, RuleReport } from '../report.js';
import { evaluate } from './evaluate.js';
import { codeOf, failureOf, firstOf, isBefore, lastOf, type Stage } from './stages.js';

/** What follows from a report for one use. */
export interface PolicyDecision {
  /** `undefined`: the policy permits the use. */
  readonly denial: DenialCode | undefined;
  /** JSON pointers of the permissions that carry an allowed use. */
  readonly permissions: readonly string[];
}

/** A duty, what the report in the open world says of it. */
type Standing = readonly [Duty, RuleReport];
type IsDeferrable = (dutyPointer: string) => boolean;

const denied = (denial: DenialCode): PolicyDecision => ({ denial, permissions: [] });

/**
 * Decide from the report. A permission carries the use when its premises are satisfied and its duties are settled. The
 * plain model takes what is unknown for unsatisfied, which is safe for a permission and would let silence escape a
 * prohibition or a conditional duty: these are looked at again in the open world, hence attempt and world.
 */
export function decisionOf(
  policy: Policy,
  report: PolicyReport,
  isDeferrable: IsDeferrable,
  attempt: Attempt,
  world: PolicyWorld,
): PolicyDecision {
  const open = evaluate(withoutPremises(policy), attempt, world, 'open');
  const permissions = ofKind(report, 'Permission').map((rule, at) => {
    const conditions = ofKind(open, 'Permission')[at]?.conditions ?? [];
    const duties = (policy.permission?.[at]?.duty ?? []).map(standing(conditions));
    return { pointer: rule.rule, stage: stageOf(rule, duties, isDeferrable) };
  });
  const left = permissions.filter(({ stage }) => stage === undefined || !isBefore(stage, 'quota'));
  const stages = permissions.flatMap(({ stage }) => stage ?? []);
  if (left.length === 0) return denied(codeOf(lastOf(stages) ?? 'action'));
  const blocked =
    unsettled((policy.obligation ?? []).map(standing(ofKind(open, 'Duty'))), isDeferrable) ??
    forbidden(policy, open);
  if (blocked !== undefined) return denied(blocked);
  const carrying = left.filter(({ stage }) => stage === undefined);
  return carrying.length === 0
    ? denied('QUOTA')
    : { denial: undefined, permissions: carrying.map(({ pointer }) => pointer) };
}

/** Of permissions, only the duties are looked at again. */
const withoutPremises = (policy: Policy): Policy => ({
  ...policy,
  permission: policy.permission?.map(({ duty }) => ({ duty })),
});

const ofKind = ({ rules }: PolicyReport, kind: RuleReport['kind']): readonly RuleReport[] =>
  rules.filter((rule) => rule.kind === kind);

const standing =
  (reports: readonly RuleReport[]) =>
  (duty: Duty, at: number): Standing => {
    const report = reports[at];
    if (!report) throw new Error('every duty is reported on');
    return [duty, report];
  };

/** First stage at which a permission fails; `undefined` when it carries the use. */
function stageOf(
  rule: RuleReport,
  duties: readonly Standing[],
  isDeferrable: IsDeferrable,
): Stage | undefined {
  const failures = rule.premises.flatMap(failureOf);
  const code = unsettled(duties, isDeferrable);
  return firstOf(code === undefined ? failures : [...failures, code === 'CONSENT' ? 'consent' : 'duty']);
}

/** Denial when duties stand in the way: consent before all others. */
function unsettled(duties: readonly Standing[], isDeferrable: IsDeferrable): 'CONSENT' | 'DUTY' | undefined {
  const open = duties.filter(([, report]) => !isSettled(report, isDeferrable));
  if (open.length === 0) return undefined;
  return open.some(([{ action }]) => action?.name === 'obtainConsent') ? 'CONSENT' : 'DUTY';
}

/**
 * Done, or not due whatever else is so, or of a kind that may follow the use and has not been violated. The report is that
 * in the open world: a duty whose condition cannot be told is due.
 */
function isSettled({ rule, activation, deontic }: RuleReport, isDeferrable: IsDeferrable): boolean {
  if (activation === 'Inactive' || deontic === 'Fulfilled') return true;
  return deontic !== 'Violated' && isDeferrable(rule);
}

/** Denial when a prohibition applies or may apply, by the conflict strategy (ODRL 2.2, section 2.8). */
function forbidden(policy: Policy, open: PolicyReport): DenialCode | undefined {
  const applies = ofKind(open, 'Prohibition').some(({ activation }) => activation === 'Active');
  if (!applies || policy.conflict === 'perm') return undefined;
  return policy.conflict === 'prohibit' ? 'PROHIBITED' : 'CONFLICT';
}
