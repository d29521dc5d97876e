import { expect } from 'chai';
import { policy as canonical, type Policy } from '../../src/model/odrl/index.js';
import { excessOf } from '../../src/rules/policy/analysis/index.js';
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
