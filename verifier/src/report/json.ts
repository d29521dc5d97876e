import { NOT_PROVEN, type Verdict } from '../verdict.js';

/** Characters beyond ASCII that a reader would not see, or that turn the direction of writing; JSON escapes only those below. */
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const escaped = (unseen: string): string => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A verdict for machines, with the limits that hold for it; safe to look at in a terminal. Ends with a line feed. */
export const renderJson = (verdict: Verdict): string =>
  `${JSON.stringify({ ...verdict, notProven: NOT_PROVEN }, null, 2).replaceAll(UNSEEN, escaped)}\n`;
