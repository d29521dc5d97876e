import { expect } from 'chai';
import fc from 'fast-check';
import {
  operandOf,
  isLogical,
  type Attempt,
  type Constraint,
  type Permission,
  type Policy,
  type PolicyWorld,
} from '../../src/model/odrl/index.js';
import { decisionOf, evaluate, reportDigest } from '../../src/policy/evaluation/index.js';
import type { PremiseReport, RuleReport } from '../../src/policy/report.js';
import {
  attempts,
  casesOver,
  constraintsOver,
  soundConstraints,
  soundPolicies,
  wildPolicies,
  worldsOf,
} from './arbitraries.js';
import { times } from '../../../test/sampling.js';

interface Case {
  readonly policy: Policy;
  readonly attempt: Attempt;
  readonly world: PolicyWorld;
}

const decide = ({ policy, attempt, world }: Case, isDeferrable = (): boolean => true): string | undefined =>
  decisionOf(policy, evaluate(policy, attempt, world), isDeferrable, attempt, world).denial;
const isAllowed = (of: Case): boolean => decide(of) === undefined;

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** Every premise of a report, at any depth. */
function premisesOf(rule: RuleReport): readonly PremiseReport[] {
  const all = (premises: readonly PremiseReport[]): readonly PremiseReport[] =>
    premises.flatMap((each) => [each, ...('premises' in each ? all(each.premises) : [])]);
  return [...all(rule.premises), ...rule.conditions.flatMap(premisesOf)];
}

/** Every rule of a report, at any depth. */
const rulesIn = (rules: readonly RuleReport[]): readonly RuleReport[] =>
  rules.flatMap((rule) => [rule, ...rulesIn(rule.conditions)]);

/** A permission that covers everything, so that what else a policy says decides. */
const blanket = (policy: Policy): Policy => ({ ...policy, permission: [{}, ...(policy.permission ?? [])] });

/** The constraint and all within it. */
const within = (of: Constraint): readonly Constraint[] =>
  isLogical(of) ? [of, ...operandOf(of)[1].flatMap(within)] : [of];

const operandsOf = ({ constraint = [] }: Permission): readonly string[] =>
  constraint.flatMap(within).flatMap((each) => ('leftOperand' in each ? [each.leftOperand] : []));

const isExclusive = (of: Constraint): boolean => 'xone' in of && of.xone !== undefined;

const constraints = constraintsOver(soundConstraints);
/** Constraints that a fact more can only help. */
const positive = constraintsOver(
  soundConstraints.filter(({ operator }) => operator !== 'neq' && operator !== 'isNoneOf'),
).filter((each) => !within(each).some(isExclusive));
/** One permission, so simple that it is often given. */
const simpleCases = (constraint: fc.Arbitrary<Constraint>) =>
  fc.array(constraint, { minLength: 1, maxLength: 2 }).chain((list) => {
    const policy: Policy = { '@type': 'Set', conflict: 'prohibit', permission: [{ constraint: list }] };
    return fc.record({ policy: fc.constant(policy), attempt: attempts, world: worldsOf(policy) });
  });
const RUNS = { numRuns: times(80) };

describe('properties of the evaluation', () => {
  it('reads nothing but its arguments and changes none of them', () => {
    fc.assert(
      fc.property(casesOver(wildPolicies), ({ policy, attempt, world }) => {
        const [first, second] = [
          frozen({ policy, attempt, world }),
          structuredClone({ policy, attempt, world }),
        ];
        const report = evaluate(first.policy, first.attempt, first.world);
        expect(evaluate(second.policy, second.attempt, second.world)).to.deep.equal(report);
        expect(reportDigest(report)).to.match(/^sha256:[0-9a-f]{64}$/);
        expect(decide(first)).to.equal(decide(second));
      }),
      RUNS,
    );
  });

  it('does not depend on the order in which facts and memberships are known', () => {
    fc.assert(
      fc.property(casesOver(soundPolicies), (of) => {
        const facts = [...of.world.facts].reverse();
        const members = [...of.world.members].reverse();
        expect(decide({ ...of, world: { ...of.world, facts, members } })).to.equal(decide(of));
      }),
      RUNS,
    );
  });

  it('reports on every rule and premise of the policy, whatever holds', () => {
    fc.assert(
      fc.property(casesOver(wildPolicies), ({ policy, attempt, world }) => {
        const [closed, open] = (['closed', 'open'] as const).map((behaviour) =>
          rulesIn(evaluate(policy, attempt, world, behaviour).rules),
        ) as [readonly RuleReport[], readonly RuleReport[]];
        const pointers = (rules: readonly RuleReport[]): readonly string[] =>
          rules.flatMap((rule) => [rule.rule, ...rule.premises.map(({ premise }) => premise)]);
        expect(pointers(closed)).to.deep.equal(pointers(open));
        expect(new Set(pointers(closed))).to.have.length(pointers(closed).length);
      }),
      RUNS,
    );
  });

  it('takes in the open world everything to hold that holds in the closed one', () => {
    fc.assert(
      fc.property(casesOver(wildPolicies), ({ policy, attempt, world }) => {
        const premises = (behaviour: 'closed' | 'open'): readonly PremiseReport[] =>
          evaluate(policy, attempt, world, behaviour).rules.flatMap(premisesOf);
        const open = premises('open');
        const lost = premises('closed').filter(
          ({ satisfaction }, at) => satisfaction === 'Satisfied' && open[at]?.satisfaction !== 'Satisfied',
        );
        expect(lost).to.deep.equal([]);
      }),
      RUNS,
    );
  });

  it('is satisfied with nothing of which nothing is known', () => {
    fc.assert(
      fc.property(casesOver(wildPolicies), ({ policy, attempt, world }) => {
        const { rules } = evaluate(policy, attempt, { ...world, facts: [] });
        const satisfied = rules
          .flatMap(premisesOf)
          .filter(({ kind, satisfaction }) => kind === 'Constraint' && satisfaction === 'Satisfied');
        expect(satisfied).to.deep.equal([]);
      }),
      RUNS,
    );
  });

  it('allows by active permissions only, and beside an active prohibition only where permissions prevail', () => {
    fc.assert(
      fc.property(casesOver(soundPolicies), ({ policy: stated, attempt, world }) => {
        const policy = blanket(stated);
        const report = evaluate(policy, attempt, world);
        const { denial, permissions } = decisionOf(policy, report, () => true, attempt, world);
        if (denial !== undefined) return void expect(permissions).to.deep.equal([]);
        const active = report.rules.filter(({ activation }) => activation === 'Active');
        expect(permissions).to.not.be.empty;
        expect(active.map(({ rule }) => rule)).to.include.members(permissions);
        const isForbidden = active.some(({ kind }) => kind === 'Prohibition');
        expect(isForbidden && policy.conflict !== 'perm').to.be.false;
      }),
      RUNS,
    );
  });

  it('never allows more for one constraint more on a permission', () => {
    fc.assert(
      fc.property(simpleCases(constraints), constraints, (of, added) => {
        const permission = of.policy.permission?.map(({ constraint = [], ...rule }) => ({
          ...rule,
          constraint: [...constraint, added],
        }));
        if (isAllowed(of)) return;
        expect(isAllowed({ ...of, policy: { ...of.policy, permission } })).to.be.false;
      }),
      RUNS,
    );
  });

  it('never allows more for one duty more, deferrable or not', () => {
    fc.assert(
      fc.property(casesOver(soundPolicies), fc.boolean(), (of, isDeferrable) => {
        const [duty] = of.policy.obligation ?? [];
        fc.pre(duty !== undefined);
        const bare = { ...blanket(of.policy), obligation: undefined };
        const bound: Policy = {
          ...bare,
          permission: bare.permission?.map((rule) => ({ ...rule, duty: [duty] })),
        };
        if (isAllowed({ ...of, policy: bare })) return;
        expect(decide({ ...of, policy: bound }, () => isDeferrable)).to.not.be.undefined;
      }),
      RUNS,
    );
  });

  it('never allows more for one prohibition more', () => {
    fc.assert(
      fc.property(casesOver(soundPolicies), casesOver(soundPolicies), (of, { policy: other }) => {
        const prohibition = [...(of.policy.prohibition ?? []), ...(other.prohibition ?? [])];
        fc.pre(prohibition.length > 0);
        if (isAllowed({ ...of, policy: blanket(of.policy) })) return;
        expect(isAllowed({ ...of, policy: { ...blanket(of.policy), prohibition } })).to.be.false;
      }),
      RUNS,
    );
  });

  it('allows the same with and without prohibitions where permissions prevail', () => {
    fc.assert(
      fc.property(casesOver(soundPolicies), (of) => {
        const policy: Policy = { ...blanket(of.policy), conflict: 'perm' };
        expect(decide({ ...of, policy })).to.equal(
          decide({ ...of, policy: { ...policy, prohibition: undefined } }),
        );
      }),
      RUNS,
    );
  });

  it('applies every prohibition of which nothing is known', () => {
    fc.assert(
      fc.property(fc.array(constraints, { minLength: 1, maxLength: 3 }), attempts, (constraint, attempt) => {
        const world = { at: '2026-12-01T00:00:00.000Z', facts: [], members: [], duties: [] };
        const prohibition = [{ action: { name: attempt.action }, constraint }];
        const policy: Policy = { '@type': 'Set', conflict: 'prohibit', permission: [{}], prohibition };
        expect(decide({ policy, attempt, world })).to.equal('PROHIBITED');
      }),
      RUNS,
    );
  });

  it('never allows more when all that is known of an operand is taken away', () => {
    const notExclusive = constraints.filter((each) => !within(each).some(isExclusive));
    const cases = simpleCases(notExclusive).chain((of) =>
      fc.record({
        of: fc.constant(of),
        operand: fc.constantFrom(...(of.policy.permission ?? []).flatMap(operandsOf)),
        prohibition: fc.array(constraints, { maxLength: 2 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ of, operand, prohibition }) => {
        const constraint = prohibition.length === 0 ? {} : { prohibition: [{ constraint: prohibition }] };
        const full: Case = { ...of, policy: { ...of.policy, ...constraint } };
        const facts = of.world.facts.filter((fact) => fact.operand !== operand);
        if (isAllowed(full)) return;
        expect(isAllowed({ ...full, world: { ...of.world, facts } })).to.be.false;
      }),
      RUNS,
    );
  });

  it('never permits more when one fact is taken away, where no constraint is negative', () => {
    fc.assert(
      fc.property(simpleCases(positive), (of) => {
        if (isAllowed(of)) return;
        const { facts } = of.world;
        const allowed = facts.filter((fact) =>
          isAllowed({ ...of, world: { ...of.world, facts: facts.filter((each) => each !== fact) } }),
        );
        expect(allowed).to.deep.equal([]);
      }),
      RUNS,
    );
  });
});
