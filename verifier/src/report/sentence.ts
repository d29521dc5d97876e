import type { Verdict } from '../verdict.js';
import type { Catalogue } from './texts.js';

/** The verdict in one sentence; what was verified, with the height that it holds for and whether it can change. */
export function sentenceOf(
  { outcome, asOf, isFinal }: Pick<Verdict, 'outcome' | 'asOf' | 'isFinal'>,
  { outcomes, words }: Catalogue,
): string {
  if (outcome !== 'VERIFIED' || asOf === undefined) return outcomes[outcome];
  return [outcomes.VERIFIED, `${words.asOf} ${asOf.height}.`, isFinal ? words.finalYes : words.finalNo].join(
    ' ',
  );
}
