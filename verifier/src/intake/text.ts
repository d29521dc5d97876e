/** Byte-order marks, with the encoding that each tells (The Unicode Standard, section 23.8). */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const markOf = (bytes: Uint8Array): (typeof MARKS)[number] | undefined =>
  MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));

export const hasByteOrderMark = (bytes: Uint8Array): boolean => markOf(bytes) !== undefined;

/**
 * The text of a file that a person typed or saved: UTF-8, or what its byte-order mark says, as editors and shells of Windows write it. The
 * mark is left out. For files that are evidence nothing is put right.
 * @param isWhole whether bytes that are no text are refused; a piece of a file may end within a character
 * @throws TypeError for bytes that are no text
 */
export const typedText = (bytes: Uint8Array, isWhole = true): string =>
  new TextDecoder(markOf(bytes)?.[0], { fatal: isWhole }).decode(bytes);
