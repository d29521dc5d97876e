import type { Constraint, DenialCode, Policy, PolicyRule } from '@tallystick/chaincode/model';
import { policy as policySchema } from '../src/model/records/policy.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { ACTIONS } from '../src/rules/policy/actions.js';
import { policyEngine } from '../src/rules/policy/engine.js';
import type { PolicyWorld } from '../src/rules/policy/index.js';
import { excessOf } from '../src/rules/policy/subsumption.js';
import { someId } from './seeds.js';

/** Cases of a file of vectors. */
function casesOf(name: string): unknown {
  const file = new URL(`../../test/vectors/rules/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: unknown }).cases;
}

interface Evaluation {
  readonly name: string;
  readonly policy: Policy;
  readonly world: PolicyWorld;
  readonly denial: DenialCode | null;
}

describe('policy: evaluation', () => {
  for (const { name, policy, world, denial } of casesOf('policy-evaluation') as readonly Evaluation[]) {
    it(name, () => {
      expect(policySchema.safeParse(policy).success).to.equal(true);
      expect(policyEngine.evaluate(policy, world).denial ?? null).to.equal(denial);
    });
  }

  it('reports every rule with what of it was not satisfied', () => {
    const { world } = (casesOf('policy-evaluation') as readonly Evaluation[])[0]!;
    const purpose = { leftOperand: 'purpose', operator: 'eq', rightOperand: 'safety' } as const;
    const country = { leftOperand: 'spatial', operator: 'eq', rightOperand: 'CN' } as const;
    const policy: Policy = {
      permissions: [
        { action: 'derive', constraints: [country, purpose] },
        { action: 'use', constraints: [country] },
      ],
      prohibitions: [
        { action: 'derive', constraints: [] },
        { action: 'read', constraints: [country, purpose] },
      ],
    };
    expect(policyEngine.evaluate(policy, world)).to.deep.equal({
      denial: undefined,
      rules: [
        { rule: '/permissions/0', active: false, unsatisfied: ['/action', '/constraints/1'] },
        { rule: '/permissions/1', active: true, unsatisfied: [] },
        { rule: '/prohibitions/0', active: false, unsatisfied: ['/action'] },
        { rule: '/prohibitions/1', active: false, unsatisfied: ['/constraints/1'] },
      ],
    });
  });
});

interface Admission {
  readonly name: string;
  readonly policy: Policy;
  readonly pointers: readonly string[];
}

describe('policy: admission', () => {
  for (const { name, policy, pointers } of casesOf('policy-admission') as readonly Admission[]) {
    it(`${pointers.length === 0 ? 'admits' : 'refuses'}: ${name}`, () => {
      expect(policySchema.safeParse(policy).success).to.equal(true);
      const problems = policyEngine.admit(policy);
      expect(problems.map(({ pointer }) => pointer)).to.deep.equal(pointers);
      expect(problems.every(({ reason }) => reason !== '')).to.equal(true);
    });
  }
});

interface Subsumption {
  readonly name: string;
  readonly parent: Policy;
  readonly child: Policy;
  readonly isWithin: boolean;
}

describe('policy: subsumption', () => {
  for (const { name, parent, child, isWithin } of casesOf('policy-subsumption') as readonly Subsumption[]) {
    it(`${isWithin ? 'permits' : 'refuses'}: ${name}`, () => {
      expect(excessOf(child, parent).length === 0).to.equal(isWithin);
    });
  }
});

describe('policy: quota', () => {
  const count = { leftOperand: 'count', operator: 'lteq', rightOperand: 7 } as const;

  it('is the count, whichever permission holds it, and absent without one', () => {
    const uncounted: PolicyRule = { action: 'read', constraints: [] };
    const counted: PolicyRule = { action: 'derive', constraints: [count] };
    expect(policyEngine.quota({ permissions: [uncounted], prohibitions: [] })).to.equal(undefined);
    expect(policyEngine.quota({ permissions: [uncounted, counted], prohibitions: [] })).to.equal(7);
  });
});

const PURPOSES = ['safety', 'recall', 'audit'];
const TERRITORIES = ['CN', 'CN-31', 'CN-11', 'DE', 'DE-BY'];
const RECIPIENTS = [someId('participant', 'a'), someId('participant', 'b')];
const INSTANTS = [
  '2026-11-24T08:00:00.000Z',
  '2026-11-24T08:00:00.001Z',
  '2026-12-01T00:00:00.000Z',
  '2027-01-01T00:00:00.000Z',
];

const one = (leftOperand: string, operator: Constraint['operator'], values: readonly (string | number)[]) =>
  fc.constantFrom(...values).map((rightOperand): Constraint => ({ leftOperand, operator, rightOperand }));
const many = (leftOperand: string, operator: Constraint['operator'], values: readonly string[]) =>
  fc
    .subarray([...values], { minLength: 1 })
    .map((rightOperand): Constraint => ({ leftOperand, operator, rightOperand }));

const constraints: fc.Arbitrary<Constraint> = fc.oneof(
  one('purpose', 'eq', PURPOSES),
  many('purpose', 'isAnyOf', PURPOSES),
  many('purpose', 'isNoneOf', PURPOSES),
  ...(['gt', 'gteq', 'lt', 'lteq'] as const).map((operator) => one('dateTime', operator, INSTANTS)),
  one('spatial', 'eq', TERRITORIES),
  many('spatial', 'isAnyOf', TERRITORIES),
  many('recipient', 'isAnyOf', RECIPIENTS),
  one('component-profile', 'gteq', ['BASE', 'TRUST', 'TRUST_PLUS']),
  one('component-assurance', 'gteq', [1, 2, 3]),
);
/** Also what no admitted policy holds: evaluation must fail closed by itself. */
const anyConstraint = fc.oneof(
  { weight: 4, arbitrary: constraints },
  { weight: 1, arbitrary: one('elapsedTime', 'lteq', [1]) },
  { weight: 1, arbitrary: one('purpose', 'gt', PURPOSES) },
  { weight: 1, arbitrary: one('component-assurance', 'gteq', ['2']) },
);
const rulesOf = (each: fc.Arbitrary<Constraint>) =>
  fc.record({ action: fc.constantFrom(...ACTIONS), constraints: fc.array(each, { maxLength: 3 }) });
const policiesOf = (each: fc.Arbitrary<Constraint>): fc.Arbitrary<Policy> =>
  fc.record({
    permissions: fc.array(rulesOf(each), { minLength: 1, maxLength: 3 }),
    prohibitions: fc.array(rulesOf(each), { maxLength: 2 }),
  });
const worlds: fc.Arbitrary<PolicyWorld> = fc.record({
  at: fc.constantFrom(...INSTANTS),
  action: fc.constantFrom(...ACTIONS, 'distribute'),
  purpose: fc.constantFrom(...PURPOSES),
  territory: fc.constantFrom(...TERRITORIES),
  recipient: fc.constantFrom(...RECIPIENTS),
  profile: fc.constantFrom('BASE', 'TRUST', 'TRUST_PLUS'),
  assurance: fc.constantFrom(1, 2, 3),
});
const isAllowed = (policy: Policy, world: PolicyWorld): boolean =>
  policyEngine.evaluate(policy, world).denial === undefined;
const RUNS = { numRuns: 1000 };

describe('policy: properties', () => {
  it('a constraint more on a permission never turns a denial into an allowance', () => {
    fc.assert(
      fc.property(policiesOf(anyConstraint), worlds, anyConstraint, fc.nat(), (policy, world, added, at) => {
        const index = at % policy.permissions.length;
        const permissions = policy.permissions.map((rule, i) =>
          i === index ? { ...rule, constraints: [...rule.constraints, added] } : rule,
        );
        expect(isAllowed({ ...policy, permissions }, world) && !isAllowed(policy, world)).to.equal(false);
      }),
      RUNS,
    );
  });

  it('neither does a prohibition more, nor a permission less', () => {
    fc.assert(
      fc.property(policiesOf(anyConstraint), worlds, rulesOf(anyConstraint), (policy, world, added) => {
        const stricter = { ...policy, prohibitions: [...policy.prohibitions, added] };
        const fewer = { ...policy, permissions: policy.permissions.slice(1) };
        for (const changed of [stricter, fewer]) {
          expect(isAllowed(changed, world) && !isAllowed(policy, world)).to.equal(false);
        }
      }),
      RUNS,
    );
  });

  it('an allowance rests on an active permission, and on no active prohibition', () => {
    fc.assert(
      fc.property(policiesOf(anyConstraint), worlds, (policy, world) => {
        const { denial, rules } = policyEngine.evaluate(policy, world);
        const isActive = (side: string) => rules.some(({ rule, active }) => active && rule.startsWith(side));
        expect(denial === undefined).to.equal(isActive('/permissions') && !isActive('/prohibitions'));
      }),
      RUNS,
    );
  });

  it('what lies within another policy allows nothing that the other denies', () => {
    let within = 0;
    fc.assert(
      fc.property(policiesOf(constraints), policiesOf(constraints), worlds, (policy, parent, world) => {
        // Half of the pairs are related by construction, or hardly any would lie within.
        const child = {
          permissions: [...parent.permissions.slice(1), ...policy.permissions.slice(1)],
          prohibitions: [...parent.prohibitions, ...policy.prohibitions],
        };
        for (const candidate of [policy, child]) {
          if (candidate.permissions.length === 0 || excessOf(candidate, parent).length > 0) continue;
          within += 1;
          expect(isAllowed(candidate, world) && !isAllowed(parent, world)).to.equal(false);
        }
      }),
      { numRuns: 3000 },
    );
    expect(within).to.be.greaterThan(100);
  });

  it('a permission refused as dead is satisfied by no request', () => {
    let dead = 0;
    fc.assert(
      fc.property(policiesOf(constraints), worlds, (policy, world) => {
        for (const { pointer } of policyEngine.admit(policy)) {
          const index = Number(/^\/permissions\/(\d+)$/.exec(pointer)?.[1]);
          const permission = policy.permissions[index]!;
          dead += 1;
          expect(isAllowed({ ...policy, permissions: [permission] }, world)).to.equal(false);
        }
      }),
      RUNS,
    );
    expect(dead).to.be.greaterThan(50);
  });
});
