import type { Step } from '../checklist.js';
import type { Facts } from '../rejection.js';
import { code, html, list, NOTHING, section, table, type Markup } from './markup.js';
import { countsIn, tally, type Tally } from './tally.js';
import type { Catalogue } from './wording/texts.js';

/** Facts as `name: value`; names are those of the verifier's documentation in every language. */
const factsOf = (facts: Facts): Markup =>
  html`${Object.entries(facts).map(
    ([name, value]) => html`<span class="fact"><span class="name">${name}</span> ${code(value)}</span> `,
  )}`;

function entry({ subject, result, reason, facts }: Step, texts: Catalogue): Markup {
  const why = reason === undefined ? NOTHING : html`<p>${texts.reasons[reason]} ${code(reason)}</p>`;
  return html`<tr data-result="${result}">
    <td class="result">${texts.results[result]}</td>
    <td>${subject === '' ? texts.words.wholeFile : code(subject)}</td>
    <td>${why}${factsOf(facts)}</td>
  </tr> `;
}

function stepOf(each: Tally, texts: Catalogue, isOpen: boolean): Markup {
  const { title, checked, clause, limit } = texts.steps[each.code];
  const { words } = texts;
  const { fail, 'not-evaluated': open } = each.counts;
  const heads = [words.outcome, words.subject, words.details];
  const entries = each.steps.map((step) => entry(step, texts));
  const shown = isOpen || fail + open > 0 ? html` open` : NOTHING;
  return html`<details class="step${fail > 0 ? ' failed' : ''}" ${shown}>
    <summary>
      <h3>${title}</h3>
      <span class="counts">${countsIn(each, texts.results) || words.none}</span>
    </summary>
    ${list([
      [words.whatIsChecked, checked],
      [words.byWhichClause, clause],
      [words.limit, limit],
    ])}${entries.length > 0 ? table(title, heads, entries) : html`<p>${words.noStep}</p> `}
  </details> `;
}

/**
 * What was checked, by step, in the normative order, with every single result.
 * @param isOpen whether also steps that passed are shown unfolded, as paper wants them
 */
export const checklistSection = (steps: readonly Step[], texts: Catalogue, isOpen: boolean): Markup =>
  section(
    'checklist',
    texts.words.checklist,
    tally(steps).map((each) => stepOf(each, texts, isOpen)),
  );
