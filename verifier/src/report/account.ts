import {
  agreement as agreementForm,
  digestOf,
  isWithin,
  type Claim,
  type Grant,
  type Holds,
  type Usage,
  type Valuation,
} from '@tallystick/chaincode/model';
import { denialReason, quoted } from '@tallystick/chaincode/policy';
import type { Verdict } from '../verdict.js';
import type { AccountLabel, AccountTexts } from './wording/account-texts.js';
import { namesIn, openOf, recordOf, titleOf } from './names.js';
import type { Catalogue } from './wording/texts.js';

/** What a line is called, and what it says. */
export type AccountLine = readonly [label: string, text: string];

/** A verdict being told. */
interface AccountContext {
  readonly verdict: Verdict;
  readonly texts: Catalogue;
  readonly account: AccountTexts;
}

type AccountEntries = readonly (readonly [AccountLabel, string | undefined])[];

/**
 * By the name that the records have for it; the id stays beside it, since two may bear one name. Whose record is not in the file may have
 * signed a call in it: then the organisation is known.
 */
function named({ verdict, account }: AccountContext, id: string): string {
  const name = namesIn(verdict)(id);
  if (name !== undefined) return `${quoted(name)} (${id})`;
  const signed = verdict.steps.find(
    ({ facts }) => facts['participant'] === id && facts['mspId'] !== undefined,
  );
  return account.nameless(id, signed?.facts['mspId']);
}

function dataOf(context: AccountContext, datasetId: string, versionId: string | undefined): string {
  const { verdict, account } = context;
  const dataset = recordOf(verdict, 'dataset', datasetId);
  const version = versionId === undefined ? undefined : recordOf(verdict, 'version', versionId);
  const title = dataset && titleOf(dataset, verdict);
  const called =
    dataset === undefined ? account.unnamed : title === undefined ? account.sealed : quoted(title);
  return [called, ...(version ? [account.versionNumber(version.number)] : []), datasetId].join(', ');
}

/** Minor units as the currency writes them: ISO 4217 says how many digits those are. */
function amountOf(minor: string, currency: string): string {
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  const padded = minor.padStart(digits + 1, '0');
  const whole = padded.slice(0, padded.length - digits);
  return `${digits === 0 ? whole : `${whole}.${padded.slice(-digits)}`} ${currency}`;
}

function priceOf({ terms: { agreement } }: Grant, { verdict, account }: AccountContext): string {
  const known = openOf(agreement, verdict, agreementForm);
  if (known === undefined) return account.sealed;
  const { price } = known;
  return price ? `${amountOf(price.amount, price.currency)} ${account.per[price.per]}` : account.noPrice;
}

/** Holds that forbade a use when it was decided, by the records that the decision looked at. */
export function holdLines({ answer }: Usage, verdict: Verdict, texts: Catalogue): readonly string[] {
  if (answer?.code !== 'HOLD') return [];
  const context = { verdict, texts, account: texts.account };
  return answer.facts.flatMap(({ key, value }) => {
    const text = key.startsWith('holds/') ? verdict.records[key] : undefined;
    return text === undefined || digestOf(text) !== value ? [] : holdsIn(text, answer.at, context);
  });
}

function holdsIn(text: string, at: string, context: AccountContext): readonly string[] {
  const { account } = context;
  const { subject, holds } = JSON.parse(text) as Holds;
  return holds
    .filter(
      ({ released, effects, term }) =>
        released === undefined && effects.includes('NO_USE') && isWithin(at, term),
    )
    .map(({ authority, onBehalfOf, orderNumber, term }) => {
      const by =
        onBehalfOf === undefined
          ? quoted(authority)
          : account.onBehalfOf(quoted(authority), quoted(onBehalfOf));
      return account.order(
        by,
        quoted(orderNumber),
        named(context, subject),
        account.period(term.from, term.until),
      );
    });
}

/** The decision on a use in one line. */
function decidedOn({ answer }: Usage, { texts, account }: AccountContext): string | undefined {
  if (answer === undefined) return undefined;
  const { outcome, code, at } = answer;
  const why = code === undefined ? outcome : `${outcome} (${code}): ${denialReason(code, texts.language)}`;
  return account.at(why.replace(/[.。]$/, ''), at);
}

/** The ruling on a contest, where there is one. */
function rulingOn({ state, contest }: Usage, context: AccountContext): string | undefined {
  if (contest?.finding === undefined) return undefined;
  const { by, at, reason } = contest.finding;
  return `${state}: ${context.account.by(named(context, by), at, quoted(reason))}`;
}

function usageLines(usage: Usage, context: AccountContext): AccountEntries {
  const { verdict, texts, account } = context;
  const { answer, acknowledgement, contest } = usage;
  const grant = recordOf(verdict, 'grant', usage.grant);
  return [
    ['consumer', named(context, usage.consumer)],
    answer ? ['provider', named(context, answer.provider)] : ['custodian', named(context, usage.custodian)],
    ['data', dataOf(context, usage.dataset, usage.version)],
    ['askedAt', usage.requestedAt],
    ['decided', decidedOn(usage, context)],
    ...holdLines(usage, verdict, texts).map((line) => ['hold', line] as const),
    ['lease', answer?.leaseUntil],
    ['receipt', acknowledgement && account.received(acknowledgement.bytes, acknowledgement.at)],
    ['contest', contest && account.at(`${contest.reason} (${account.contests[contest.reason]})`, contest.at)],
    ['ruling', rulingOn(usage, context)],
    ['price', grant && priceOf(grant, context)],
  ];
}

function grantLines(grant: Grant, context: AccountContext): AccountEntries {
  const { account } = context;
  const { selector, suspension, ending, terms } = grant;
  const said = ({ by, reason }: { readonly by: string; readonly reason: string }): string =>
    account.by(named(context, by), undefined, quoted(reason));
  return [
    ['provider', named(context, grant.provider)],
    ['grantee', named(context, grant.consumer)],
    ['data', dataOf(context, grant.dataset, 'version' in selector ? selector.version : undefined)],
    ['rights', grant.rightsUsed.join(', ')],
    ['term', account.period(terms.term.from, terms.term.until)],
    ['quota', grant.quota === undefined ? undefined : `${grant.quota}`],
    ['price', priceOf(grant, context)],
    ['activatedAt', grant.activatedAt],
    ['suspension', suspension && said(suspension)],
    ['ending', ending && said(ending)],
  ];
}

const MILLIONTHS_OF_A_PERCENT = 10_000;

function claimLines(claim: Claim, context: AccountContext): AccountEntries {
  const { account } = context;
  const { registration, rejection, cancellation, term } = claim;
  const holders = claim.holders.map(({ participant, share }) =>
    account.share(named(context, participant), `${share / MILLIONTHS_OF_A_PERCENT}`),
  );
  return [
    ['holders', holders.join('; ')],
    ['data', dataOf(context, claim.dataset, undefined)],
    ['rights', claim.rights.join(', ')],
    ['territory', claim.territory.join(', ')],
    ['term', account.period(term.from, term.until)],
    [
      'registration',
      registration && account.by(named(context, registration.registrar), registration.at, undefined),
    ],
    [
      'rejection',
      rejection &&
        account.by(
          named(context, rejection.registrar),
          undefined,
          `${rejection.code}, ${quoted(rejection.reason)}`,
        ),
    ],
    [
      'ending',
      cancellation && account.by(named(context, cancellation.by), undefined, quoted(cancellation.reason)),
    ],
  ];
}

const valuationLines = (valuation: Valuation, context: AccountContext): AccountEntries => [
  ['assessed', named(context, valuation.subject)],
  ['method', `${valuation.method} ${valuation.methodVersion}, ${valuation.class}`],
  ['value', amountOf(valuation.result, valuation.currency)],
  ['validUntil', context.account.period(valuation.asOf, valuation.validUntil)],
  ['assessor', context.account.by(named(context, valuation.assessor), valuation.assessedAt, undefined)],
];

function linesOf(context: AccountContext): AccountEntries {
  const { verdict } = context;
  if (verdict.subject === undefined) return [];
  const { kind, id } = verdict.subject;
  switch (kind) {
    case 'usage':
      return linesFrom(usageLines, recordOf(verdict, kind, id), context);
    case 'grant':
      return linesFrom(grantLines, recordOf(verdict, kind, id), context);
    case 'claim':
      return linesFrom(claimLines, recordOf(verdict, kind, id), context);
    case 'valuation':
      return linesFrom(valuationLines, recordOf(verdict, kind, id), context);
  }
}

const linesFrom = <T>(
  lines: (record: T, context: AccountContext) => AccountEntries,
  record: T | undefined,
  context: AccountContext,
): AccountEntries => (record === undefined ? [] : lines(record, context));

/** Whether the newest state of the subject was shown: without it nothing is told, not even as what the file says. */
const isShown = ({ steps }: Verdict): boolean =>
  steps.some(({ code, result }) => code === 'subject.newest' && result === 'pass');

/** The state of the subject: its code, and what that means. */
export function stateOf(verdict: Verdict, { account }: Catalogue): string | undefined {
  if (verdict.subject === undefined || verdict.subject.kind === 'valuation') return undefined;
  const { kind, id } = verdict.subject;
  const state = recordOf(verdict, kind, id)?.state;
  if (state === undefined) return undefined;
  const meanings: Readonly<Record<string, string>> = account[kind];
  return `${state}: ${meanings[state] ?? ''}`;
}

/** Who orders the ledger, by the configuration in the evidence. */
function operatorsOf({ steps }: Verdict, { account }: Catalogue): string | undefined {
  const { consensus, orderers, quorum, colluding } =
    steps.find(({ code }) => code === 'ledger.operators')?.facts ?? {};
  if (consensus === undefined) return undefined;
  return account.operators(consensus, orderers ?? '', quorum ?? '', colluding ?? '');
}

/** What happened, as a person would be told: who asked whom for what, what was decided, what came of it. Empty where that was not shown. */
export function accountOf(verdict: Verdict, texts: Catalogue): readonly AccountLine[] {
  if (!isShown(verdict)) return [];
  const { account, words } = texts;
  const { decision } = verdict;
  const told = linesOf({ verdict, texts, account });
  const general: readonly (readonly [string, string | undefined])[] = [
    [words.state, stateOf(verdict, texts)],
    ...told.map(([label, text]) => [account.labels[label], text] as const),
    [words.action, decision?.action],
    [words.purpose, decision?.purpose],
    [account.labels.orderedBy, operatorsOf(verdict, texts)],
  ];
  return general.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
}

/** What the account is called: of a file that was not verified, that it is the file which says so. */
export const accountTitle = ({ outcome }: Verdict, { account }: Catalogue): string =>
  outcome === 'VERIFIED' ? account.title : account.unverified;

/** What came of a use after it was answered, where that overtook the answer: what a reader has to know before why it was allowed. */
export function outcomeOfContest(usage: Usage, verdict: Verdict, texts: Catalogue): string | undefined {
  if (usage.contest === undefined) return undefined;
  const context = { verdict, texts, account: texts.account };
  return rulingOn(usage, context) ?? `${usage.state}: ${texts.account.usage[usage.state]}`;
}
