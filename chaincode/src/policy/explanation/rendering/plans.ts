import type { PlannedDuty } from '../../duties/index.js';
import { passage, type Passage } from './passage.js';
import type { Origin } from '../wording/phrases.js';
import { quoted } from './quotation.js';
import type { Catalogue } from '../wording/texts.js';
import { literalText } from './values.js';

/** How the ledger sees to the duties of a policy, by the pointer of each. */
export type Plans = ReadonlyMap<string, PlannedDuty>;

export const plansOf = (duties: readonly PlannedDuty[]): Plans =>
  new Map(duties.map((duty) => [duty.pointer, duty]));

/** What gives rise to a duty is told by where it stands. */
function originOf(pointer: string): Origin {
  if (/\/(?:consequence|remedy)\/\d+$/.test(pointer)) return 'breach';
  return pointer.startsWith('/permission/') ? 'use' : 'acceptance';
}

const worded = (texts: Catalogue, lexical: string): string =>
  literalText(texts, '', lexical) ?? quoted(lexical);

function dueText(texts: Catalogue, { due, pointer }: PlannedDuty): readonly string[] {
  if (due === undefined) return [];
  const { dueAt, dueAfter } = texts.phrases;
  return ['at' in due ? dueAt(worded(texts, due.at)) : dueAfter(worded(texts, due.after), originOf(pointer))];
}

function consentText({ phrases }: Catalogue, { consent }: PlannedDuty): readonly string[] {
  if (consent === undefined || consent.parties.length === 0) return [];
  return [phrases.consentOf(consent.needed, phrases.and(consent.parties.map(quoted)))];
}

/** How the ledger sees to one duty; nothing when it has no plan for it. */
export function planOf(texts: Catalogue, plans: Plans, pointer: string): readonly Passage[] {
  const plan = plans.get(pointer);
  if (plan === undefined) return [];
  const { kind, enforcement, every } = plan;
  const sentences = [
    texts.dutyKinds[kind],
    texts.enforcements[enforcement],
    ...dueText(texts, plan),
    ...(every === undefined ? [] : [texts.phrases.recurs(worded(texts, every))]),
    ...consentText(texts, plan),
  ];
  return [passage(texts.phrases.paragraph(sentences), [], pointer)];
}
