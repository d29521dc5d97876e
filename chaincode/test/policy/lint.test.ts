import { expect } from 'chai';
import { policy as canonical, type Policy } from '../../src/model/odrl/index.js';
import { FINDINGS, lint, type FindingCode } from '../../src/rules/policy/analysis/index.js';
import { casesOf } from './analysis-vectors.js';

interface Case {
  readonly name: string;
  readonly policy: Policy;
  readonly findings: readonly (readonly [FindingCode, string])[];
}
const cases = casesOf('lint/findings') as readonly Case[];

describe('policy lint', () => {
  for (const { name, policy, findings } of cases) {
    it(name, () => {
      expect(canonical.parse(policy)).to.deep.equal(policy);
      const found = lint(policy);
      expect(found.map(({ code, pointer }) => [code, pointer])).to.deep.equal(findings);
      for (const { code, severity, reason } of found) {
        expect(severity).to.equal(FINDINGS[code]);
        expect(reason).to.not.equal('');
      }
    });
  }

  it('every code is found in some policy', () => {
    const met = new Set(cases.flatMap(({ findings }) => findings.map(([code]) => code)));
    expect([...met]).to.have.members(Object.keys(FINDINGS));
  });
});
