import { expect } from 'chai';
import { policy as canonical, type Constraint, type Policy } from '../../src/model/odrl/index.js';
import { FINDINGS, lint, type FindingCode } from '../../src/policy/analysis/index.js';
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

  it('names the prohibition that is in the way, and what comes of it', () => {
    const rule = { action: { name: 'read' } };
    const reasonIn = (conflict: Policy['conflict']) =>
      lint({
        '@type': 'Set',
        conflict,
        permission: [rule],
        prohibition: [{ action: { name: 'print' } }, rule],
      })[0]!.reason;
    expect(reasonIn('prohibit')).to.equal('/prohibition/1 forbids all of it');
    expect(reasonIn('invalid')).to.equal('/prohibition/1 conflicts with all of it');
  });

  it('says no more of a policy that is too large to be looked at', () => {
    const parts = Array.from({ length: 400 }, () => ({
      leftOperand: 'purpose',
      operator: 'eq' as const,
      rightOperand: 'a',
    }));
    const permission = [{ constraint: [{ or: parts }] }, { constraint: [{ or: parts }] }];
    const findings = lint({ '@type': 'Request', conflict: 'prohibit', permission });
    expect(findings.map(({ code, pointer }) => [code, pointer])).to.deep.equal([['UNENFORCEABLE', '']]);
  });

  describe('at an instant', () => {
    const ending = (operator: 'lt' | 'lteq', at: string): Constraint => ({
      leftOperand: 'dateTime',
      operator,
      rightOperand: { '@value': at, '@type': 'xsd:dateTime' },
    });
    const open: Constraint = { leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' };
    const [PAST, NOW, LATER] = ['2020-01-01', '2026-12-01', '2027-01-01'].map(
      (day) => `${day}T00:00:00.000Z`,
    ) as [string, string, string];
    const overAt = (at: string | undefined, ...constraint: Constraint[]): readonly string[] =>
      lint(
        { '@type': 'Set', conflict: 'invalid', permission: [{ action: { name: 'use' }, constraint }] },
        at,
      ).flatMap(({ code, pointer }) => (code === 'EXPIRED' ? [pointer] : []));

    it('says which permissions are over', () => {
      const over = ['/permission/0'];
      expect(overAt(NOW, ending('lteq', PAST))).to.deep.equal(over);
      expect(overAt(NOW, open, { and: [ending('lt', PAST), open] })).to.deep.equal(over);
      expect(overAt(NOW, { or: [ending('lt', PAST), ending('lteq', PAST)] })).to.deep.equal(over);
      expect(overAt(NOW, ending('lt', NOW))).to.deep.equal(over);
    });

    it('calls nothing over that can still be used, or never could, or without an instant', () => {
      expect(overAt(NOW, ending('lteq', NOW))).to.deep.equal([]);
      expect(overAt(NOW, ending('lt', LATER))).to.deep.equal([]);
      expect(overAt(NOW, { or: [ending('lt', PAST), ending('lt', LATER)] })).to.deep.equal([]);
      expect(overAt(NOW, { or: [ending('lt', PAST), open] })).to.deep.equal([]);
      expect(overAt(undefined, ending('lteq', PAST))).to.deep.equal([]);
      const never = { ...ending('lt', PAST), operator: 'gt' as const };
      expect(overAt(NOW, ending('lt', PAST), never)).to.deep.equal([]);
    });
  });

  it('every code is found in some policy', () => {
    const met = new Set(cases.flatMap(({ findings }) => findings.map(([code]) => code)));
    met.add('EXPIRED');
    expect([...met]).to.have.members(Object.keys(FINDINGS));
  });
});
