import type { DenialCode } from '../../../model/index.js';
import { dutiesOf } from '../../duties/index.js';
import { catalogueOf } from '../wording/catalogue.js';
import { bearingsOf } from './bearing.js';
import { findingsOf } from './findings.js';
import type { Language } from '../wording/language.js';
import { numberOf } from '../rendering/numbering.js';
import { outcomePassages } from './outcome.js';
import { passage, plainLines, type Passage } from '../rendering/passage.js';
import { plansOf } from '../rendering/plans.js';
import { quoted, visible } from '../rendering/quotation.js';
import { containmentNote } from '../rendering/policy.js';
import { actText } from '../rendering/subjects.js';
import { judgementOf, type DecidedUse, type ExplanationContext } from './context.js';
import { literalText } from '../rendering/values.js';

export interface Explanation {
  readonly language: Language;
  readonly verdict: 'ALLOW' | 'DENY';
  readonly code?: DenialCode;
  /** The decision and its reason in one sentence. */
  readonly summary: string;
  readonly passages: readonly Passage[];
  /** The passages as plain text, indented under what they belong to. */
  readonly lines: readonly string[];
}

function summaryOf({ texts, decided }: ExplanationContext): string {
  const { denial, permissions, policy } = decided;
  if (denial !== undefined) return texts.decision.denied(denial, texts.denials[denial].reason);
  const rules = permissions.map((pointer) => texts.decision.rule(numberOf(policy, pointer)));
  return texts.decision.allowed(texts.phrases.and(rules));
}

function askedPassage({ texts, decided }: ExplanationContext): Passage {
  const { attempt, world } = decided;
  const { decision } = texts;
  const named = (name: string | undefined): string | undefined => (name === undefined ? name : quoted(name));
  const lines = [
    decision.askedAction(actText(texts, { name: attempt.action }, undefined)),
    decision.askedParty(named(attempt.party)),
    decision.askedData(named(attempt.target)),
    ...(world ? [decision.decidedAt(literalText(texts, 'dateTime', world.at) ?? quoted(world.at))] : []),
  ];
  return passage(
    decision.asked,
    lines.map((line) => passage(line)),
  );
}

function factsPassage({ texts, decided }: ExplanationContext): Passage {
  const { facts, noFacts, fact } = texts.decision;
  const lines = decided.facts.map(({ key, value }) => passage(fact(visible(key), value)));
  return lines.length === 0 ? passage(noFacts) : passage(facts, lines);
}

/** Why a use was allowed or denied: what held, what did not, by which records, and what would have to change. */
export function explain(decided: DecidedUse, language: Language): Explanation {
  const { policy, denial, duties } = decided;
  const texts = catalogueOf(language);
  const plans = plansOf(duties ?? dutiesOf(policy));
  const context = { texts, decided, plans, judged: judgementOf(decided) };
  const bearings = bearingsOf(context);
  const passages = [
    askedPassage(context),
    ...findingsOf(context, bearings),
    ...outcomePassages(context, bearings),
    ...(context.judged ? containmentNote(texts, policy) : []),
    factsPassage(context),
  ];
  return {
    language,
    verdict: denial === undefined ? 'ALLOW' : 'DENY',
    ...(denial !== undefined && { code: denial }),
    summary: summaryOf(context),
    passages,
    lines: plainLines(passages),
  };
}
