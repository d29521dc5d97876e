/**
 * Controls (C0, DEL, C1), line and paragraph separators, and what turns the direction of writing: a record that holds them could move a
 * terminal's cursor, or let a reader see other letters than there are.
 */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Surrogate}]/gu;

/** The text with everything that a reader would not see spelled out, as `\u{202e}`. */
export const visible = (text: string): string =>
  text.replaceAll(UNSEEN, (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`);
