import type { odrl, Policy, PolicyWorld } from '@tallystick/chaincode/model';
import { allWithin, askedWith } from './actions.js';
import { around } from './containment.js';
import { askedBy, judge, judgeAtomic } from './judging.js';

/**
 * Report as the "ODRL Compliance Report" model has it, here for comparison only: the same members as the ledger's.
 */
export interface Premise {
  readonly kind: 'Target' | 'Party' | 'Action' | 'Constraint' | 'Logical';
  readonly premise: string;
  readonly satisfaction: 'Satisfied' | 'Unsatisfied';
  readonly premises?: readonly Premise[];
  readonly operand?: string;
  readonly leftOperand?: string;
  readonly operator?: string;
  readonly rightOperand?: readonly odrl.Value[];
  readonly known?: readonly odrl.Value[];
  readonly sources?: readonly string[];
}

export interface Rule {
  readonly kind: 'Permission' | 'Prohibition' | 'Duty';
  readonly rule: string;
  readonly attempt: 'Attempted' | 'NotAttempted';
  readonly premises: readonly Premise[];
  readonly conditions: readonly Rule[];
  readonly activation: 'Active' | 'Inactive';
  readonly performance: odrlPerformance;
  readonly deontic: 'Fulfilled' | 'Violated' | 'NonSet';
}
type odrlPerformance = 'Performed' | 'Unperformed' | 'Unknown';

/** What a report is about. */
export interface Case {
  readonly policy: Policy;
  readonly attempt: odrl.Attempt;
  readonly world: PolicyWorld;
  /** Whether what cannot be told is taken for so; absent: it is not. */
  readonly isOpen?: boolean;
}

const satisfied = (is: boolean): 'Satisfied' | 'Unsatisfied' => (is ? 'Satisfied' : 'Unsatisfied');
const areSatisfied = (premises: readonly Premise[]): boolean =>
  premises.every(({ satisfaction }) => satisfaction === 'Satisfied');

/** Plain model: what is not known is not satisfied. In the open world it is, unless it certainly is not so. */
function premiseOf(constraint: odrl.Constraint, premise: string, of: Case): Premise {
  if ('leftOperand' in constraint) return atomicPremise(constraint, premise, of);
  for (const operand of ['and', 'or', 'xone', 'andSequence'] as const) {
    const parts = constraint[operand];
    if (!parts) continue;
    const premises = parts.map((part, index) => premiseOf(part, `${premise}/${operand}/${index}`, of));
    const held = premises.filter(({ satisfaction }) => satisfaction === 'Satisfied').length;
    const holds = operand === 'or' ? held > 0 : operand === 'xone' ? held === 1 : held === premises.length;
    const isTaken = of.isOpen === true ? judge(constraint, of.world) !== 'fails' : holds;
    return { kind: 'Logical', premise, satisfaction: satisfied(isTaken), operand, premises };
  }
  throw new Error('a logical constraint has an operand');
}

function atomicPremise(
  constraint: odrl.AtomicConstraint,
  premise: string,
  { world, isOpen = false }: Case,
): Premise {
  const verdict = judgeAtomic(constraint, world);
  const known = world.facts.filter(({ operand }) => operand === constraint.leftOperand);
  return {
    kind: 'Constraint',
    premise,
    satisfaction: satisfied(isOpen ? verdict !== 'fails' : verdict === 'holds'),
    leftOperand: constraint.leftOperand,
    operator: constraint.operator,
    rightOperand: askedBy(constraint),
    known: known.map(({ value }) => value),
    sources: [...new Set(known.flatMap(({ source }) => source ?? []))],
  };
}

const premisesOf = (
  constraints: readonly odrl.Constraint[] | undefined,
  pointer: string,
  of: Case,
): readonly Premise[] => (constraints ?? []).map((each, index) => premiseOf(each, `${pointer}/${index}`, of));

/**
 * The name is that of the subject or a member of it. Who does not say is not in it. In the open world he may be, and may mean the subject
 * when it is a part of what he names.
 */
function isMember(
  name: string | undefined,
  { uid, source }: odrl.Subject,
  { world, isOpen = false }: Case,
): boolean {
  if (name === undefined) return isOpen;
  // A collection of everything: what narrows it are its refinements alone.
  if (uid === undefined && source === undefined) return true;
  const isIn = (narrow: string, wide: string): boolean => around(undefined, narrow, world.members).has(wide);
  return [uid, source].some(
    (each) => each !== undefined && (isIn(name, each) || (isOpen && isIn(each, name))),
  );
}

function subjectPremise(
  kind: 'Target' | 'Party',
  subject: odrl.Subject | undefined,
  pointer: string,
  name: string | undefined,
  of: Case,
): readonly Premise[] {
  if (!subject) return [];
  const premises = premisesOf(subject.refinement, `${pointer}/refinement`, of);
  const holds = isMember(name, subject, of) && areSatisfied(premises);
  return [{ kind, premise: pointer, satisfaction: satisfied(holds), premises }];
}

function actionPremise(rule: odrl.Rule, pointer: string, of: Case): readonly Premise[] {
  const { action } = rule;
  if (!action) return [];
  const premises = premisesOf(action.refinement, `${pointer}/action/refinement`, of);
  const asked = of.isOpen === true ? [...askedWith(of.attempt.action)] : [of.attempt.action];
  const holds = asked.some((each) => allWithin(action.name).has(each)) && areSatisfied(premises);
  return [{ kind: 'Action', premise: `${pointer}/action`, satisfaction: satisfied(holds), premises }];
}

function rulePremises(rule: odrl.Rule, pointer: string, of: Case): readonly Premise[] {
  const { attempt } = of;
  return [
    ...subjectPremise('Target', rule.target, `${pointer}/target`, attempt.target, of),
    ...subjectPremise('Party', rule.assignee, `${pointer}/assignee`, attempt.party, of),
    ...actionPremise(rule, pointer, of),
    ...premisesOf(rule.constraint, `${pointer}/constraint`, of),
  ];
}

type Row = Readonly<Record<Rule['kind'], Rule['deontic']>>;
const NOT_SET: Row = { Permission: 'NonSet', Prohibition: 'NonSet', Duty: 'NonSet' };
const DEONTIC: Readonly<Record<string, Row>> = {
  'Active/Performed': { Permission: 'Fulfilled', Prohibition: 'Violated', Duty: 'Fulfilled' },
  'Active/Unperformed': { Permission: 'NonSet', Prohibition: 'Fulfilled', Duty: 'Violated' },
  'Active/Unknown': NOT_SET,
  'Inactive/Performed': { Permission: 'Violated', Prohibition: 'NonSet', Duty: 'NonSet' },
  'Inactive/Unperformed': { Permission: 'Fulfilled', Prohibition: 'NonSet', Duty: 'NonSet' },
  'Inactive/Unknown': NOT_SET,
};

function ruleOf(
  kind: Rule['kind'],
  rule: string,
  premises: readonly Premise[],
  conditions: readonly Rule[],
  isActive: boolean,
  performance: odrlPerformance,
): Rule {
  const activation = isActive ? 'Active' : 'Inactive';
  const deontic = (DEONTIC[`${activation}/${performance}`] ?? NOT_SET)[kind];
  return { kind, rule, attempt: 'Attempted', premises, conditions, activation, performance, deontic };
}

const performanceOf = (pointer: string, { duties }: PolicyWorld): odrlPerformance =>
  duties.find(({ duty }) => duty === pointer)?.performance ?? 'Unknown';

/** A duty; its consequences fall due when it is violated. */
function dutyOf(duty: odrl.Duty, pointer: string, isDue: boolean, of: Case): Rule {
  const premises = premisesOf(duty.constraint, `${pointer}/constraint`, of);
  const isActive = isDue && areSatisfied(premises);
  const performance = performanceOf(pointer, of.world);
  const isViolated = isActive && performance === 'Unperformed';
  const conditions = (duty.consequence ?? []).map((each, index) =>
    dutyOf(each, `${pointer}/consequence/${index}`, isViolated, of),
  );
  return ruleOf('Duty', pointer, premises, conditions, isActive, performance);
}

function permissionOf(rule: odrl.Permission, pointer: string, of: Case): Rule {
  const premises = rulePremises(rule, pointer, of);
  const conditions = (rule.duty ?? []).map((each, index) =>
    dutyOf(each, `${pointer}/duty/${index}`, true, of),
  );
  const isActive = areSatisfied(premises) && conditions.every(({ deontic }) => deontic !== 'Violated');
  return ruleOf('Permission', pointer, premises, conditions, isActive, 'Unknown');
}

function prohibitionOf(rule: odrl.Prohibition, pointer: string, of: Case): Rule {
  const premises = rulePremises(rule, pointer, of);
  // Nothing has been done yet that it could be violated by.
  const conditions = (rule.remedy ?? []).map((each, index) =>
    dutyOf(each, `${pointer}/remedy/${index}`, false, of),
  );
  return ruleOf('Prohibition', pointer, premises, conditions, areSatisfied(premises), 'Unknown');
}

export function reportOf(of: Case): { readonly rules: readonly Rule[] } {
  const { permission = [], prohibition = [], obligation = [] } = of.policy;
  return {
    rules: [
      ...permission.map((rule, index) => permissionOf(rule, `/permission/${index}`, of)),
      ...prohibition.map((rule, index) => prohibitionOf(rule, `/prohibition/${index}`, of)),
      ...obligation.map((rule, index) => dutyOf(rule, `/obligation/${index}`, true, of)),
    ],
  };
}
