import { visible } from '@tallystick/chaincode/policy';
import type { Step } from '../checklist.js';
import { NOT_PROVEN, type TimeInterval, type Verdict } from '../verdict.js';
import { catalogueOf, type Catalogue, type Language } from './wording/catalogue.js';
import { accountOf, accountTitle, stateOf } from './account.js';
import { explanationOf } from './explanation.js';
import { isContradicted, sentenceOf } from './sentence.js';
import { countsIn, tally, type Tally } from './tally.js';

export interface TextOptions {
  readonly lang: Language;
  /** Whether each step also says what was checked, with which input, by which clause, and what it does not show. */
  readonly isExplained: boolean;
}

/** A verdict as plain text for a terminal: strings from the file cannot command it. Ends with a line feed. */
export function renderText(verdict: Verdict, { lang, isExplained }: TextOptions): string {
  const texts = catalogueOf(lang);
  const lines = [
    sentenceOf(verdict, texts),
    ...aboutLines(verdict, texts),
    ...accountLines(verdict, texts),
    ...(isExplained ? decisionLines(verdict, texts) : []),
    '',
    `${texts.words.checklist}:`,
    ...tally(verdict.steps).flatMap((each) => tallyLines(each, texts, isExplained)),
    ...singled(texts.words.failures, verdict.steps, 'fail', texts),
    ...singled(texts.words.open, verdict.steps, 'not-evaluated', texts),
    '',
    `${texts.words.interval}:`,
    `  ${texts.words.notBefore} ${boundOf(verdict.time.notBefore, texts)}`,
    `  ${texts.words.notAfter} ${boundOf(verdict.time.notAfter, texts)}`,
    ...(isContradicted(verdict) ? [`  ${texts.reasons.INTERVAL_EMPTY}`] : []),
    '',
    `${texts.words.notProven}:`,
    ...NOT_PROVEN.map((limit) => `  - ${texts.notProven[limit]}`),
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}

function aboutLines(
  { subject, channel, fileDigest, asOf, witnesses, timeline }: Verdict,
  { words }: Catalogue,
): string[] {
  const corrected = timeline.filter(({ verdict }) => verdict === 'CORRECTED');
  return [
    ...(subject ? [`${words.subject}: ${words[subject.kind]} ${subject.id}`] : []),
    ...(channel === undefined ? [] : [`${words.channel}: ${channel}`]),
    ...(asOf ? [`${words.asOf}: ${asOf.height} ${asOf.block}`] : []),
    ...witnesses.map(
      ({ mspId, signedAt, newest }) =>
        `${words.witnesses}: ${mspId}, ${words.signedAt} ${signedAt}${newest === undefined ? '' : `, ${words.newestThen} ${newest}`}`,
    ),
    ...corrected.map(({ transaction, txId }) => `${transaction} ${txId}: ${words.corrected}`),
    `${words.fileDigest}: ${fileDigest || words.none}`,
  ];
}

function accountLines(verdict: Verdict, texts: Catalogue): string[] {
  const lines = accountOf(verdict, texts);
  if (lines.length === 0) return [];
  return ['', `${accountTitle(verdict, texts)}:`, ...lines.map(([label, told]) => `  ${label}: ${told}`)];
}

/** Why it was decided so, and the digest by which anyone recognises the report that says it. */
function decisionLines(verdict: Verdict, texts: Catalogue): string[] {
  const { decision } = verdict;
  const { words } = texts;
  if (decision === undefined) return [];
  // Of a use that nobody answered there is no reason to tell, but what became of it.
  const unexplained = decision.outcome === undefined ? stateOf(verdict, texts) : undefined;
  const { summary, lines } = explanationOf(verdict, texts) ?? {
    summary: unexplained ?? words.none,
    lines: [],
  };
  return [
    '',
    `${words.explanation}: ${summary}`,
    `  ${words.complianceReport}: ${decision.report ?? words.none}`,
    ...lines.map((line) => `  ${line}`),
  ];
}

function tallyLines(each: Tally, texts: Catalogue, isExplained: boolean): string[] {
  const { title, checked, clause, limit } = texts.steps[each.code];
  const { words } = texts;
  const line = `  ${each.code.padEnd(24)}${countsIn(each, texts.results) || words.none}`;
  if (!isExplained) return [line];
  return [
    `${line}  ${title}`,
    `      ${words.whatIsChecked}: ${checked}`,
    `      ${words.byWhichClause}: ${clause}`,
    `      ${words.limit}: ${limit}`,
    ...each.steps.flatMap((step) => inputLines(step, texts)),
  ];
}

const factsOf = ({ facts }: Step): string[] =>
  Object.entries(facts).map(([name, value]) => `${name}=${value}`);

const inputLines = (step: Step, { results, words }: Catalogue): string[] => [
  `      ${results[step.result]}: ${[step.subject === '' ? words.wholeFile : step.subject, ...factsOf(step)].join(' ')}`,
];

function singled(
  title: string,
  steps: readonly Step[],
  result: Step['result'],
  { words, reasons }: Catalogue,
): string[] {
  const chosen = steps.filter((step) => step.result === result);
  if (chosen.length === 0) return [];
  const lines = chosen.flatMap((step) => [
    `  ${step.code} ${step.subject === '' ? words.wholeFile : step.subject}`,
    `    ${[step.reason ?? '', ...factsOf(step)].join(' ')}`,
    ...(step.reason === undefined ? [] : [`    ${reasons[step.reason]}`]),
  ]);
  return ['', `${title}:`, ...lines];
}

const boundOf = (bound: TimeInterval['notAfter'], { words }: Catalogue): string =>
  bound === undefined ? `- (${words.intervalNone})` : `${bound.at}, ${words.signedBy} ${bound.by.join(', ')}`;
