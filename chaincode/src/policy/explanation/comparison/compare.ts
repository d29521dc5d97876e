import { encode } from '../../../model/index.js';
import type { Policy, Rule } from '../../../model/odrl/index.js';
import { dutiesOf } from '../../duties/index.js';
import { catalogueOf } from '../wording/catalogue.js';
import { memberChange, type Change } from './change.js';
import { withProof, provenBetween, directionOfAll, type Excess } from './direction.js';
import type { Language } from '../wording/language.js';
import { match } from './matching.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, plainLines, plainText, type Passage } from '../rendering/passage.js';
import { BEYOND, type Beyond, type Direction, type RuleMode } from '../wording/phrases.js';
import { plansOf } from '../rendering/plans.js';
import { quoted } from '../rendering/quotation.js';
import { rulePassageOf, type RuleKind } from '../rendering/rules.js';
import { RULE_LIKENESSES, ruleChanges, textWithoutUid } from './rule-changes.js';
import type { Catalogue } from '../wording/texts.js';

/** What changed from one policy to another. */
export interface PolicyComparison {
  readonly language: Language;
  /** Of the policy as a whole. `narrower` and `wider` are proven, or follow from what changed. */
  readonly direction: Direction;
  readonly summary: string;
  readonly passages: readonly Passage[];
  /** The passages as plain text, indented under what they belong to. */
  readonly lines: readonly string[];
}

/** Two policies being compared. */
interface Comparing {
  readonly texts: Catalogue;
  readonly before: Policy;
  readonly after: Policy;
  readonly excess: Excess | undefined;
}

const MODES: Readonly<Record<RuleKind, RuleMode>> = {
  permission: 'Permission',
  prohibition: 'Prohibition',
  obligation: 'Duty',
};
const KINDS: readonly RuleKind[] = ['permission', 'prohibition', 'obligation'];

const rulesOf = (policy: Policy, kind: RuleKind): readonly Rule[] => policy[kind] ?? [];
const pointerOf = (policy: Policy, kind: RuleKind, rule: Rule): string =>
  `/${kind}/${String(rulesOf(policy, kind).indexOf(rule))}`;

/** A policy of one rule, to prove something of that rule alone. */
const alone = (kind: RuleKind, rule: Rule): Policy => ({
  '@type': 'Set',
  conflict: 'invalid',
  [kind]: [rule],
});

function changedRule(comparing: Comparing, kind: RuleKind, [was, is]: readonly [Rule, Rule]): Change {
  const { texts, before, after, excess } = comparing;
  const changes = ruleChanges(texts, [MODES[kind], was, is]);
  const known = directionOfAll(changes.map(({ direction }) => direction));
  const direction = excess
    ? withProof(known, provenBetween(alone(kind, was), alone(kind, is), excess))
    : known;
  const numbers = [
    numberOf(before, pointerOf(before, kind, was)),
    numberOf(after, pointerOf(after, kind, is)),
  ] as const;
  const text = texts.comparison.changedRule(MODES[kind], ...numbers, texts.comparison.direction[direction]);
  const parts = changes.map((each) => each.passage);
  return { passage: passage(text, parts, pointerOf(after, kind, is)), direction };
}

/** A rule that only one of the two has, written out. */
function loneRule({ texts, before, after }: Comparing, kind: RuleKind, rule: Rule, isAdded: boolean): Change {
  const policy = isAdded ? after : before;
  const pointer = pointerOf(policy, kind, rule);
  const direction = isAdded === (kind === 'permission') ? 'wider' : 'narrower';
  const head = isAdded ? texts.comparison.addedRule : texts.comparison.removedRule;
  const context = { texts, policy, plans: plansOf(dutiesOf(policy)) };
  const written = [rulePassageOf(context, kind, rulesOf(policy, kind).indexOf(rule))];
  const text = head(numberOf(policy, pointer), texts.comparison.direction[direction]);
  return { passage: passage(text, written, pointer), direction };
}

function changesOfKind(comparing: Comparing, kind: RuleKind): readonly Change[] {
  const { before, after } = comparing;
  const { pairs, removed, added } = match(rulesOf(before, kind), rulesOf(after, kind), RULE_LIKENESSES);
  return [
    ...pairs
      .filter(([was, is]) => textWithoutUid(was) !== textWithoutUid(is))
      .map((pair) => changedRule(comparing, kind, pair)),
    ...removed.map((rule) => loneRule(comparing, kind, rule, false)),
    ...added.map((rule) => loneRule(comparing, kind, rule, true)),
  ];
}

/** Of two that differ: permissions prevail, or no longer do; which of the other two strategies denies makes no difference to what is permitted. */
function conflictDirection({ conflict: was }: Policy, { conflict: is }: Policy): Direction {
  if (is === 'perm') return 'wider';
  return was === 'perm' ? 'narrower' : 'same';
}

function changesOfPolicy({ texts, before, after }: Comparing): readonly Change[] {
  const { policyTypes, conflicts, phrases } = texts;
  const profiles = (list: readonly string[]): string => phrases.and(list.map(quoted));
  const conflict = [before.conflict, after.conflict] as const;
  return [
    ...memberChange(texts, ['type', before['@type'], after['@type']], (type) => policyTypes[type], 'same'),
    ...memberChange(texts, ['uid', before.uid, after.uid], quoted, 'same'),
    ...memberChange(texts, ['profile', before.profile, after.profile], profiles, 'same'),
    ...memberChange(
      texts,
      ['conflict', ...conflict],
      (each) => quoted(conflicts[each]),
      conflictDirection(before, after),
    ),
  ];
}

const isBeyond = (pointer: string): pointer is Beyond => (BEYOND as readonly string[]).includes(pointer);

/** Where the later policy goes further, by the proof; the rule, where it is one. */
function beyond({ texts, before, after, excess }: Comparing, direction: Direction): readonly Passage[] {
  if (excess === undefined || direction === 'same' || direction === 'narrower') return [];
  const { comparison } = texts;
  const pointers = [...new Set(excess(after, before).map(({ pointer }) => pointer))];
  const parts = pointers.map((pointer) =>
    passage(
      isBeyond(pointer) ? comparison.beyondIn[pointer] : comparison.beyondRule(numberOf(after, pointer)),
      [],
      pointer,
    ),
  );
  return parts.length === 0 ? [] : [passage(comparison.beyond, parts)];
}

function summaryOf(
  { texts, before, after }: Comparing,
  changes: readonly Change[],
  direction: Direction,
): string {
  const { comparison } = texts;
  if (changes.length > 0) return comparison.overall[direction];
  return encode(before) === encode(after) ? comparison.identical : comparison.moved;
}

/** What changed, rule by rule and condition by condition, and which way as far as that can be proven. */
export function policyComparison(
  before: Policy,
  after: Policy,
  language: Language,
  excess?: Excess,
): PolicyComparison {
  const comparing = { texts: catalogueOf(language), before, after, excess };
  const changes = [...changesOfPolicy(comparing), ...KINDS.flatMap((kind) => changesOfKind(comparing, kind))];
  const known = directionOfAll(changes.map((each) => each.direction));
  const direction = excess ? withProof(known, provenBetween(before, after, excess)) : known;
  const passages = [...changes.map((each) => each.passage), ...beyond(comparing, direction)];
  const summary = summaryOf(comparing, changes, direction);
  return { language, direction, summary, passages, lines: plainLines(passages) };
}

/** A comparison as plain text. */
export const comparisonText = ({ summary, passages }: PolicyComparison): string =>
  plainText([passage(summary), ...passages]);

/** What changed, as plain text. */
export const comparePolicies = (before: Policy, after: Policy, language: Language, excess?: Excess): string =>
  comparisonText(policyComparison(before, after, language, excess));
