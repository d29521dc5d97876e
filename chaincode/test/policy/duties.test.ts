import { expect } from 'chai';
import { policy as canonical, type Constraint, type Policy } from '../../src/model/odrl/index.js';
import { enforcementOf } from '../../src/policy/analysis/index.js';
import { dutiesOf, isTiming, type PlannedDuty } from '../../src/policy/duties/index.js';
import { OPERANDS } from '../../src/policy/vocabulary/index.js';
import { casesOf } from './analysis-vectors.js';

interface Case {
  readonly name: string;
  readonly policy: Policy;
  readonly plans: readonly PlannedDuty[];
}

describe('policy duties', () => {
  for (const { name, policy, plans } of casesOf('duties/plans') as readonly Case[]) {
    it(name, () => {
      expect(canonical.parse(policy)).to.deep.equal(policy);
      expect(dutiesOf(policy)).to.deep.equal(plans);
    });
  }

  it('says of a constraint whether it is about when a duty is to be done', () => {
    const at = { '@value': '2027-01-01T00:00:00.000Z', '@type': 'xsd:dateTime' };
    const span = { '@value': 'P1D', '@type': 'xsd:duration' };
    const of = (leftOperand: string, operator: string, rightOperand: unknown): Constraint =>
      ({ leftOperand, operator, rightOperand }) as Constraint;
    expect(isTiming(of('dateTime', 'lt', at))).to.equal(true);
    expect(isTiming(of('dateTime', 'gt', at))).to.equal(false);
    expect(isTiming(of('delayPeriod', 'gteq', span))).to.equal(true);
    expect(isTiming(of('delayPeriod', 'lt', span))).to.equal(false);
    expect(isTiming(of('timeInterval', 'eq', span))).to.equal(true);
    expect(isTiming(of('event', 'lt', 'policyUsage'))).to.equal(true);
    expect(isTiming(of('event', 'eq', 'policyUsage'))).to.equal(false);
    expect(isTiming(of('event', 'lt', `event-${'a'.repeat(52)}`))).to.equal(false);
    expect(isTiming({ and: [of('dateTime', 'lt', at)] })).to.equal(false);
  });
});

describe('policy enforcement', () => {
  const only = (leftOperand: string): Policy => ({
    '@type': 'Set',
    conflict: 'prohibit',
    permission: [{ constraint: [{ or: [{ leftOperand, operator: 'eq', rightOperand: 'x' }] }] }],
  });

  it('labels every operand by who knows it', () => {
    for (const [name, { source }] of OPERANDS) {
      const [label, ...others] = enforcementOf(only(name));
      expect(others).to.deep.equal([]);
      expect(label).to.include({ pointer: '/permission/0/constraint/0/or/0' });
      expect(label!.enforcement, name).to.equal(
        source === 'LEDGER' ? 'TECHNICAL' : source === 'DUTY' ? 'DETECTIVE' : 'ATTESTED',
      );
      expect(label!.attester, name).to.equal(
        {
          LEDGER: undefined,
          REQUEST: 'CONSUMER',
          CONSUMER: 'CONSUMER',
          PROVIDER: 'PROVIDER',
          DUTY: undefined,
        }[source],
      );
    }
  });

  it('says that numbers and times are attested once a key has been released', () => {
    const lasting = [...OPERANDS.keys()].filter(
      (name) => enforcementOf(only(name))[0]!.afterRelease === 'ATTESTED',
    );
    expect(lasting).to.have.members(['count', 'dateTime', 'elapsedTime', 'event']);
  });

  it('labels every condition and duty, in order', () => {
    const place = { leftOperand: 'spatial', operator: 'eq', rightOperand: 'CN' } as const;
    const policy: Policy = {
      '@type': 'Set',
      conflict: 'prohibit',
      permission: [
        {
          action: { name: 'read', refinement: [place] },
          target: { refinement: [place] },
          assignee: { refinement: [place] },
          constraint: [place, { and: [place, { or: [place] }] }],
          duty: [{ action: { name: 'delete' } }, { action: { name: 'idsc:LOG' } }],
        },
      ],
      prohibition: [{ constraint: [place], remedy: [{ action: { name: 'compensate' } }] }],
    };
    expect(enforcementOf(policy).map(({ pointer, enforcement }) => [pointer, enforcement])).to.deep.equal([
      ['/permission/0/target/refinement/0', 'ATTESTED'],
      ['/permission/0/assignee/refinement/0', 'ATTESTED'],
      ['/permission/0/action/refinement/0', 'ATTESTED'],
      ['/permission/0/constraint/0', 'ATTESTED'],
      ['/permission/0/constraint/1/and/0', 'ATTESTED'],
      ['/permission/0/constraint/1/and/1/or/0', 'ATTESTED'],
      ['/prohibition/0/constraint/0', 'ATTESTED'],
      ['/permission/0/duty/0', 'DETECTIVE'],
      ['/permission/0/duty/1', 'TECHNICAL'],
      ['/prohibition/0/remedy/0', 'DETECTIVE'],
    ]);
    const [deletion, log, payment] = enforcementOf(policy).slice(-3);
    expect([deletion?.attester, log?.attester, payment?.attester]).to.deep.equal([
      'CONSUMER',
      undefined,
      'PROVIDER',
    ]);
  });
});
