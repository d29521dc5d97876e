/** Parts of a page that are made from code: each stands between two comments that name it. */

const opening = (name: string): string => `<!-- ${name} -->`;
const closing = (name: string): string => `<!-- /${name} -->`;

function placeOf(page: string, name: string): readonly [from: number, until: number] {
  const from = page.indexOf(opening(name));
  const until = page.indexOf(closing(name));
  if (from < 0 || until < from) throw new Error(`the page has no part called ${name}`);
  return [from + opening(name).length, until];
}

export function partOf(page: string, name: string): string {
  const [from, until] = placeOf(page, name);
  return page.slice(from, until);
}

export function withPart(page: string, name: string, text: string): string {
  const [from, until] = placeOf(page, name);
  return `${page.slice(0, from)}\n\n${text}\n\n${page.slice(until)}`;
}

export type Row = readonly string[];

/** A Markdown table, as plain as it can be; whoever formats the page aligns it. */
export const tableOf = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The cells of a table, however it is aligned. */
export const cellsOf = (table: string): readonly Row[] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split(' | ')
        .map((cell) => cell.trim().replace(/^-+$/, '---')),
    );
