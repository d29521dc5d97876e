import type { odrl, Policy, PolicyWorld } from '@tallystick/chaincode/model';
import { allWithin, askedWith } from './actions.js';
import { around } from './containment.js';
import { judge } from './judging.js';
import { reportOf, type Case, type Premise, type Rule } from './reporting.js';
import { stageOfOperand, STAGES, type Stage } from './vocabulary.js';

export interface Decision {
  readonly denial: Stage | undefined;
  readonly permissions: readonly string[];
}

type IsDeferrable = (pointer: string) => boolean;

const PARTY = STAGES.indexOf('RECIPIENT');
const placeOf = (stage: Stage): number =>
  stage === 'RECIPIENT' ? STAGES.lastIndexOf(stage) : STAGES.indexOf(stage);

/** Place of what fails first; of exactly one that was to hold where more do, and so nothing fails, that of any constraint. */
function placeOfConstraint(premise: Premise): number {
  if (premise.kind === 'Constraint') return placeOf(stageOfOperand(premise.leftOperand ?? ''));
  const failing = (premise.premises ?? []).filter(({ satisfaction }) => satisfaction === 'Unsatisfied');
  return failing.length === 0 ? placeOf('CONSTRAINT') : Math.min(...failing.map(placeOfConstraint));
}

function placeOfPremise(premise: Premise): number {
  if (premise.kind === 'Target') return placeOf('TARGET');
  if (premise.kind === 'Party') return PARTY;
  if (premise.kind === 'Action') return placeOf('ACTION');
  return placeOfConstraint(premise);
}

/**
 * Whether a duty stands in nobody's way: it is done; or it is not due, because a condition of it certainly does not hold; or it may be
 * done later and is not violated. Where its conditions are open it may be due, and has been violated when it was not done.
 */
function isSettled(
  duty: odrl.Duty,
  pointer: string,
  world: PolicyWorld,
  isDeferrable: IsDeferrable,
): boolean {
  const performance = world.duties.find((each) => each.duty === pointer)?.performance ?? 'Unknown';
  const verdicts = (duty.constraint ?? []).map((each) => judge(each, world));
  if (performance === 'Performed' || verdicts.includes('fails')) return true;
  return performance !== 'Unperformed' && isDeferrable(pointer);
}

/** Places at which duties that are not settled drop a permission out. */
function dropsOfDuties(
  duties: readonly odrl.Duty[] | undefined,
  under: string,
  world: PolicyWorld,
  isDeferrable: IsDeferrable,
): readonly number[] {
  return (duties ?? [])
    .filter((duty, index) => !isSettled(duty, `${under}/${index}`, world, isDeferrable))
    .map(({ action }) => placeOf(action?.name === 'obtainConsent' ? 'CONSENT' : 'DUTY'));
}

/** Places at which a permission drops out; none when it carries the use. */
function dropsOf(
  rule: odrl.Permission,
  report: Rule,
  world: PolicyWorld,
  isDeferrable: IsDeferrable,
): readonly number[] {
  const unsatisfied = report.premises.filter(({ satisfaction }) => satisfaction === 'Unsatisfied');
  const duties = dropsOfDuties(rule.duty, `${report.rule}/duty`, world, isDeferrable);
  return [...unsatisfied.map(placeOfPremise), ...duties];
}

const mayHold = (constraints: readonly odrl.Constraint[] | undefined, world: PolicyWorld): boolean =>
  (constraints ?? []).every((each) => judge(each, world) !== 'fails');

function mayConcern(
  subject: odrl.Subject | undefined,
  name: string | undefined,
  world: PolicyWorld,
): boolean {
  if (!subject) return true;
  const names = [subject.uid, subject.source].filter((each) => each !== undefined);
  const isIn = (narrow: string, wide: string): boolean => around(undefined, narrow, world.members).has(wide);
  const isMeant =
    names.length === 0 || name === undefined || names.some((each) => isIn(name, each) || isIn(each, name));
  return isMeant && mayHold(subject.refinement, world);
}

/** Whether a prohibition applies or may apply to what is asked for, or to a part of it. */
function mayApply(rule: odrl.Prohibition, { attempt, world }: Case): boolean {
  const { action } = rule;
  return (
    mayConcern(rule.target, attempt.target, world) &&
    mayConcern(rule.assignee, attempt.party, world) &&
    (action === undefined ||
      [...askedWith(attempt.action)].some((each) => allWithin(action.name).has(each))) &&
    mayHold(action?.refinement, world) &&
    mayHold(rule.constraint, world)
  );
}

function conflictOf(of: Case): Stage | undefined {
  const { conflict, prohibition = [] } = of.policy;
  if (conflict === 'perm' || !prohibition.some((rule) => mayApply(rule, of))) return undefined;
  return conflict === 'prohibit' ? 'PROHIBITED' : 'CONFLICT';
}

/** What has to be done whatever is used, once some permission is left: it bars the use like a duty of every permission. */
function obligationOf(policy: Policy, world: PolicyWorld, isDeferrable: IsDeferrable): Stage | undefined {
  const drops = dropsOfDuties(policy.obligation, '/obligation', world, isDeferrable);
  return drops.length === 0 ? undefined : STAGES[Math.min(...drops)];
}

export function decide(of: Case, isDeferrable: IsDeferrable): Decision {
  const { rules } = reportOf(of);
  const drops = (of.policy.permission ?? []).map((rule, index) => {
    const report = rules[index];
    if (!report) throw new Error('a permission has a report');
    return dropsOf(rule, report, of.world, isDeferrable);
  });
  const denial = refusalOf(drops, () => obligationOf(of.policy, of.world, isDeferrable) ?? conflictOf(of));
  const carrying = drops.flatMap((places, index) => (places.length === 0 ? [`/permission/${index}`] : []));
  return { denial, permissions: denial === undefined ? carrying : [] };
}

/** First stage at which no permission is left. Before the last one, the quota, comes what bars all of them together. */
function refusalOf(
  drops: readonly (readonly number[])[],
  barring: () => Stage | undefined,
): Stage | undefined {
  for (const [place, stage] of STAGES.entries()) {
    const barred = stage === 'QUOTA' ? barring() : undefined;
    if (barred !== undefined) return barred;
    if (drops.every((places) => places.some((each) => each <= place))) return stage;
  }
  return undefined;
}
