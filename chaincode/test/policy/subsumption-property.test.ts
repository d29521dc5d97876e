import { expect } from 'chai';
import fc from 'fast-check';
import type { Constraint, Duty, Permission, Policy } from '../../src/model/odrl/index.js';
import { excessOf } from '../../src/policy/analysis/index.js';
import { casesOver, wildPolicies } from './arbitraries.js';
import {
  constraintsOn,
  isAllowed,
  operandPairs,
  permissionsOn,
  policiesOn,
  prohibitionsOn,
  situationsOf,
} from './small-worlds.js';
import { times } from '../../../test/sampling.js';

const isWithin = (child: Policy, parent: Policy): boolean => excessOf(child, parent).length === 0;

/** First situation in which the child permits what the parent does not. */
function leakOf(child: Policy, parent: Policy, operands: readonly string[], seed: number): unknown {
  for (const situation of situationsOf(operands, seed)) {
    if (isAllowed(child, situation) && !isAllowed(parent, situation)) return situation;
  }
  return undefined;
}

const NARROWER: Readonly<Record<string, readonly string[]>> = {
  use: ['read', 'play', 'display', 'distribute', 'use'],
  play: ['display'],
};

/** One way to change a permission, most of them to a narrower one. */
type Change = (rule: Permission, constraint: Constraint, pick: number) => Permission;
const CHANGES: readonly Change[] = [
  (rule) => rule,
  (rule, constraint) => ({ ...rule, constraint: [...(rule.constraint ?? []), constraint] }),
  (rule, constraint) => ({ ...rule, constraint: [{ and: [constraint, ...(rule.constraint ?? [])] }] }),
  (rule, constraint) => ({
    ...rule,
    constraint: (rule.constraint ?? [constraint]).map((of) => ({ or: [of, constraint] })),
  }),
  (rule, _constraint, pick) => {
    const { action = { name: 'use' } } = rule;
    const names = NARROWER[action.name] ?? [action.name];
    return { ...rule, action: { ...action, name: names[pick % names.length]! } };
  },
  (rule) => ({ ...rule, duty: [...(rule.duty ?? []), { action: { name: 'compensate' } }] }),
  (rule, _constraint, pick) => ({ ...rule, constraint: rule.constraint?.slice(pick % 2) ?? [] }),
  (rule, constraint) => ({
    ...rule,
    constraint: rule.constraint?.map((of) => perturbed(of, constraint)) ?? [],
  }),
  (rule, _constraint, pick) => ({ ...rule, duty: (rule.duty ?? []).slice(pick % 2) }),
  (rule) => ({ ...rule, duty: rule.duty?.map(hastened) ?? [] }),
];

/** The constraint with what the other asks for, where both are on one operand. */
const perturbed = (of: Constraint, by: Constraint): Constraint =>
  'leftOperand' in of && 'leftOperand' in by && of.leftOperand === by.leftOperand ? by : of;

const hastened = (duty: Duty): Duty => JSON.parse(JSON.stringify(duty).replaceAll('"P2D"', '"P1D"')) as Duty;

const tidy = (policy: Policy): Policy =>
  JSON.parse(
    JSON.stringify(policy, (_name, value: unknown) =>
      Array.isArray(value) && value.length === 0 ? undefined : value,
    ),
  ) as Policy;

/** A policy made of another by changes, so that it often lies within it. */
const descendantsOf = (parent: Policy, operands: readonly string[]): fc.Arbitrary<Policy> =>
  fc
    .record({
      changes: fc.array(fc.tuple(fc.constantFrom(...CHANGES), constraintsOn(operands), fc.nat(9)), {
        minLength: 3,
        maxLength: 3,
      }),
      skipped: fc.nat(2),
      prohibition: fc.array(prohibitionsOn(operands), { maxLength: 1 }),
      permission: fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(permissionsOn(operands), { maxLength: 1 }) },
      ),
      conflict: fc.constantFrom(parent.conflict, parent.conflict, 'prohibit' as const, 'perm' as const),
      dropped: fc.nat(8),
    })
    .map(({ changes, skipped, prohibition, permission, conflict, dropped }) => {
      const kept = (parent.permission ?? []).filter((_rule, index) => index !== skipped || index === 0);
      return tidy({
        ...parent,
        conflict,
        permission: [
          ...kept.map((rule, index) => {
            const [change, constraint, pick] = changes[index % changes.length]!;
            return change(rule, constraint, pick);
          }),
          ...permission,
        ],
        prohibition: [...(parent.prohibition ?? []).slice(dropped === 0 ? 1 : 0), ...prohibition],
        obligation: (parent.obligation ?? []).slice(dropped === 1 ? 1 : 0),
      });
    });

const families = operandPairs.chain((operands) =>
  policiesOn(operands).chain((parent) =>
    descendantsOf(parent, operands).chain((child) =>
      descendantsOf(child, operands).map((grandchild) => ({ operands, parent, child, grandchild })),
    ),
  ),
);

describe('policy subsumption: properties', () => {
  it('what lies within another policy permits nothing that the other does not', () => {
    let within = 0;
    let apart = 0;
    fc.assert(
      fc.property(families, fc.nat(10_000), ({ operands, parent, child, grandchild }, seed) => {
        for (const candidate of [child, grandchild]) {
          if (isWithin(candidate, parent)) {
            within += 1;
            expect(leakOf(candidate, parent, operands, seed)).to.equal(undefined);
          } else apart += 1;
        }
      }),
      { numRuns: times(30) },
    );
    expect(within, 'pairs that lie within').to.be.greaterThan(20);
    expect(apart, 'pairs that do not').to.be.greaterThan(20);
  });

  it('a policy lies within itself, whatever it says', () => {
    fc.assert(
      fc.property(casesOver(wildPolicies), ({ policy }) => {
        expect(excessOf(policy, policy)).to.deep.equal([]);
      }),
      { numRuns: times(80) },
    );
  });

  it('what lies within what lies within a policy lies within it', () => {
    let chains = 0;
    fc.assert(
      fc.property(families, ({ parent, child, grandchild }) => {
        if (!isWithin(child, parent) || !isWithin(grandchild, child)) return;
        chains += 1;
        expect(excessOf(grandchild, parent)).to.deep.equal([]);
      }),
      { numRuns: times(250) },
    );
    expect(chains).to.be.greaterThan(60);
  });
});
