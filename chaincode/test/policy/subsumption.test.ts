import { expect } from 'chai';
import type { Json } from '@tallystick/chaincode/model';
import { policy as canonical, type Policy } from '../../src/model/odrl/index.js';
import { excessOf } from '../../src/policy/analysis/index.js';
import { readPolicy } from '../../src/policy/reading/index.js';
import { policyComparison } from '../../src/policy/explanation/index.js';
import { casesOf } from './analysis-vectors.js';

interface Case {
  readonly name: string;
  readonly child: Policy;
  readonly parent: Policy;
  readonly excess: readonly string[];
}

describe('policy subsumption', () => {
  for (const { name, child, parent, excess } of casesOf('subsumption/pairs') as readonly Case[]) {
    it(`${excess.length === 0 ? 'permits' : 'refuses'}: ${name}`, () => {
      for (const policy of [child, parent]) expect(canonical.parse(policy)).to.deep.equal(policy);
      const problems = excessOf(child, parent);
      expect(problems.map(({ pointer }) => pointer)).to.deep.equal(excess);
      for (const { reason } of problems) expect(reason).to.not.equal('');
    });
  }

  describe('finds the same in policies that say it otherwise', () => {
    const on = (operator: string, rightOperand: Json): Json => ({
      leftOperand: 'purpose',
      operator,
      rightOperand,
    });
    const permission = (...constraint: readonly Json[]): Json => ({
      action: 'use',
      constraint: [...constraint],
    });
    const [a, b, c] = [on('eq', 'a'), on('eq', 'b'), on('eq', 'c')];
    const forbidding = (...rules: readonly Json[]): Json => ({
      conflict: 'prohibit',
      permission: [{ action: 'use' }],
      prohibition: [...rules],
    });
    const SAME: Readonly<Record<string, readonly [Json, Json]>> = {
      'a list and a choice': [
        { permission: [permission(on('isAnyOf', ['a', 'b']))] },
        { permission: [permission({ or: [a, b] })] },
      ],
      'a list and a rule for each': [
        { permission: [permission(on('isAnyOf', ['a', 'b']))] },
        { permission: [permission(b), permission(a)] },
      ],
      'a list of exclusions and each alone': [
        { permission: [permission(on('isNoneOf', ['a', 'b']))] },
        { permission: [permission(on('neq', 'a'), on('neq', 'b'))] },
      ],
      'a list of one': [{ permission: [permission(on('isAnyOf', ['a']))] }, { permission: [permission(a)] }],
      'exactly one in another order': [
        { permission: [permission({ xone: [a, b, c] })] },
        { permission: [permission({ xone: [c, a, b] })] },
      ],
      'a prohibition of several and several prohibitions': [
        forbidding(permission(on('isAnyOf', ['a', 'b']))),
        forbidding(permission(a), permission(b)),
      ],
    };
    const read = (document: Json): Policy => {
      const reading = readPolicy(document);
      if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
      return reading.policy;
    };
    for (const [name, documents] of Object.entries(SAME))
      it(name, () => {
        const [one, other] = documents.map(read) as [Policy, Policy];
        expect(policyComparison(one, other, 'en', excessOf).direction).to.equal('same');
        expect(policyComparison(other, one, 'en', excessOf).direction).to.equal('same');
      });

    it('but not where a value more is allowed, or one less forbidden', () => {
      const [list, rules] = [[permission(on('isAnyOf', ['a', 'b', 'c']))], [permission(a), permission(b)]];
      expect(excessOf(read({ permission: list }), read({ permission: rules }))).to.have.length(1);
      expect(excessOf(read(forbidding(...rules)), read(forbidding(...list)))).to.have.length(1);
    });
  });

  it('proves nothing when it would take too long', () => {
    const within = (...names: readonly string[]) => ({
      or: names.map((name) => ({ leftOperand: 'purpose', operator: 'eq' as const, rightOperand: name })),
    });
    const policy = (...names: readonly string[]): Policy => ({
      '@type': 'Set',
      conflict: 'prohibit',
      permission: [{ constraint: [within(...names)] }],
    });
    const names = (count: number, of: (index: number) => string) =>
      Array.from({ length: count }, (_, i) => of(i));
    // Each branch of the child lies within one of the last two of the parent.
    const parent = policy(...names(298, (index) => `c.${index}`), 'a', 'b');
    const child = (count: number) =>
      policy(...names(count, (index) => `${index % 2 === 0 ? 'a' : 'b'}.${index}`));
    expect(excessOf(child(20), parent)).to.deep.equal([]);
    expect(excessOf(child(300), parent)).to.have.length(1);
  });
});
