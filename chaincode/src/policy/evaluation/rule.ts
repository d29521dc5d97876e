import type { Duty, Permission, Prohibition } from '../../model/odrl/index.js';
import type { PremiseReport, RuleReport } from '../report.js';
import { judgeConstraints } from './constraint.js';
import { deonticOf } from './deontic.js';
import type { ReportedOutlook } from './judged.js';
import type { Occasion } from './occasion.js';
import { premisesOf } from './premises.js';

const isSatisfied = ({ report }: ReportedOutlook<PremiseReport>): boolean =>
  report.satisfaction === 'Satisfied';

/** What a report on a rule says besides its own premises. */
interface Standing extends Pick<RuleReport, 'kind' | 'conditions' | 'performance'> {
  readonly isActive: boolean;
}

function reportOf(
  pointer: string,
  premises: readonly ReportedOutlook<PremiseReport>[],
  { kind, conditions, performance, isActive }: Standing,
): RuleReport {
  const activation = isActive ? 'Active' : 'Inactive';
  return {
    kind,
    rule: pointer,
    attempt: 'Attempted',
    premises: premises.map(({ report }) => report),
    conditions,
    activation,
    performance,
    deontic: deonticOf(kind, activation, performance),
  };
}

/** It is the attempt itself that is judged: whether the permission was made use of is not known yet. */
export function judgePermission(rule: Permission, pointer: string, occasion: Occasion): RuleReport {
  const premises = premisesOf(rule, pointer, occasion);
  const conditions = (rule.duty ?? []).map((each, at) => judgeDuty(each, `${pointer}/duty/${at}`, occasion));
  const isActive = premises.every(isSatisfied) && conditions.every(({ deontic }) => deontic !== 'Violated');
  return reportOf(pointer, premises, { kind: 'Permission', conditions, performance: 'Unknown', isActive });
}

/** Remedies fall due when the prohibition has been violated, which an attempt has not done yet. */
export function judgeProhibition(rule: Prohibition, pointer: string, occasion: Occasion): RuleReport {
  const premises = premisesOf(rule, pointer, occasion);
  const conditions = (rule.remedy ?? []).map((each, at) =>
    judgeDuty(each, `${pointer}/remedy/${at}`, occasion, false),
  );
  const isActive = premises.every(isSatisfied);
  return reportOf(pointer, premises, { kind: 'Prohibition', conditions, performance: 'Unknown', isActive });
}

/**
 * A duty is due when its constraints hold; its action, and who does it to what, is what has to be done and no premise.
 * Its consequences fall due when it has been violated. One done late has been done; that the consequence of the delay is
 * still open is known to the records of breaches, and not to a state of the world.
 */
export function judgeDuty(rule: Duty, pointer: string, occasion: Occasion, mayBeDue = true): RuleReport {
  const premises = judgeConstraints(rule.constraint, `${pointer}/constraint`, occasion);
  const isActive = mayBeDue && premises.every(isSatisfied);
  const performance = occasion.performanceOf(pointer);
  const isViolated = deonticOf('Duty', isActive ? 'Active' : 'Inactive', performance) === 'Violated';
  const conditions = (rule.consequence ?? []).map((each, at) =>
    judgeDuty(each, `${pointer}/consequence/${at}`, occasion, isViolated),
  );
  return reportOf(pointer, premises, { kind: 'Duty', conditions, performance, isActive });
}
