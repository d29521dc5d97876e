import type { Verdict } from '../verdict.js';
import type { Catalogue } from './wording/texts.js';

type Finality = Pick<Verdict, 'isFinal' | 'decision'>;

/** The verdict in one sentence; what was verified, with the height that it holds for and whether it can change. */
export function sentenceOf(
  { outcome, asOf, ...finality }: Pick<Verdict, 'outcome' | 'asOf'> & Finality,
  texts: Catalogue,
): string {
  const { outcomes, words } = texts;
  if (outcome !== 'VERIFIED' || asOf === undefined) return outcomes[outcome];
  return [outcomes.VERIFIED, `${words.asOf} ${asOf.height}.`, finalityOf(finality, texts)].join(' ');
}

/** An allowed use is an end only in that nobody can contest it any more: its consumer may acknowledge it whenever they like. */
export function finalityOf({ isFinal, decision }: Finality, { words }: Catalogue): string {
  if (!isFinal) return words.finalNo;
  return decision?.state === 'ALLOWED' ? words.finalUncontested : words.finalYes;
}

/** Whether the bounds of time leave no time between them: a reader must not take either for the time. */
export const isContradicted = ({ steps }: Pick<Verdict, 'steps'>): boolean =>
  steps.some(({ reason }) => reason === 'INTERVAL_EMPTY');
