import type { Duty, Permission, Policy, Prohibition, Rule } from '../../../model/odrl/index.js';
import { detailsOf, headOf } from './heads.js';
import { numberOf } from './numbering.js';
import { passage, type Passage } from './passage.js';
import type { RuleMode } from '../wording/phrases.js';
import { planOf, type Plans } from './plans.js';
import type { Catalogue } from '../wording/texts.js';

/** What rules of one policy are written with. */
export interface RenderingContext {
  readonly texts: Catalogue;
  readonly policy: Policy;
  readonly plans: Plans;
}

/** A duty, remedy or consequence with its number, how the ledger sees to it, and what follows when it is not done. */
function dutyPassage(context: RenderingContext, duty: Duty, pointer: string): Passage {
  const { texts, policy, plans } = context;
  const number = numberOf(policy, pointer);
  const { text, parts = [] } = headOf(texts, duty, 'Duty', pointer);
  const own = [...parts, ...detailsOf(texts, duty, 'Duty', pointer), ...planOf(texts, plans, pointer)];
  return passage(
    texts.phrases.dutyNumbered(number, text),
    [...own, ...consequences(context, duty, pointer)],
    pointer,
  );
}

function consequences(
  context: RenderingContext,
  { consequence = [] }: Duty,
  pointer: string,
): readonly Passage[] {
  if (consequence.length === 0) return [];
  const { texts, policy } = context;
  const parts = consequence.map((each, at) =>
    dutyPassage(context, each, `${pointer}/consequence/${String(at)}`),
  );
  return [passage(texts.phrases.otherwise(numberOf(policy, pointer)), parts)];
}

function remedies(
  context: RenderingContext,
  { remedy = [] }: Prohibition,
  pointer: string,
): readonly Passage[] {
  if (remedy.length === 0) return [];
  const parts = remedy.map((each, at) => dutyPassage(context, each, `${pointer}/remedy/${String(at)}`));
  return [passage(context.texts.phrases.whenInfringed, parts)];
}

/** A whole rule of a policy as a numbered sentence, with everything that belongs to it. */
function rulePassage(
  context: RenderingContext,
  [mode, rule]: readonly [RuleMode, Rule],
  pointer: string,
  more: readonly Passage[],
): Passage {
  const { texts, policy } = context;
  const { text, parts = [] } = headOf(texts, rule, mode, pointer);
  const under = [...parts, ...detailsOf(texts, rule, mode, pointer), ...more];
  return passage(texts.phrases.numbered(numberOf(policy, pointer), text), under, pointer);
}

export type RuleKind = 'permission' | 'prohibition' | 'obligation';

const PASSAGES: Readonly<
  Record<RuleKind, (context: RenderingContext, rule: Rule, pointer: string) => Passage>
> = {
  permission: (context, rule: Permission, pointer) =>
    rulePassage(
      context,
      ['Permission', rule],
      pointer,
      (rule.duty ?? []).map((each, at) => dutyPassage(context, each, `${pointer}/duty/${at}`)),
    ),
  prohibition: (context, rule: Prohibition, pointer) =>
    rulePassage(context, ['Prohibition', rule], pointer, remedies(context, rule, pointer)),
  obligation: (context, rule: Duty, pointer) =>
    rulePassage(context, ['Duty', rule], pointer, [
      ...planOf(context.texts, context.plans, pointer),
      ...consequences(context, rule, pointer),
    ]),
};

/** One rule of a policy, by its place among those of its kind. */
export const rulePassageOf = (context: RenderingContext, kind: RuleKind, at: number): Passage =>
  PASSAGES[kind](context, context.policy[kind]?.[at] ?? {}, `/${kind}/${at}`);

/** The rules of a policy in its order, each as a numbered sentence. */
export const rulePassages = (context: RenderingContext): readonly Passage[] =>
  (['permission', 'prohibition', 'obligation'] as const).flatMap((kind) =>
    (context.policy[kind] ?? []).map((_, at) => rulePassageOf(context, kind, at)),
  );
