/**
 * Says the vectors of test/vectors/policy/explanation again:
 * `node --conditions=source --import tsx scripts/vectors/policy-explanation.ts`. The cases stand in the files: what is to be
 * said of which policy, decision or difference, and which way a difference goes. What is said of them is written by the
 * code, to be read before it is committed. A new case is written without its texts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { excessOf } from '../../chaincode/src/policy/analysis/index.js';
import { evaluate } from '../../chaincode/src/policy/evaluation/index.js';
import {
  explain,
  policyComparison,
  policyPassages,
  renderPolicy,
  type DecidedUse,
  type Language,
  type Passage,
} from '../../chaincode/src/policy/explanation/index.js';
import type { Policy } from '../../chaincode/src/model/odrl/index.js';
import { formatted } from '../formatted.js';

interface Named {
  readonly name: string;
}
type Rendered = Named & { readonly policy: Policy };
interface Difference extends Named {
  readonly before: Policy;
  readonly after: Policy;
  readonly isProven: boolean;
  readonly direction: string;
}

/** What is said in a language, with the pointers of all passages that have one. */
interface Told {
  readonly lines: readonly string[];
  readonly passages: readonly Passage[];
}

const pointersOf = (passages: readonly Passage[]): readonly string[] =>
  passages.flatMap(({ pointer, parts = [] }) => [pointer ?? [], pointersOf(parts)].flat());

function again<T extends Named>(of: T, tell: (language: Language) => Told): T {
  const [en, zh] = [tell('en'), tell('zh')];
  return { ...of, en: en.lines, zh: zh.lines, pointers: pointersOf(en.passages) };
}

const rendered = (of: Rendered): Rendered =>
  again(of, (language) => ({
    lines: renderPolicy(of.policy, language).split('\n'),
    passages: policyPassages(of.policy, language),
  }));

function decided(of: Named & DecidedUse): Named & DecidedUse {
  const { policy, attempt, world } = of;
  const report = world && evaluate(policy, attempt, world);
  return again(of, (language) => {
    const { summary, lines, passages } = explain({ ...of, report }, language);
    return { lines: [summary, ...lines], passages };
  });
}

function compared(of: Difference): Difference {
  const { name, before, after, isProven } = of;
  return again(of, (language) => {
    const told = policyComparison(before, after, language, isProven ? excessOf : undefined);
    if (told.direction !== of.direction) throw new Error(`${name} is ${told.direction}, not ${of.direction}`);
    return { lines: [told.summary, ...told.lines], passages: told.passages };
  });
}

async function sayAgain<T>(name: string, say: (of: T) => T): Promise<void> {
  const file = new URL(`../../test/vectors/policy/explanation/${name}.json`, import.meta.url).pathname;
  const { comment, cases } = JSON.parse(readFileSync(file, 'utf8')) as { comment: string; cases: T[] };
  writeFileSync(file, await formatted(file, JSON.stringify({ comment, cases: cases.map(say) })));
}

await sayAgain('renderings', rendered);
await sayAgain('decisions', decided);
await sayAgain('comparisons', compared);
