import type { StepCode, StepResult } from '../../checklist.js';
import type { IntakeCode } from '../../intake/index.js';
import type { Reason } from '../../rejection.js';
import type { NotProven, Outcome, Party } from '../../verdict.js';
import type { AccountTexts } from './account-texts.js';
import type { Word } from './words.js';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a step means, for somebody who does not read its code. */
export interface StepText {
  readonly title: string;
  /** What is compared with what, and where each comes from. */
  readonly checked: string;
  /** By which specification, source file or article. */
  readonly clause: string;
  /** What a pass does not show. */
  readonly limit: string;
}

/** How a rule of evidence and this verdict meet. */
interface Clause {
  readonly rule: string;
  /** What the rule wants to know. */
  readonly asks: string;
  /** What this verdict contributes, and what it leaves to others. */
  readonly answer: string;
  /** The steps that carry it; none where this file does not show it. */
  readonly steps: readonly StepCode[];
}

/** Every text that a verdict needs in one language. Records over closed lists: a code without a text does not compile. */
export interface Catalogue {
  readonly language: Language;
  /** The verdict in one sentence, and what to do with it. */
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly results: Readonly<Record<StepResult, string>>;
  readonly steps: Readonly<Record<StepCode, StepText>>;
  /** What is wrong, and what to do. */
  readonly reasons: Readonly<Record<Reason, string>>;
  /** Why there is no verdict: the file was not even taken in. One that is too large is answered with a verdict. */
  readonly intake: Readonly<Record<Exclude<IntakeCode, 'TOO_LARGE'>, string>>;
  readonly notProven: Readonly<Record<NotProven, string>>;
  readonly roles: Readonly<Record<Party['role'], string>>;
  readonly clauses: readonly Clause[];
  readonly account: AccountTexts;
  readonly words: Readonly<Record<Word, string>>;
}
