import { visible } from '@tallystick/chaincode/policy';

/** A piece of HTML in which everything that came from outside is text. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  visible(text).replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escaped(`${part}`);
}

/**
 * HTML from a template: what is put in is text, unless it is markup itself. So nothing is escaped twice, and nothing can be forgotten.
 * Parts stand in elements or in quoted attributes.
 */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(texts.reduce((whole, text, index) => whole + textOf(parts[index - 1] ?? '') + text));

export const NOTHING = new Markup('');

/** A table with a caption for those who cannot see what it belongs to. */
export const table = (caption: string, heads: readonly string[], rows: readonly Markup[]): Markup =>
  html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table> `;

export const row = (cells: readonly (string | Markup)[]): Markup =>
  html`<tr>
    ${cells.map((cell) => html`<td>${cell}</td>`)}
  </tr> `;

/** Names with what they mean; those without a value are left out. */
export function list(entries: readonly (readonly [string, string | Markup | undefined])[]): Markup {
  const known = entries.flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          html`<dt>${name}</dt>
            <dd>${value}</dd> `,
        ],
  );
  return html`<dl>${known}</dl> `;
}

export const section = (name: string, title: string, body: readonly Markup[]): Markup =>
  html`<section class="${name}">
    <h2>${title}</h2>
    ${body}
  </section> `;

export const code = (text: string): Markup => html`<code>${text}</code>`;
