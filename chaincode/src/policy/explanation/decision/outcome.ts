import type { DenialCode } from '../../../model/index.js';
import type { RuleReport } from '../../report.js';
import { isUnsettled, type Borne } from './bearing.js';
import { failureAt, lackOf, neededDuty } from './lacks.js';
import { numberOf } from '../rendering/numbering.js';
import { passage, type Passage } from '../rendering/passage.js';
import type { Telling } from './telling.js';

const ofKind = (borne: readonly Borne[], kind: RuleReport['kind']): readonly Borne[] =>
  borne.filter(({ rule }) => rule.kind === kind);

/** Prohibitions that stand in the way. */
const forbidding = ({ texts, decided }: Telling, borne: readonly Borne[]): readonly Passage[] =>
  ofKind(borne, 'Prohibition')
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

function changesOf(telling: Telling, denial: DenialCode, borne: readonly Borne[]): readonly Passage[] {
  const { texts, decided, plans, judged } = telling;
  if (judged === undefined || !OF_PERMISSIONS.includes(denial)) return [];
  const none = decided.policy.permission === undefined ? [passage(texts.decision.noPermission)] : [];
  const obligations = ofKind(borne, 'Duty').filter(({ open }) => isUnsettled(plans, open));
  return [
    ...none,
    ...ofKind(borne, 'Permission').flatMap((each) => lackOf(telling, each)),
    ...obligations.map(({ rule }) => neededDuty(telling, rule)),
    // A permission that lacked nothing would still meet these.
    ...(decided.policy.conflict === 'perm' ? [] : forbidding(telling, borne)),
  ];
}

function deniedPassages(telling: Telling, denial: DenialCode, borne: readonly Borne[]): readonly Passage[] {
  const { texts, decided } = telling;
  const { reason, change } = texts.denials[denial];
  const conflict =
    denial === 'CONFLICT' ? [passage(texts.conflicts[decided.policy.conflict], [], '/conflict')] : [];
  const forbids = denial === 'CONFLICT' || denial === 'PROHIBITED' ? forbidding(telling, borne) : [];
  const failures = ofKind(borne, 'Permission').flatMap((each) => failureAt(telling, denial, each));
  return [
    passage(texts.decision.decided, [passage(reason), ...failures, ...forbids, ...conflict]),
    passage(texts.decision.whatChanges, [passage(change), ...changesOf(telling, denial, borne)]),
  ];
}

/** Duties that an allowed use leaves to be done. */
function remaining({ texts, decided, plans }: Telling, borne: readonly Borne[]): readonly Passage[] {
  const duties = borne.flatMap(({ bearing, rule, open }) => {
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
export function outcomePassages(telling: Telling, borne: readonly Borne[]): readonly Passage[] {
  const { denial } = telling.decided;
  return denial === undefined ? remaining(telling, borne) : deniedPassages(telling, denial, borne);
}
