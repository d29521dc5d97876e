import type { Explanation } from './explain.js';
import { plainLines, type Passage } from '../rendering/passage.js';
import { quoted } from '../rendering/quotation.js';

/** An id of a record as it stands in a sentence, in quotation marks or within a key. */
const ID = /“?\b[a-z]+-[a-z2-7]{52}\b”?/g;
const MARKS = /[“”]/g;

/** What somebody calls a record who knows it: the legal name of a participant, the title of a dataset. */
export type NameOf = (id: string) => string | undefined;

function namedIn(text: string, nameOf: NameOf): string {
  return text.replaceAll(ID, (found) => {
    const id = found.replaceAll(MARKS, '');
    const name = nameOf(id);
    if (name === undefined) return found;
    return found === `“${id}”` ? `${quoted(name)} (${id})` : `${found} (${quoted(name)})`;
  });
}

const namedPassages = (passages: readonly Passage[], nameOf: NameOf): readonly Passage[] =>
  passages.map(({ text, parts, ...rest }) => ({
    ...rest,
    text: namedIn(text, nameOf),
    ...(parts && { parts: namedPassages(parts, nameOf) }),
  }));

/** The ids that an explanation names, for somebody who has to look up names first. */
export const idsIn = ({ summary, lines }: Explanation): readonly string[] => [
  ...new Set(
    [summary, ...lines].flatMap((line) => (line.match(ID) ?? []).map((found) => found.replaceAll(MARKS, ''))),
  ),
];

/** An explanation that says names beside ids. Names are what records say, so the ids stay: two may bear one name. */
export function withNames(explanation: Explanation, nameOf: NameOf): Explanation {
  const passages = namedPassages(explanation.passages, nameOf);
  return {
    ...explanation,
    summary: namedIn(explanation.summary, nameOf),
    passages,
    lines: plainLines(passages),
  };
}
