import type { Policy } from '../../../model/odrl/index.js';
import { dutiesOf, type PlannedDuty } from '../../duties/index.js';
import { OPERANDS } from '../../vocabulary/index.js';
import { catalogueOf } from '../wording/catalogue.js';
import type { Language } from '../wording/language.js';
import { operandsIn } from './operands-in.js';
import { passage, plainText, type Passage } from './passage.js';
import { plansOf } from './plans.js';
import { quoted } from './quotation.js';
import { rulePassages } from './rules.js';
import { isContained } from '../wording/terms.js';
import type { Catalogue } from '../wording/texts.js';

function headPassages({ phrases, policyTypes }: Catalogue, policy: Policy): readonly Passage[] {
  const { uid, profile } = policy;
  const title = phrases.policyTitle(policyTypes[policy['@type']], uid === undefined ? uid : quoted(uid));
  return [
    passage(phrases.introduction(title)),
    ...(profile === undefined
      ? []
      : [passage(phrases.profiles(phrases.and(profile.map(quoted))), [], '/profile')]),
  ];
}

const isNamed = (operand: string): boolean =>
  isContained(operand) && OPERANDS.get(operand)?.source !== 'DUTY';

/** How names are read; nothing when no condition is about names. */
export const containmentNote = ({ phrases }: Catalogue, policy: Policy): readonly Passage[] =>
  operandsIn(policy).some(isNamed) ? [passage(phrases.containment)] : [];

function closingPassages(texts: Catalogue, policy: Policy): readonly Passage[] {
  const { permission, prohibition, conflict } = policy;
  return [
    ...(permission && prohibition ? [passage(texts.conflicts[conflict], [], '/conflict')] : []),
    passage(texts.phrases.closedWorld),
    ...containmentNote(texts, policy),
  ];
}

/** A whole policy as plain sentences, each with the JSON pointer of what it says. */
export function policyPassages(
  policy: Policy,
  language: Language,
  duties: readonly PlannedDuty[] = dutiesOf(policy),
): readonly Passage[] {
  const texts = catalogueOf(language);
  return [
    ...headPassages(texts, policy),
    ...rulePassages({ texts, policy, plans: plansOf(duties) }),
    ...closingPassages(texts, policy),
  ];
}

/** A whole policy as plain text. */
export const renderPolicy = (policy: Policy, language: Language): string =>
  plainText(policyPassages(policy, language));
