import type { Finding } from './finding.js';
import { oneLine } from './one-line.js';

/** Long enough for whatever is found; a line that a node made up is cut before. */
const LONGEST = 2_000;

const lineOf = ({ code, severity, subject, text, remedy }: Finding): string =>
  oneLine(`${severity} ${code} ${subject}: ${text}. Remedy: ${remedy}.`, LONGEST);

/** One line for each finding, or one that says that there is none. */
export const reportOf = (findings: readonly Finding[]): string =>
  findings.length === 0 ? 'Nothing found.' : findings.map(lineOf).join('\n');
