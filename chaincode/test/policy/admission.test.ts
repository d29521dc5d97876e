import { expect } from 'chai';
import { policy as canonical, type Policy } from '../../src/model/odrl/index.js';
import { admit, quotaOf } from '../../src/policy/analysis/index.js';
import { casesOf } from './analysis-vectors.js';

interface Case {
  readonly name: string;
  readonly policy: Policy;
  readonly pointers: readonly string[];
}

describe('policy admission', () => {
  for (const { name, policy } of casesOf('admission/admitted') as readonly Case[]) {
    it(`admits: ${name}`, () => {
      expect(canonical.parse(policy)).to.deep.equal(policy);
      expect(admit(policy)).to.deep.equal([]);
    });
  }

  for (const { name, policy, pointers } of casesOf('admission/refused') as readonly Case[]) {
    it(`refuses: ${name}`, () => {
      expect(canonical.parse(policy)).to.deep.equal(policy);
      const problems = admit(policy);
      expect(problems.map(({ pointer }) => pointer)).to.deep.equal(pointers);
      for (const { reason } of problems) expect(reason).to.not.equal('');
    });
  }

  it('refuses wildcards, which would be names that nothing has', () => {
    const forbidding = (leftOperand: string, rightOperand: string): Policy => ({
      '@type': 'Set',
      conflict: 'prohibit',
      permission: [{ action: { name: 'use' } }],
      prohibition: [
        {
          action: { name: 'use' },
          constraint: [{ leftOperand, operator: 'isAnyOf', rightOperand: ['a', rightOperand] }],
        },
      ],
    });
    const at = '/prohibition/0/constraint/0/rightOperand/1';
    for (const [operand, name] of [
      ['fileFormat', 'image/*'],
      ['purpose', 'marketing.*'],
      ['purpose', '*'],
      ['virtualLocation', 'https://example.com/*'],
      ['idsc:ROLE', 'staff:*'],
    ] as const)
      expect(
        admit(forbidding(operand, name)).map(({ pointer }) => pointer),
        name,
      ).to.deep.equal([at]);
    expect(admit(forbidding('purpose', 'a*b'))).to.deep.equal([]);
  });

  it('refuses what is longer than an endorser looks at, before anything else', () => {
    const constraint = Array.from({ length: 300 }, (_, index) => ({
      leftOperand: 'purpose',
      operator: 'eq' as const,
      rightOperand: `a.${'b'.repeat(250)}${index}`,
    }));
    const policy: Policy = {
      '@type': 'Set',
      conflict: 'prohibit',
      permission: [{ action: { name: 'fly' }, constraint: [{ or: constraint }] }],
    };
    expect(admit(policy)).to.have.length(1);
    expect(admit(policy)[0]).to.include({ pointer: '' });
    expect(admit(policy)[0]!.reason).to.match(/^holds \d+ bytes, more than 65536$/);
  });
});

describe('policy quota', () => {
  const count = (operator: 'lt' | 'lteq' | 'eq', value: string) => ({
    leftOperand: 'count',
    operator,
    rightOperand: { '@value': value, '@type': 'xsd:integer' },
  });
  const counted = (...counts: readonly ReturnType<typeof count>[]): Policy => ({
    '@type': 'Set',
    conflict: 'prohibit',
    permission: [{ action: { name: 'read' } }, { constraint: counts.length === 0 ? undefined : [...counts] }],
  });

  it('is the count, whichever permission holds it, and absent without one', () => {
    expect(quotaOf(counted())).to.equal(undefined);
    expect(quotaOf(counted(count('lteq', '7')))).to.equal(7);
    expect(quotaOf(counted(count('lt', '7')))).to.equal(6);
    expect(quotaOf(counted(count('eq', '1')))).to.equal(1);
  });

  it('is the least of several, and none for what is no number of uses', () => {
    expect(quotaOf(counted(count('lteq', '7'), count('lteq', '3'), count('lteq', '5')))).to.equal(3);
    for (const value of ['0', '-1', '1.5', 'many', '1000001', '99999999']) {
      expect(quotaOf(counted(count('lteq', value))), value).to.equal(0);
    }
    for (const value of ['0', '1', '1000002'])
      expect(quotaOf(counted(count('lt', value))), value).to.equal(0);
    expect(quotaOf(counted(count('lteq', '1000000')))).to.equal(1_000_000);
  });

  it('knows no count within a logical constraint', () => {
    const policy = counted(count('lteq', '7'));
    const within: Policy = { ...policy, permission: [{ constraint: [{ and: [count('lteq', '7')] }] }] };
    expect(quotaOf(within)).to.equal(undefined);
  });
});
