import type { Verdict } from '../verdict.js';
import { catalogueOf, type Catalogue, type Language } from './wording/catalogue.js';
import { checklistSection } from './checklist-section.js';
import { html, Markup, type Markup as Piece } from './markup.js';
import {
  accountSection,
  clausesSection,
  custodySection,
  decisionSection,
  digestsSection,
  intervalSection,
  notProvenSection,
  partiesSection,
  preChainSection,
  timelineSection,
  verdictSection,
} from './sections.js';
import { SHEET_STYLE, STYLE } from './style.js';

/** As HTML names the languages of the catalogue. */
const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

interface Manner {
  /** Whether everything is unfolded. */
  readonly isOpen: boolean;
  readonly now?: string;
}

function article(verdict: Verdict, texts: Catalogue, { isOpen, now }: Manner): Piece {
  return html`<article class="tallystick-verdict" lang="${LANGUAGE_TAGS[texts.language]}">
    ${[
      verdictSection(verdict, texts, now),
      accountSection(verdict, texts),
      partiesSection(verdict, texts),
      timelineSection(verdict, texts),
      decisionSection(verdict, texts),
      intervalSection(verdict, texts),
      notProvenSection(verdict, texts),
      checklistSection(verdict.steps, texts, isOpen),
      preChainSection(verdict, texts),
      custodySection(verdict, texts),
      clausesSection(verdict, texts),
      digestsSection(verdict, texts),
    ]}
  </article> `;
}

/** A verdict as HTML to put into a page that has {@link STYLE}; headings begin at the second level. Everything in it is escaped. */
export const renderVerdict = (verdict: Verdict, language: Language): string =>
  article(verdict, catalogueOf(language), { isOpen: false }).text;

export interface ReportOptions {
  readonly lang: Language;
  /** When the report is made, by whose clock it may be; left out, the report says nothing of it. */
  readonly now?: string;
}

/** A verdict as a whole page to print: no script, no reference to anything outside, everything unfolded. */
export function renderReport(verdict: Verdict, { lang, now }: ReportOptions): string {
  const texts = catalogueOf(lang);
  const body = article(verdict, texts, { isOpen: true, ...(now !== undefined && { now }) });
  return html`<!doctype html>
    <html lang="${LANGUAGE_TAGS[lang]}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${texts.words.reportTitle}</title>
        <style>
          ${new Markup(SHEET_STYLE + STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${texts.words.reportTitle}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}
