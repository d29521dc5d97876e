import { expect } from 'chai';
import fc from 'fast-check';
import {
  CONFLICTS,
  valuesOf,
  type Attempt,
  type AtomicConstraint,
  type Policy,
  type PolicyWorld,
} from '../../src/model/odrl/index.js';
import { excessOf } from '../../src/policy/analysis/index.js';
import { dutiesOf } from '../../src/policy/duties/index.js';
import { decisionOf, evaluate } from '../../src/policy/evaluation/index.js';
import {
  explain,
  LANGUAGES,
  plainText,
  policyComparison,
  policyPassages,
  renderPolicy,
  type Language,
  type Passage,
} from '../../src/policy/explanation/index.js';
import { OPERANDS } from '../../src/policy/vocabulary/index.js';
import { casesOver, soundPolicies, wildPolicies } from './arbitraries.js';
import { times } from '../../../test/sampling.js';

/** A decision made as the ledger makes it. */
function decide(policy: Policy, attempt: Attempt, world: PolicyWorld): ReturnType<typeof decisionOf> {
  const kinds = new Map(dutiesOf(policy).map(({ pointer, kind }) => [pointer, kind]));
  const isDeferrable = (duty: string): boolean =>
    ['AFTER', 'RECEIPT', 'ONWARD'].includes(kinds.get(duty) ?? '');
  return decisionOf(policy, evaluate(policy, attempt, world), isDeferrable, attempt, world);
}

/** Text that a catalogue did not fill, or a part that has none. */
const UNFINISHED = /undefined|null|\[object|\{\}/;
const OWN_WORDS = /“[^”\n]*”/g;
/** The same passages in both languages: as many, about the same places. */
const shapeOf = (passages: readonly Passage[]): unknown =>
  passages.map(({ pointer, parts = [] }) => [pointer, shapeOf(parts)]);

describe('plain words for any policy', () => {
  for (const [name, policies] of Object.entries({ sound: soundPolicies, wild: wildPolicies })) {
    it(`${name} policies: explained, rendered and compared, the same passages in each language`, () => {
      fc.assert(
        fc.property(casesOver(policies), policies, ({ policy, attempt, world }, other) => {
          const { denial, permissions } = decide(policy, attempt, world);
          const report = evaluate(policy, attempt, world);
          const decided = { policy, attempt, world, report, denial, permissions, facts: [] };
          const told = (language: Language): readonly Passage[] => [
            ...explain(decided, language).passages,
            ...policyPassages(policy, language),
            ...policyComparison(policy, other, language).passages,
          ];
          const [english = [], chinese = []] = LANGUAGES.map(told);
          expect(shapeOf(english)).to.deep.equal(shapeOf(chinese));
          for (const passages of [english, chinese]) {
            expect(plainText(passages).replaceAll(OWN_WORDS, '')).not.to.match(UNFINISHED);
          }
        }),
        { numRuns: times(20) },
      );
    });
  }

  it('spell out what could not be seen, or would end a quotation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (text) => {
        const constraint = [
          { leftOperand: 'spatialCoordinates', operator: 'eq' as const, rightOperand: text },
        ];
        const rendered = renderPolicy(
          { '@type': 'Set', conflict: 'invalid', permission: [{ constraint }] },
          'en',
        );
        expect(rendered.split('\n')).to.have.length(3);
        expect(rendered.match(/[“”]/g)).to.deep.equal(['“', '”']);
        expect(rendered).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
      }),
      { numRuns: times(25) },
    );
  });

  it('say every plain value, and name every term that has no words', () => {
    const words = (policy: Policy): readonly string[] =>
      [...(policy.permission ?? []), ...(policy.prohibition ?? [])]
        .flatMap(({ constraint = [] }) => constraint)
        .filter((each): each is AtomicConstraint => 'leftOperand' in each)
        .flatMap((each) => [
          ...(OPERANDS.has(each.leftOperand) ? [] : [each.leftOperand]),
          ...(OPERANDS.get(each.leftOperand)?.kind === 'name' ? valuesOf(each) : []),
        ])
        .filter((each) => typeof each === 'string')
        .filter((each) => /^[a-z.]+$/i.test(each));
    fc.assert(
      fc.property(wildPolicies, (policy) => {
        const rendered = renderPolicy(policy, 'en');
        for (const word of words(policy)) expect(rendered).to.contain(word);
      }),
      { numRuns: times(40) },
    );
  });
});

const conditions = fc.constantFrom<AtomicConstraint[]>(
  [{ leftOperand: 'purpose', operator: 'eq', rightOperand: 'maintenance' }],
  [{ leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: ['maintenance', 'research'] }],
  [{ leftOperand: 'spatial', operator: 'eq', rightOperand: 'CN' }],
  [
    { leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' },
    { leftOperand: 'spatial', operator: 'eq', rightOperand: 'CN-31' },
  ],
);
const rule = {
  action: fc.constantFrom({ name: 'use' }, { name: 'read' }, { name: 'print' }),
  target: fc.constant({ uid: 'press-7' }),
  assignee: fc.constant({ uid: 'acme' }),
  constraint: conditions,
};
const duty = fc.constantFrom({ action: { name: 'delete' } }, { action: { name: 'compensate' } });
const list = <T>(each: fc.Arbitrary<T>, minLength: number): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength, maxLength: 2 });
/** Policies so much alike that one is often narrower than another, and of some use is often made. */
const alike = fc.record(
  {
    '@type': fc.constant('Set' as const),
    conflict: fc.constantFrom(...CONFLICTS),
    permission: list(
      fc.record({ ...rule, duty: fc.array(duty, { minLength: 1, maxLength: 1 }) }, { requiredKeys: [] }),
      1,
    ),
    prohibition: list(fc.record(rule, { requiredKeys: ['action', 'constraint'] }), 1),
    obligation: list(duty, 1),
  },
  { requiredKeys: ['@type', 'conflict', 'permission'] },
) as fc.Arbitrary<Policy>;
/** The policy with something left out: conditions, duties, prohibitions, obligations or a permission. */
function thinned({ permission = [], prohibition, obligation, ...rest }: Policy, choice: number): Policy {
  const [first = {}, ...others] = permission;
  const { constraint: _, ...unconditional } = first;
  const { duty: __, ...free } = first;
  const all = { ...(prohibition && { prohibition }), ...(obligation && { obligation }) };
  return [
    { ...rest, ...all, permission: [unconditional, ...others] },
    { ...rest, ...all, permission: [free, ...others] },
    { ...rest, ...(obligation && { obligation }), permission },
    { ...rest, ...(prohibition && { prohibition }), permission },
    { ...rest, ...all, permission: others.length > 0 ? others : permission },
    {
      ...rest,
      ...all,
      permission,
      ...(prohibition && { prohibition: prohibition.map(({ action }) => ({ action })) }),
    },
  ][choice] as Policy;
}
const pairs = fc.oneof(
  fc.tuple(alike, alike),
  fc.tuple(alike, fc.nat(5)).map(([policy, choice]) => [policy, thinned(policy, choice)] as const),
  fc.tuple(alike, fc.nat(5)).map(([policy, choice]) => [thinned(policy, choice), policy] as const),
);
const circumstances = fc
  .tuple(
    fc.constantFrom('use', 'read'),
    fc.option(fc.constantFrom('maintenance', 'research'), { nil: undefined }),
    fc.option(fc.constantFrom('CN', 'CN-31', 'DE'), { nil: undefined }),
  )
  .map(([action, purpose, spatial]): [Attempt, PolicyWorld] => [
    { action, party: 'acme', target: 'press-7' },
    {
      at: '2026-12-01T00:00:00.000Z',
      facts: Object.entries({ purpose, spatial }).flatMap(([operand, value]) =>
        value === undefined ? [] : [{ operand, value }],
      ),
      members: [],
      duties: [],
    },
  ]);

describe('narrower and wider', () => {
  for (const [name, excess] of Object.entries({ 'by what changed': undefined, 'by proof, too': excessOf })) {
    it(`${name}: what is narrower permits nothing new, what is wider all there was`, () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(pairs, circumstances, ([before, after], [attempt, world]) => {
          const { direction } = policyComparison(before, after, 'en', excess);
          const [was, is] = [before, after].map((each) => decide(each, attempt, world).denial === undefined);
          seen.add(`${direction} ${String(was)} ${String(is)}`);
          if (direction === 'narrower' || direction === 'same') expect(!is || was).to.equal(true);
          if (direction === 'wider' || direction === 'same') expect(!was || is).to.equal(true);
        }),
        { numRuns: times(150) },
      );
      expect([...seen]).to.include.members(['narrower true false', 'wider false true']);
    });
  }
});

describe('explanations of denials by the policy', () => {
  it('name the rule, condition or duty that decided', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(alike, circumstances, (policy, [attempt, world]) => {
        const { denial, permissions } = decide(policy, attempt, world);
        if (denial === undefined) return;
        seen.add(denial);
        const report = evaluate(policy, attempt, world);
        const { passages } = explain(
          { policy, attempt, world, report, denial, permissions, facts: [] },
          'en',
        );
        const under = (heading: string): readonly Passage[] =>
          passages.find(({ text }) => text === heading)?.parts ?? [];
        const named = denial === 'DUTY' ? under('What would have to change:') : under('What decided:');
        expect(named.filter(({ pointer }) => pointer !== undefined)).not.to.deep.equal([]);
      }),
      { numRuns: times(150) },
    );
    expect([...seen]).to.include.members([
      'ACTION',
      'PURPOSE',
      'TERRITORY',
      'DUTY',
      'PROHIBITED',
      'CONFLICT',
    ]);
  });
});
