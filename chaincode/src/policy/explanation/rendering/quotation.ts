/**
 * Controls (C0, DEL, C1), line and paragraph separators, what turns the direction of writing, and lone surrogates: a record
 * that holds them could move a terminal's cursor, or let a reader see other letters than there are.
 */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Surrogate}]/gu;

/** A value that holds these could end its quotation. */
const MARKS = /[\u201c\u201d]/g;

const spelledOut = (unseen: string): string => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`;

/** The text with everything that a reader would not see spelled out, as `\u{202e}`. */
export const visible = (text: string): string => text.replaceAll(UNSEEN, spelledOut);

/** A name or value as it stands in the record, in quotation marks. */
export const quoted = (text: string): string => `“${visible(text).replaceAll(MARKS, spelledOut)}”`;
