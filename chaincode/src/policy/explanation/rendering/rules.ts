import type { Duty, Permission, Policy, Prohibition, Rule } from '../../../model/odrl/index.js';
import { detailsOf, headOf } from './heads.js';
import { numberOf } from './numbering.js';
import { passage, type Passage } from './passage.js';
import type { Mode } from '../wording/phrases.js';
import { planOf, type Plans } from './plans.js';
import type { Catalogue } from '../wording/texts.js';

/** What rules of one policy are written with. */
export interface Writing {
  readonly texts: Catalogue;
  readonly policy: Policy;
  readonly plans: Plans;
}

/** A duty, remedy or consequence with its number, how the ledger sees to it, and what follows when it is not done. */
export function dutyPassage(writing: Writing, duty: Duty, pointer: string): Passage {
  const { texts, policy, plans } = writing;
  const number = numberOf(policy, pointer);
  const { text, parts = [] } = headOf(texts, duty, 'Duty', pointer);
  const own = [...parts, ...detailsOf(texts, duty, 'Duty', pointer), ...planOf(texts, plans, pointer)];
  return passage(
    texts.phrases.dutyNumbered(number, text),
    [...own, ...consequences(writing, duty, pointer)],
    pointer,
  );
}

function consequences(writing: Writing, { consequence = [] }: Duty, pointer: string): readonly Passage[] {
  if (consequence.length === 0) return [];
  const { texts, policy } = writing;
  const parts = consequence.map((each, at) =>
    dutyPassage(writing, each, `${pointer}/consequence/${String(at)}`),
  );
  return [passage(texts.phrases.otherwise(numberOf(policy, pointer)), parts)];
}

function remedies(writing: Writing, { remedy = [] }: Prohibition, pointer: string): readonly Passage[] {
  if (remedy.length === 0) return [];
  const parts = remedy.map((each, at) => dutyPassage(writing, each, `${pointer}/remedy/${String(at)}`));
  return [passage(writing.texts.phrases.whenInfringed, parts)];
}

/** A whole rule of a policy as a numbered sentence, with everything that belongs to it. */
function rulePassage(
  writing: Writing,
  [mode, rule]: readonly [Mode, Rule],
  pointer: string,
  more: readonly Passage[],
): Passage {
  const { texts, policy } = writing;
  const { text, parts = [] } = headOf(texts, rule, mode, pointer);
  const under = [...parts, ...detailsOf(texts, rule, mode, pointer), ...more];
  return passage(texts.phrases.numbered(numberOf(policy, pointer), text), under, pointer);
}

export type RuleKind = 'permission' | 'prohibition' | 'obligation';

const PASSAGES: Readonly<Record<RuleKind, (writing: Writing, rule: Rule, pointer: string) => Passage>> = {
  permission: (writing, rule: Permission, pointer) =>
    rulePassage(
      writing,
      ['Permission', rule],
      pointer,
      (rule.duty ?? []).map((each, at) => dutyPassage(writing, each, `${pointer}/duty/${at}`)),
    ),
  prohibition: (writing, rule: Prohibition, pointer) =>
    rulePassage(writing, ['Prohibition', rule], pointer, remedies(writing, rule, pointer)),
  obligation: (writing, rule: Duty, pointer) =>
    rulePassage(writing, ['Duty', rule], pointer, [
      ...planOf(writing.texts, writing.plans, pointer),
      ...consequences(writing, rule, pointer),
    ]),
};

/** One rule of a policy, by its place among those of its kind. */
export const rulePassageOf = (writing: Writing, kind: RuleKind, at: number): Passage =>
  PASSAGES[kind](writing, writing.policy[kind]?.[at] ?? {}, `/${kind}/${at}`);

/** The rules of a policy in its order, each as a numbered sentence. */
export const rulePassages = (writing: Writing): readonly Passage[] =>
  (['permission', 'prohibition', 'obligation'] as const).flatMap((kind) =>
    (writing.policy[kind] ?? []).map((_, at) => rulePassageOf(writing, kind, at)),
  );
