import type { Action, Rule, Subject } from '../../model/odrl/index.js';
import type { PremiseReport, SubjectPremise } from '../report.js';
import { impliedBy, includes } from '../vocabulary/index.js';
import { containersOf } from './comparison/containment.js';
import { judgeConstraints } from './constraint.js';
import { allHold, outlookOf, satisfactionOf, type ReportedOutlook } from './judged.js';
import type { Occasion } from './occasion.js';
import type { Truth } from './truth.js';

const alone = (name: string): readonly string[] => [name];

/** A name and the collections it is in. */
const containers = (name: string, { members }: Occasion): readonly string[] =>
  containersOf(name, members, alone);

/**
 * The name is that of the subject or in it. A subject of refinements only is a collection of everything. Who says nothing,
 * or asks for a collection of which the subject is a part, may mean it.
 */
function isSubject({ uid, source }: Subject, name: string | undefined, occasion: Occasion): Truth {
  if (name === undefined) return undefined;
  const asked = [uid, source].filter((each) => each !== undefined);
  if (asked.length === 0) return true;
  const around = containers(name, occasion);
  if (asked.some((each) => around.includes(each))) return true;
  return asked.some((each) => containers(each, occasion).includes(name)) ? undefined : false;
}

/**
 * The action is included in that of the rule. Asking for `use` asks for all that is included in it, and doing one thing
 * may entail another: then a rule on the part may apply.
 */
function isAction({ name }: Action, { attempt }: Occasion): Truth {
  if (includes(name, attempt.action)) return true;
  const isPart = includes(attempt.action, name);
  return isPart || impliedBy(attempt.action).some((each) => includes(name, each)) ? undefined : false;
}

/** A subject, party or action holds with all its refinements. */
function judgeSubject(
  kind: SubjectPremise['kind'],
  [pointer, subject]: readonly [string, Subject | Action],
  truth: Truth,
  occasion: Occasion,
): ReportedOutlook<SubjectPremise> {
  const parts = judgeConstraints(subject.refinement, `${pointer}/refinement`, occasion);
  const outlook = allHold([outlookOf(truth), ...parts]);
  const satisfaction = satisfactionOf(outlook, occasion);
  const premises = parts.map(({ report }) => report);
  return { ...outlook, report: { premise: pointer, kind, satisfaction, premises } };
}

/** Premises of a permission or prohibition: target, party, action, constraints; those that the rule has. */
export function premisesOf(
  rule: Rule,
  pointer: string,
  occasion: Occasion,
): readonly ReportedOutlook<PremiseReport>[] {
  const { target, assignee, action, constraint } = rule;
  const { attempt } = occasion;
  const premises: ReportedOutlook<PremiseReport>[] = [];
  if (target) {
    const truth = isSubject(target, attempt.target, occasion);
    premises.push(judgeSubject('Target', [`${pointer}/target`, target], truth, occasion));
  }
  if (assignee) {
    const truth = isSubject(assignee, attempt.party, occasion);
    premises.push(judgeSubject('Party', [`${pointer}/assignee`, assignee], truth, occasion));
  }
  if (action) {
    const truth = isAction(action, occasion);
    premises.push(judgeSubject('Action', [`${pointer}/action`, action], truth, occasion));
  }
  return [...premises, ...judgeConstraints(constraint, `${pointer}/constraint`, occasion)];
}
