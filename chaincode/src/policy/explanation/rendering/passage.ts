/** A sentence, and what belongs under it. */
export interface Passage {
  readonly text: string;
  /** JSON pointer into the policy of what it speaks about. */
  readonly pointer?: string;
  readonly parts?: readonly Passage[];
}

export function passage(text: string, parts: readonly Passage[] = [], pointer?: string): Passage {
  return {
    text,
    ...(pointer !== undefined && { pointer }),
    ...(parts.length > 0 && { parts }),
  };
}

const linesOf = ({ text, parts = [] }: Passage, indent: string): readonly string[] => [
  indent + text,
  ...parts.flatMap((part) => linesOf(part, `${indent}  `)),
];

/** A statement with all that stands under it. */
export const inOneLine = ({ text, parts = [] }: Passage): string =>
  parts.length === 0 ? text : `${text} (${parts.map(inOneLine).join(' ')})`;

/** Passages as plain text, one sentence a line, indented under the one it belongs to. */
export const plainLines = (passages: readonly Passage[]): readonly string[] =>
  passages.flatMap((each) => linesOf(each, ''));

export const plainText = (passages: readonly Passage[]): string => plainLines(passages).join('\n');
