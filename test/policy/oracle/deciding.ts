import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { askedWith, allWithin } from './actions.js';
import { textOf } from './comparing.js';
import { collectionsOf, contains } from './containment.js';
import { askedBy, judge, judgeAtomic, type Verdict } from './judging.js';
import { reportOf, type Case, type Premise, type Rule } from './reporting.js';
import { kindOf, stageOfOperand, STAGES, type Stage } from './vocabulary.js';

export interface Decision {
  readonly denial: Stage | undefined;
  readonly permissions: readonly string[];
}

const PARTY = STAGES.indexOf('RECIPIENT');
const placeOf = (stage: Stage): number =>
  stage === 'RECIPIENT' ? STAGES.lastIndexOf(stage) : STAGES.indexOf(stage);

/** First place at which what is unsatisfied among these drops a permission out. */
const firstOf = (places: readonly number[]): number => Math.min(...places);

function placeOfConstraint(premise: Premise): number {
  if (premise.kind === 'Constraint') return placeOf(stageOfOperand(premise.leftOperand ?? ''));
  const parts = premise.premises ?? [];
  const failing = parts.filter(({ satisfaction }) => satisfaction === 'Unsatisfied');
  return firstOf((failing.length > 0 ? failing : parts).map(placeOfConstraint));
}

function placeOfPremise(premise: Premise): number {
  if (premise.kind === 'Target') return placeOf('TARGET');
  if (premise.kind === 'Party') return PARTY;
  if (premise.kind === 'Action') return placeOf('ACTION');
  return placeOfConstraint(premise);
}

/** A duty that is not due because a condition of it certainly does not hold asks nothing. */
function isMet(duty: odrl.Duty, report: Rule, isDeferrable: boolean, world: PolicyWorld): boolean {
  if (report.deontic === 'Violated') return false;
  if (report.deontic === 'Fulfilled' || isDeferrable) return true;
  return (duty.constraint ?? []).some((each) => judge(each, world) === 'fails');
}

/** Places at which a permission drops out; none when it carries the use. */
function dropsOf(
  rule: odrl.Permission,
  report: Rule,
  world: PolicyWorld,
  isDeferrable: (pointer: string) => boolean,
): readonly number[] {
  const unsatisfied = report.premises.filter(({ satisfaction }) => satisfaction === 'Unsatisfied');
  const unmet = (rule.duty ?? []).flatMap((duty, index) => {
    const of = report.conditions[index];
    if (!of || isMet(duty, of, isDeferrable(of.rule), world)) return [];
    return [placeOf(duty.action?.name === 'obtainConsent' ? 'CONSENT' : 'DUTY')];
  });
  return [...unsatisfied.map(placeOfPremise), ...unmet];
}

/** A place asked for that contains one forbidden: who may go anywhere in it may go there. */
function cautious(constraint: odrl.AtomicConstraint, world: PolicyWorld): Verdict {
  const verdict = judgeAtomic(constraint, world);
  const isPlace = kindOf(constraint.leftOperand) === 'place';
  const isPositive = ['eq', 'isA', 'isPartOf', 'isAnyOf', 'isAllOf'].includes(constraint.operator);
  if (verdict !== 'fails' || !isPlace || !isPositive) return verdict;
  const known = world.facts.filter(({ operand }) => operand === constraint.leftOperand);
  const overlaps = known.some(({ value }) =>
    askedBy(constraint).some((asked) => contains('place', textOf(value), textOf(asked), world)),
  );
  return overlaps ? 'open' : verdict;
}

const mayHold = (constraints: readonly odrl.Constraint[] | undefined, world: PolicyWorld): boolean =>
  (constraints ?? []).every((each) => judge(each, world, cautious) !== 'fails');

function mayConcern(
  subject: odrl.Subject | undefined,
  name: string | undefined,
  world: PolicyWorld,
): boolean {
  if (!subject) return true;
  const names = [subject.uid, subject.source].filter((each) => each !== undefined);
  const isNamed =
    names.length === 0 ||
    name === undefined ||
    names.some(
      (each) => collectionsOf(name, world.members).has(each) || collectionsOf(each, world.members).has(name),
    );
  return isNamed && mayHold(subject.refinement, world);
}

/** Whether a prohibition applies or may apply to what is asked for, or to a part of it. */
function mayApply(rule: odrl.Prohibition, { attempt, world }: Case): boolean {
  const { action } = rule;
  const asked = [...askedWith(attempt.action)];
  return (
    mayConcern(rule.target, attempt.target, world) &&
    mayConcern(rule.assignee, attempt.party, world) &&
    (action === undefined || asked.some((each) => allWithin(action.name).has(each))) &&
    mayHold(action?.refinement, world) &&
    mayHold(rule.constraint, world)
  );
}

function refusalOf(of: Case, drops: readonly (readonly number[])[]): Stage | undefined {
  const quota = placeOf('QUOTA');
  for (let place = 0; place < STAGES.length; place += 1) {
    const isForbidden =
      place === placeOf('PROHIBITED') &&
      of.policy.conflict !== 'perm' &&
      (of.policy.prohibition ?? []).some((rule) => mayApply(rule, of));
    if (isForbidden) return of.policy.conflict === 'prohibit' ? 'PROHIBITED' : 'CONFLICT';
    const left = drops.filter((places) => !places.some((each) => each <= place));
    if (left.length === 0) return STAGES[place];
    if (place === quota) return undefined;
  }
  return undefined;
}

export function decide(of: Case, isDeferrable: (pointer: string) => boolean): Decision {
  const { rules } = reportOf(of);
  const drops = (of.policy.permission ?? []).map((rule, index) => {
    const report = rules[index];
    if (!report) throw new Error('a permission has a report');
    return dropsOf(rule, report, of.world, isDeferrable);
  });
  const denial = refusalOf(of, drops);
  const carrying = drops.flatMap((places, index) => (places.length === 0 ? [`/permission/${index}`] : []));
  return { denial, permissions: denial === undefined ? carrying : [] };
}
