import { expect } from 'chai';
import fc from 'fast-check';
import { policy as canonical, type Policy } from '../../src/model/odrl/index.js';
import { admit, enforcementOf, excessOf, lint, quotaOf } from '../../src/policy/analysis/index.js';
import { dutiesOf } from '../../src/policy/duties/index.js';
import { casesOver, dutyPointers, soundPolicies, wildPolicies } from './arbitraries.js';
import { isAllowed, operandPairs, policiesOn, situationsOf } from './small-worlds.js';
import { times } from '../../../test/sampling.js';

const families = operandPairs.chain((operands) =>
  policiesOn(operands).map((policy) => ({ operands, policy })),
);

/** Half of the policies forbid what one of their permissions permits, or would hardly ever do so. */
const forbidding = fc
  .tuple(families, fc.boolean(), fc.nat(2))
  .map(([{ operands, policy }, isForbidding, pick]) => {
    const { duty: _duty, constraint, ...rule } = policy.permission![pick % policy.permission!.length]!;
    const held = constraint?.slice(pick);
    const shadow = { ...rule, ...(held && held.length > 0 && { constraint: held }) };
    return {
      operands,
      policy: isForbidding ? { ...policy, prohibition: [...(policy.prohibition ?? []), shadow] } : policy,
    };
  });

/** The policy without its other permissions, and without the duties of this one. */
const only = (policy: Policy, index: number): Policy => {
  const { duty: _duty, ...rule } = policy.permission![index]!;
  const { obligation: _obligation, ...rest } = policy;
  return { ...rest, permission: [rule] };
};

describe('policy analysis: properties', () => {
  it('a permission found dead is of no use in any state of the world', () => {
    const dead = { contradictory: 0, shadowed: 0 };
    fc.assert(
      fc.property(forbidding, fc.nat(10_000), ({ operands, policy }, seed) => {
        for (const { pointer, reason } of admit(policy)) {
          const [, index] = /^\/permission\/(\d+)$/.exec(pointer) ?? [];
          if (index === undefined) continue;
          dead[reason.startsWith('/prohibition') ? 'shadowed' : 'contradictory'] += 1;
          const alone = only(policy, Number(index));
          for (const situation of situationsOf(operands, seed)) {
            expect(isAllowed(alone, situation), reason).to.equal(false);
          }
        }
      }),
      { numRuns: times(100, 400) },
    );
    expect(dead.contradictory, 'contradictions found').to.be.greaterThan(5);
    expect(dead.shadowed, 'prohibitions that forbid all').to.be.greaterThan(20);
  });

  it('a branch found dead can be left out', () => {
    let dead = 0;
    fc.assert(
      fc.property(families, fc.nat(10_000), ({ operands, policy }, seed) => {
        for (const { code, pointer } of lint(policy)) {
          if (code !== 'DEAD_BRANCH') continue;
          dead += 1;
          const kept = without(policy, pointer);
          for (const situation of situationsOf(operands, seed)) {
            expect(isAllowed(kept, situation), pointer).to.equal(isAllowed(policy, situation));
          }
        }
      }),
      { numRuns: times(150, 400) },
    );
    expect(dead).to.be.greaterThan(5);
  });

  it('a policy in which lint finds no error is admitted, and one refused has an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          families.map(({ policy }) => policy),
          soundPolicies,
          wildPolicies,
        ),
        (policy) => {
          const errors = lint(policy).filter(({ severity }) => severity === 'error');
          const problems = admit(policy);
          if (errors.length === 0) expect(problems).to.deep.equal([]);
          for (const { pointer } of problems)
            expect(errors.map((found) => found.pointer)).to.include(pointer);
        },
      ),
      { numRuns: times(40) },
    );
  });

  it('nothing that the schema allows makes the analysis fail, and every place it names is there', () => {
    fc.assert(
      fc.property(casesOver(wildPolicies), ({ policy }) => {
        const findings = lint(policy);
        for (const { pointer, reason } of [...findings, ...admit(policy)]) {
          expect(reason).to.not.equal('');
          expect(at(policy, pointer), pointer).to.not.equal(undefined);
        }
        expect(dutiesOf(policy).map(({ pointer }) => pointer)).to.have.members(dutyPointers(policy));
        for (const { pointer } of enforcementOf(policy)) expect(at(policy, pointer)).to.not.equal(undefined);
        expect(excessOf(policy, policy)).to.deep.equal([]);
        expect(quotaOf(policy) ?? 0).to.be.within(0, 1_000_000);
      }),
      { numRuns: times(40) },
    );
  });
});

/** Value at a JSON pointer. */
const at = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);

/** The policy without the item of a list that a JSON pointer names. */
function without(policy: Policy, pointer: string): Policy {
  const copy = structuredClone(policy);
  const end = pointer.lastIndexOf('/');
  (at(copy, pointer.slice(0, end)) as unknown[]).splice(Number(pointer.slice(end + 1)), 1);
  return canonical.parse(copy);
}
