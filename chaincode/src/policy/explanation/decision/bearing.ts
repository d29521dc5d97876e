import { isDeferrableKind } from '../../duties/index.js';
import type { RuleReport } from '../../report.js';
import type { Bearing } from '../wording/phrases.js';
import type { Plans } from '../rendering/plans.js';
import type { ExplanationContext } from './context.js';

const isMet = ({ premises }: RuleReport): boolean =>
  premises.every(({ satisfaction }) => satisfaction === 'Satisfied');

/** A duty that stands in the way of a use, by its report in the open world. */
export function isUnsettled(plans: Plans, { rule, activation, deontic }: RuleReport): boolean {
  if (activation === 'Inactive' || deontic === 'Fulfilled') return false;
  const plan = plans.get(rule);
  return deontic === 'Violated' || plan === undefined || !isDeferrableKind(plan.kind);
}

function ofPermission({ decided, plans }: ExplanationContext, rule: RuleReport, open: RuleReport): Bearing {
  if (decided.permissions.includes(rule.rule)) return 'carries';
  if (!isMet(rule)) return 'idle';
  return open.conditions.some((duty) => isUnsettled(plans, duty)) ? 'lacksDuty' : 'applies';
}

function ofOther(rule: RuleReport, open: RuleReport): Bearing {
  if (rule.activation === 'Active') return 'applies';
  return open.activation === 'Active' ? 'doubtful' : 'idle';
}

/** How each rule of the policy bears on the use, with its reports in the closed and in the open world. */
export interface RuleBearing {
  readonly bearing: Bearing;
  readonly rule: RuleReport;
  readonly open: RuleReport;
}

export function bearingsOf(context: ExplanationContext): readonly RuleBearing[] {
  const { judged } = context;
  return (judged?.report.rules ?? []).map((rule, at) => {
    const open = judged?.open.rules[at] ?? rule;
    const bearing = rule.kind === 'Permission' ? ofPermission(context, rule, open) : ofOther(rule, open);
    return { bearing, rule, open };
  });
}
