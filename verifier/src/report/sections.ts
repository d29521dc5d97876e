import { NOT_PROVEN, type Party, type TimeInterval, type Verdict } from '../verdict.js';
import type { Passage } from '@tallystick/chaincode/policy';
import { accountOf, accountTitle, stateOf } from './account.js';
import { explanationOf } from './explanation.js';
import { code, html, list, NOTHING, row, section, table, type Markup } from './markup.js';
import { finalityOf, isContradicted, sentenceOf } from './sentence.js';
import type { Catalogue } from './wording/texts.js';
import { versionsIn } from './version-records.js';

/** The sentence first, then what it is about. */
export function verdictSection(verdict: Verdict, texts: Catalogue, now?: string): Markup {
  const { words } = texts;
  const { outcome, subject, profile, channel, fileDigest, asOf } = verdict;
  const about = list([
    [words.subject, subject && html`${words[subject.kind]} ${code(subject.id)}`],
    [words.profile, profile && words[profile]],
    [words.channel, channel && code(channel)],
    [words.asOf, asOf && html`${asOf.height} ${code(asOf.block)}`],
    [words.final, outcome === 'VERIFIED' ? finalityOf(verdict, texts) : undefined],
    [words.witnesses, asOf && witnessesOf(verdict, texts)],
    [words.fileDigest, fileDigest === '' ? words.none : code(fileDigest)],
    [words.printedAt, now],
  ]);
  return section('outcome', words.verdict, [
    html`<p class="sentence" data-outcome="${outcome}">${sentenceOf(verdict, texts)}</p> `,
    about,
  ]);
}

/** What happened, before how that is known. */
export function accountSection(verdict: Verdict, texts: Catalogue): Markup {
  const lines = accountOf(verdict, texts);
  if (lines.length === 0) return NOTHING;
  return section('account', accountTitle(verdict, texts), [list(lines)]);
}

const witnessesOf = ({ witnesses }: Verdict, { words }: Catalogue): string | Markup =>
  witnesses.length === 0
    ? words.none
    : html`${witnesses.map(
        ({ mspId, signedAt, newest, fingerprint }) =>
          html`${mspId}, ${words.signedAt} <time>${signedAt}</time>${
              newest === undefined ? '' : `, ${words.newestThen} ${newest}`
            }
            ${code(fingerprint)}<br /> `,
      )}`;

const identifiersOf = ({ identifiers = {} }: Party): string =>
  Object.entries(identifiers)
    .map(([scheme, value]) => `${scheme} ${value}`)
    .join(', ');

export function partiesSection({ parties }: Verdict, { words, roles }: Catalogue): Markup {
  const heads = [words.role, words.legalName, words.identifiers, words.organisation, words.participant];
  const rows = parties.map((party) =>
    row([
      roles[party.role],
      party.legalName ?? words.none,
      identifiersOf(party) || words.none,
      party.mspId ?? words.none,
      code(party.participant),
    ]),
  );
  return section('parties', words.parties, [table(words.parties, heads, rows)]);
}

export function timelineSection({ timeline }: Verdict, { words }: Catalogue): Markup {
  const heads = [words.block, words.time, words.transaction, words.organisation, words.effect, words.records];
  const rows = timeline.map(({ block, time, transaction, mspId, txId, verdict, keys }) =>
    row([
      block,
      html`<time>${time}</time>`,
      html`${transaction}<br />${code(txId)}`,
      mspId,
      verdict === 'CORRECTED' ? words.corrected : words.replayed,
      html`${keys.map((key) => html`${code(key)} `)}`,
    ]),
  );
  return section('timeline', words.timeline, [
    html`<p>${words.timeNote}</p> `,
    table(words.timeline, heads, rows),
  ]);
}

const passages = (all: readonly Passage[]): Markup =>
  html`<ul>
    ${all.map(({ text, parts = [] }) => html`<li>${text}${parts.length > 0 ? passages(parts) : ''}</li> `)}
  </ul> `;

/** Why it was decided so, in words that were made from the policy and what was known. */
function explanationMarkup(verdict: Verdict, texts: Catalogue): readonly Markup[] {
  const { words } = texts;
  const explanation = explanationOf(verdict, texts);
  if (explanation === undefined) return [];
  return [
    html`<h3>${words.explanation}</h3>
      <p>${explanation.summary}</p> `,
    passages(explanation.passages),
  ];
}

export function decisionSection(verdict: Verdict, texts: Catalogue): Markup {
  const { decision } = verdict;
  const { words } = texts;
  if (decision === undefined)
    return section('decision', words.decision, [html`<p>${words.decisionNone}</p> `]);
  const summary = list([
    [words.outcome, decision.outcome],
    [words.code, decision.code && code(decision.code)],
    [words.state, stateOf(verdict, texts) ?? decision.state],
    [words.action, decision.action],
    [words.purpose, decision.purpose],
    [words.decidedAt, decision.at],
    [words.rules, code(decision.rules)],
    [words.complianceReport, decision.report && code(decision.report)],
  ]);
  const facts = decision.facts.map(({ key, value }) =>
    row([code(key), value === null ? words.absent : code(value)]),
  );
  return section('decision', words.decision, [
    summary,
    ...explanationMarkup(verdict, texts),
    html`<p>${words.factsNote}</p> `,
    table(words.facts, [words.key, words.valueDigest], facts),
  ]);
}

export function intervalSection(verdict: Verdict, { words, reasons }: Catalogue): Markup {
  const { time } = verdict;
  const bound = (of: TimeInterval['notAfter']): string | Markup =>
    of ? html`${of.at}, ${words.signedBy} ${of.by.join(', ')}` : words.intervalNone;
  return section('interval', words.interval, [
    list([
      [words.notBefore, bound(time.notBefore)],
      [words.notAfter, bound(time.notAfter)],
    ]),
    isContradicted(verdict) ? html`<p>${reasons.INTERVAL_EMPTY}</p> ` : NOTHING,
  ]);
}

/** What a court reviews apart from the ledger: where the data came from. */
export function preChainSection(verdict: Verdict, { words }: Catalogue): Markup {
  const versions = versionsIn(verdict).map(({ id, collection }) =>
    list([
      [words.version, code(id)],
      [words.system, collection.system],
      [words.component, collection.component && code(collection.component)],
      [words.period, `${collection.period.from} / ${collection.period.until}`],
      [words.method, collection.method],
      [words.timeSource, collection.timeSource],
      [words.rawLogDigest, collection.rawLogDigest && code(collection.rawLogDigest)],
    ]),
  );
  const note = versions.length > 0 ? words.preChainNote : words.preChainNone;
  return section('pre-chain', words.preChain, [html`<p>${note}</p> `, ...versions]);
}

export function custodySection({ steps }: Verdict, { words, results, reasons }: Catalogue): Markup {
  const entries = steps.filter(({ code: step, subject }) => step === 'custody.log' && subject !== '');
  const heads = [words.time, words.custodyEvent, words.organisation, words.outcome];
  const rows = entries.map(({ facts, result, reason }) =>
    row([
      facts['at'] ?? words.none,
      facts['event'] ?? words.none,
      facts['mspId'] ?? words.none,
      reason === undefined ? results[result] : `${results[result]}: ${reasons[reason]}`,
    ]),
  );
  const body = rows.length > 0 ? table(words.custody, heads, rows) : html`<p>${words.custodyNone}</p> `;
  return section('custody', words.custody, [body]);
}

export function clausesSection(_verdict: Verdict, { words, clauses, steps: texts }: Catalogue): Markup {
  const heads = [words.rule, words.asks, words.answer, words.steps];
  const rows = clauses.map(({ rule, asks, answer, steps }) =>
    row([
      rule,
      asks,
      answer,
      steps.length === 0
        ? words.notByThisFile
        : html`${steps.map((step) => html`${texts[step].title}<br />`)}`,
    ]),
  );
  return section('clauses', words.clauses, [table(words.clauses, heads, rows)]);
}

/** All of it, whatever the outcome: no pass takes anything off this list. */
export const notProvenSection = (_verdict: Verdict, { words, notProven }: Catalogue): Markup =>
  section('not-proven', words.notProven, [
    html`<ul>
      ${NOT_PROVEN.map((limit) => html`<li>${notProven[limit]}</li> `)}
    </ul> `,
  ]);

export function digestsSection(verdict: Verdict, { words }: Catalogue): Markup {
  const versions = versionsIn(verdict).flatMap(({ id, commitment, delivery }) => [
    row([`${words.commitment}, ${id}`, code(commitment.digest)]),
    ...(delivery.mode === 'SEALED' ? [row([`${words.contentId}, ${id}`, code(delivery.cid)])] : []),
  ]);
  const transactions = verdict.timeline.map(({ transaction, txId }) => row([transaction, code(txId)]));
  const rows = [
    row([words.fileDigest, verdict.fileDigest === '' ? words.none : code(verdict.fileDigest)]),
    ...versions,
    ...transactions,
  ];
  return section('digests', words.digests, [table(words.digests, [words.subject, words.digests], rows)]);
}
