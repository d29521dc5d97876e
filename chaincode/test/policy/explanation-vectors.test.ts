import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { denials, type Fact } from '../../src/model/index.js';
import { OPERATORS, type Attempt, type Policy, type PolicyWorld } from '../../src/model/odrl/index.js';
import { excessOf } from '../../src/policy/analysis/index.js';
import { dutiesOf } from '../../src/policy/duties/index.js';
import { evaluate } from '../../src/policy/evaluation/index.js';
import {
  comparePolicies,
  explain,
  LANGUAGES,
  policyComparison,
  policyPassages,
  renderPolicy,
  type Language,
  type Passage,
} from '../../src/policy/explanation/index.js';
import { OPERAND_TERMS } from '../../src/policy/explanation/wording/terms.js';
import { ACTIONS, OPERANDS } from '../../src/policy/vocabulary/index.js';

/** Texts, and the pointers of all passages in their order, which are the same in every language. */
interface Told extends Readonly<Record<Language, readonly string[]>> {
  readonly pointers: readonly string[];
}
interface Rendered extends Told {
  readonly name: string;
  readonly policy: Policy;
}
interface Decided extends Told {
  readonly name: string;
  readonly policy: Policy;
  readonly attempt: Attempt;
  readonly world?: PolicyWorld;
  readonly denial?: keyof typeof denials;
  readonly permissions: readonly string[];
  readonly facts: readonly Fact[];
}
interface Compared extends Told {
  readonly name: string;
  readonly before: Policy;
  readonly after: Policy;
  readonly isProven: boolean;
  readonly direction: string;
}

function vectors(name: string): readonly unknown[] {
  const file = new URL(`../../../test/vectors/policy/explanation/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: unknown[] }).cases;
}

const pointersOf = (passages: readonly Passage[]): readonly string[] =>
  passages.flatMap(({ pointer, parts = [] }) => [pointer ?? [], pointersOf(parts)].flat());

const renderings = vectors('renderings') as readonly Rendered[];
const decisions = vectors('decisions') as readonly Decided[];
const comparisons = vectors('comparisons') as readonly Compared[];

describe('policies in plain words', () => {
  for (const { name, policy, ...told } of renderings) {
    it(name, () => {
      for (const language of LANGUAGES) {
        expect(renderPolicy(policy, language).split('\n')).to.deep.equal(told[language]);
        expect(pointersOf(policyPassages(policy, language))).to.deep.equal(told.pointers);
      }
    });
  }

  it('have words for every term of the vocabulary, and for no other', () => {
    expect([...OPERAND_TERMS].sort()).to.deep.equal([...OPERANDS.keys()].sort());
  });

  it('are kept for every action, operand, operator and kind of duty', () => {
    const all = JSON.stringify(renderings.map(({ policy }) => policy));
    for (const name of [...ACTIONS, ...OPERANDS.keys(), ...OPERATORS]) expect(all).to.contain(`"${name}"`);
    const kinds = new Set(renderings.flatMap(({ policy }) => dutiesOf(policy).map(({ kind }) => kind)));
    expect([...kinds].sort()).to.deep.equal([
      'AFTER',
      'BEFORE',
      'CONSENT',
      'ONWARD',
      'RECEIPT',
      'TRANSFORMATION',
    ]);
  });
});

describe('explanations of decisions', () => {
  for (const { name, policy, attempt, world, denial, permissions, facts, ...told } of decisions) {
    it(name, () => {
      const report = world && evaluate(policy, attempt, world);
      for (const language of LANGUAGES) {
        const { summary, lines, verdict, code, passages } = explain(
          { policy, attempt, world, report, denial, permissions, facts },
          language,
        );
        expect([summary, ...lines]).to.deep.equal(told[language]);
        expect(pointersOf(passages)).to.deep.equal(told.pointers);
        expect([verdict, code]).to.deep.equal([denial === undefined ? 'ALLOW' : 'DENY', denial]);
      }
    });
  }

  it('are kept for every denial, and judged by the policy where the policy can deny', () => {
    const codes = new Set(decisions.flatMap(({ denial }) => denial ?? []));
    expect([...codes].sort()).to.deep.equal(Object.keys(denials).sort());
    const judged = new Set(decisions.filter(({ world }) => world).flatMap(({ denial }) => denial ?? []));
    expect([...judged].sort()).to.deep.equal([
      'ACTION',
      'BREACH',
      'COMPONENT_PROFILE',
      'CONFLICT',
      'CONSENT',
      'CONSTRAINT',
      'DUTY',
      'PROHIBITED',
      'PURPOSE',
      'QUOTA',
      'RECIPIENT',
      'TARGET',
      'TERRITORY',
      'TIME_WINDOW',
    ]);
  });
});

describe('comparisons of policies', () => {
  for (const { name, before, after, isProven, direction, ...told } of comparisons) {
    it(name, () => {
      for (const language of LANGUAGES) {
        const found = policyComparison(before, after, language, isProven ? excessOf : undefined);
        expect([found.summary, ...found.lines]).to.deep.equal(told[language]);
        expect(found.direction).to.equal(direction);
        expect(pointersOf(found.passages)).to.deep.equal(told.pointers);
        const text = comparePolicies(before, after, language, isProven ? excessOf : undefined);
        expect(text.split('\n')).to.deep.equal(told[language]);
      }
    });
  }
});
