import { expect } from 'chai';
import fc from 'fast-check';
import { encode, type Json, type Policy, type PolicyWorld } from '@tallystick/chaincode/model';
import { policy as canonical, type Constraint, type Known } from '../../src/model/odrl/index.js';
import { admit, excessOf } from '../../src/policy/analysis/index.js';
import { newEffort } from '../../src/policy/analysis/effort.js';
import { contradictionIn } from '../../src/policy/analysis/satisfiability.js';
import { ANSWER_STEPS, evaluate, stepsOf } from '../../src/policy/evaluation/index.js';
import { areDutiesKept } from '../../src/policy/analysis/succession.js';
import { readPolicy } from '../../src/policy/reading/index.js';
import { times } from '../../../test/sampling.js';

const AT = '2026-12-01T00:00:00.000Z';
const ATTEMPT = { action: 'read' };

/** Everything that multiplies: how many of what, how long, how deep. */
const shapes = fc.record({
  constraints: fc.integer({ min: 1, max: 60 }),
  facts: fc.integer({ min: 0, max: 60 }),
  length: fc.integer({ min: 4, max: 300 }),
  values: fc.integer({ min: 1, max: 20 }),
  depth: fc.integer({ min: 0, max: 7 }),
  rules: fc.integer({ min: 1, max: 6 }),
  operand: fc.constantFrom('fileFormat', 'meteredTime', 'resolution', 'language', 'spatialCoordinates'),
});
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

function valueOf({ operand, length }: Pick<Shape, 'operand' | 'length'>, at: number): Known['value'] {
  if (operand === 'meteredTime') return { '@value': `P${at + 1}M`, '@type': 'xsd:duration' };
  if (operand === 'resolution') return { '@value': `${at}.${'1'.repeat(30)}`, '@type': 'xsd:decimal' };
  return operand === 'language' ? `en-a${at}` : `v${at}.`.padEnd(length, 'x.y');
}

function policyOf(shape: Shape): Policy {
  const isSet = shape.operand === 'fileFormat' || shape.operand === 'spatialCoordinates';
  const values = Array.from({ length: shape.values }, (_, at) => valueOf(shape, at));
  const atom: Constraint = isSet
    ? { leftOperand: shape.operand, operator: 'isNoneOf', rightOperand: values }
    : { leftOperand: shape.operand, operator: 'eq', rightOperand: valueOf(shape, 0) };
  const nested = (depth: number): Constraint => (depth === 0 ? atom : { and: [nested(depth - 1)] });
  const constraint = Array.from({ length: shape.constraints }, () => nested(shape.depth));
  const rule = { action: { name: 'use' }, constraint };
  const rules = Array.from({ length: shape.rules }, () => rule);
  return canonical.parse({ '@type': 'Set', conflict: 'prohibit', permission: rules, prohibition: rules });
}

const worldOf = (shape: Shape): PolicyWorld => ({
  at: AT,
  facts: Array.from({ length: shape.facts }, (_, at) => ({
    operand: shape.operand,
    value: valueOf(shape, at + 7),
    source: 'attestation/x',
  })),
  members: [],
  duties: [],
});

describe('steps of judging a use', () => {
  it('bound what is written of it, whatever multiplies', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const [policy, world] = [policyOf(shape), worldOf(shape)];
        const steps = stepsOf(policy, world);
        // Sixteen characters a step, and the words around them.
        if (steps < 50_000)
          expect(encode(evaluate(policy, ATTEMPT, world)).length).to.be.at.most(steps * 400);
        const more = stepsOf(policy, { ...world, facts: [...world.facts, ...world.facts] });
        expect(more).to.be.at.least(steps);
      }),
      { numRuns: times(60) },
    );
  });

  it('are too many for the largest policy over all that can be stated, and few for what is usual', () => {
    const shape = { constraints: 588, facts: 200, length: 300, values: 1, depth: 0, rules: 1 };
    const largest = { ...shape, operand: 'fileFormat' as const };
    const alone = { ...policyOf({ ...largest, constraints: 294 }), prohibition: undefined };
    const policy = { ...alone, permission: [...(alone.permission ?? []), ...(alone.permission ?? [])] };
    expect(stepsOf(policy, worldOf(largest))).to.be.greaterThan(ANSWER_STEPS);
    const usual = { ...largest, constraints: 20, facts: 20, length: 40 };
    expect(stepsOf(policyOf(usual), worldOf(usual))).to.be.below(ANSWER_STEPS / 20);
  });

  it('are more for numbers than for names, which are looked up', () => {
    const of = (operand: Shape['operand']): number => {
      const shape = { constraints: 50, facts: 50, length: 8, values: 1, depth: 0, rules: 1, operand };
      return stepsOf(policyOf(shape), worldOf(shape));
    };
    expect(of('resolution')).to.be.greaterThan(of('fileFormat') * 2);
    expect(of('meteredTime')).to.be.greaterThan(of('fileFormat') * 2);
  });
});

describe('steps of comparing policies', () => {
  it('of a choice beside many exclusions do not grow with both: the place of each value is found once', () => {
    let looks = 0;
    const on = (operator: 'neq' | 'gteq' | 'lteq' | 'lt', second: number): Constraint => ({
      leftOperand: 'dateTime',
      operator,
      get rightOperand() {
        looks += 1;
        const at = new Date(Date.UTC(2027, 0, 1, 0, 0, second)).toISOString();
        return { '@value': at, '@type': 'xsd:dateTime' };
      },
    });
    const excluded = Array.from({ length: 200 }, (_, second) => on('neq', second));
    const choice = { or: Array.from({ length: 200 }, (_, second) => on('lt', 300 + second)) };
    const all = [on('gteq', 0), on('lteq', 600), ...excluded, choice];
    expect(contradictionIn(all, newEffort())).to.equal(undefined);
    expect(looks).to.be.within(400, 1200);
  });

  it('end, however many duties are compared, and then nothing is proven', () => {
    const duties = (name: string) => Array.from({ length: 20 }, () => ({ action: { name } }));
    const effort = newEffort();
    const [own, outer] = [[...duties('inform'), { action: { name: 'delete' } }], duties('delete')];
    let asked = 0;
    while (areDutiesKept(own, outer, effort)) asked += 1;
    expect(asked).to.be.within(10, 2000);
    expect(effort.left).to.be.below(0);
  });

  it('make each text once', () => {
    const rule = (at: number) => ({
      action: { name: 'use' },
      constraint: Array.from({ length: 11 }, (_, index) => ({
        leftOperand: 'fileFormat',
        operator: 'eq' as const,
        rightOperand: `f${at}-${index}`,
      })),
    });
    const policy = canonical.parse({
      '@type': 'Set',
      conflict: 'invalid',
      permission: Array.from({ length: 50 }, (_, at) => rule(at)),
    });
    expect(admit(policy)).to.deep.equal([]);
    expect(excessOf(policy, policy)).to.deep.equal([]);
  });
});

describe('steps of reading what is inherited', () => {
  it('are taken for four policies at most, and for no more than one may have', () => {
    const parent = policyOf({
      constraints: 20,
      facts: 0,
      length: 8,
      values: 1,
      depth: 0,
      rules: 6,
      operand: 'fileFormat',
    });
    const problemsOf = (names: readonly string[], policy = parent): readonly string[] => {
      const document: Json = { permission: { action: 'use' }, inheritFrom: [...names] };
      const reading = readPolicy(document, new Map(names.map((name) => [name, policy])));
      return 'problems' in reading ? reading.problems.map(({ reason }) => reason) : [];
    };
    expect(problemsOf(['a', 'b'])).to.deep.equal([]);
    expect(problemsOf(['a', 'b', 'c', 'd', 'e'])).to.deep.equal(['must not be more than 4']);
    expect(problemsOf(['a', 'b', 'c'])).to.deep.equal([
      'inherits more rules or constraints than a policy may have',
    ]);
  });
});
