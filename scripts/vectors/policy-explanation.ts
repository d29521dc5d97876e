/**
 * Makes the vectors of test/vectors/policy/explanation:
 * `node --conditions=source --import tsx scripts/vectors/policy-explanation.ts`. What is expected is what the code says, to
 * be read before it is committed; what is decided, and which way a change goes, the cases state, and it must agree.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { excessOf } from '../../chaincode/src/rules/policy/analysis/index.js';
import { evaluate } from '../../chaincode/src/rules/policy/evaluation/index.js';
import {
  explain,
  policyComparison,
  renderPolicy,
  type Language,
} from '../../chaincode/src/rules/policy/explanation/index.js';
import { COMPARISONS, type Pair } from './policy-comparisons.js';
import { DECISIONS, type Case } from './policy-decisions.js';
import { RENDERINGS } from './policy-renderings.js';

const FOLDER = new URL('../../test/vectors/policy/explanation/', import.meta.url);

const inBoth = <T>(make: (language: Language) => T): Readonly<Record<Language, T>> => ({ en: make('en'), zh: make('zh') });

function decisionOf({ name, ...decided }: Case): object {
  const { policy, attempt, world, denial } = decided;
  const report = world && evaluate(policy, attempt, world);
  const told = inBoth((language) => {
    const { summary, lines } = explain({ ...decided, denial, report }, language);
    return [summary, ...lines];
  });
  return { name, ...decided, ...told };
}

function comparisonOf({ name, before, after, isProven, direction }: Pair): object {
  const told = inBoth((language) => policyComparison(before, after, language, isProven ? excessOf : undefined));
  if (told.en.direction !== direction) throw new Error(`${name} is ${told.en.direction}, not ${direction}`);
  const lines = inBoth((language) => [told[language].summary, ...told[language].lines]);
  return { name, before, after, isProven, direction, ...lines };
}

const CONTENTS = {
  renderings: {
    comment: 'Canonical policies in plain words: every action, operand, operator, duty and party function.',
    cases: RENDERINGS.map(([name, policy]) => ({
      name,
      policy,
      ...inBoth((language) => renderPolicy(policy, language).split('\n')),
    })),
  },
  decisions: {
    comment:
      'Why a use was allowed or denied: every denial, every operand. No world: the decision fell before the policy was asked. The first line is the summary.',
    cases: DECISIONS.map(decisionOf),
  },
  comparisons: {
    comment:
      'What changed between two policies, and which way. Where isProven is true, subsumption was examined. The first line is the summary.',
    cases: COMPARISONS.map(comparisonOf),
  },
};

mkdirSync(FOLDER, { recursive: true });
for (const [name, content] of Object.entries(CONTENTS)) {
  const file = new URL(`${name}.json`, FOLDER).pathname;
  const options = { ...(await resolveConfig(file)), filepath: file };
  writeFileSync(file, await format(JSON.stringify(content), options));
}
