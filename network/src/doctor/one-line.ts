const LONGEST = 400;
// Colours of terminals (ECMA-48, 5.4), and whatever else would break a line or a terminal.
const COLOUR = /\u001b\[[0-9;]*m/g;
const BLANK = /[\s\u0000-\u001f\u007f-\u009f]+/g;

/** Text of others as part of one line: no colours, no control characters, not too long. */
export function oneLine(text: string, longest = LONGEST): string {
  const line = text.replace(COLOUR, '').replace(BLANK, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

/** What an error says, on one line. */
export const reasonOf = (error: unknown): string =>
  oneLine(error instanceof Error ? error.message : String(error));
