import type { DenialCode } from '../../../model/index.js';
import type { RuleReport } from '../../report.js';
import { isUnsettled, type RuleBearing } from './bearing.js';
import { failureAt, lackOf, neededDuty } from './lacks.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, type Passage } from '../rendering/passage.js';
import type { ExplanationContext } from './context.js';

const ofKind = (bearings: readonly RuleBearing[], kind: RuleReport['kind']): readonly RuleBearing[] =>
  bearings.filter(({ rule }) => rule.kind === kind);

/** Prohibitions that stand in the way. */
const forbidding = (
  { texts, decided }: ExplanationContext,
  bearings: readonly RuleBearing[],
): readonly Passage[] =>
  ofKind(bearings, 'Prohibition')
    .filter(({ bearing }) => bearing !== 'idle')
    .map(({ bearing, rule }) => {
      const number = numberOf(decided.policy, rule.rule);
      return passage(texts.decision.forbids(number, bearing === 'doubtful'), [], rule.rule);
    });

/** Denials for which the policy has no permission that is left; of all others, what permissions lack is beside the point. */
const OF_PERMISSIONS: readonly DenialCode[] = [
  'ACTION',
  'PURPOSE',
  'TIME_WINDOW',
  'TERRITORY',
  'RECIPIENT',
  'COMPONENT_PROFILE',
  'CONSTRAINT',
  'TARGET',
  'CONSENT',
  'DUTY',
  'QUOTA',
];

function changesOf(
  context: ExplanationContext,
  denial: DenialCode,
  bearings: readonly RuleBearing[],
): readonly Passage[] {
  const { texts, decided, plans, judged } = context;
  if (judged === undefined || !OF_PERMISSIONS.includes(denial)) return [];
  const none = decided.policy.permission === undefined ? [passage(texts.decision.noPermission)] : [];
  const obligations = ofKind(bearings, 'Duty').filter(({ open }) => isUnsettled(plans, open));
  return [
    ...none,
    ...ofKind(bearings, 'Permission').flatMap((each) => lackOf(context, each)),
    ...obligations.map(({ rule }) => neededDuty(context, rule)),
    // A permission that lacked nothing would still meet these.
    ...(decided.policy.conflict === 'perm' ? [] : forbidding(context, bearings)),
  ];
}

function deniedPassages(
  context: ExplanationContext,
  denial: DenialCode,
  bearings: readonly RuleBearing[],
): readonly Passage[] {
  const { texts, decided } = context;
  const { reason, change } = texts.denials[denial];
  const conflict =
    denial === 'CONFLICT' ? [passage(texts.conflicts[decided.policy.conflict], [], '/conflict')] : [];
  const forbids = denial === 'CONFLICT' || denial === 'PROHIBITED' ? forbidding(context, bearings) : [];
  const failures = ofKind(bearings, 'Permission').flatMap((each) => failureAt(context, denial, each));
  return [
    passage(texts.decision.decided, [passage(reason), ...failures, ...forbids, ...conflict]),
    passage(texts.decision.whatChanges, [passage(change), ...changesOf(context, denial, bearings)]),
  ];
}

/** Duties that an allowed use leaves to be done. */
function remaining(
  { texts, decided, plans }: ExplanationContext,
  bearings: readonly RuleBearing[],
): readonly Passage[] {
  const duties = bearings.flatMap(({ bearing, rule, open }) => {
    if (rule.kind === 'Duty') return [open];
    return bearing === 'carries' ? open.conditions : [];
  });
  return duties
    .filter(({ rule, activation, performance }) => {
      const isLater = plans.get(rule)?.kind === 'AFTER';
      return isLater && activation === 'Active' && performance !== 'Performed';
    })
    .map(({ rule }) => passage(texts.decision.remains(numberOf(decided.policy, rule)), [], rule));
}

/** What decided and what would have to change; of an allowed use, what remains to be done. */
export function outcomePassages(
  context: ExplanationContext,
  bearings: readonly RuleBearing[],
): readonly Passage[] {
  const { denial } = context.decided;
  return denial === undefined ? remaining(context, bearings) : deniedPassages(context, denial, bearings);
}
