import { gunzip, isGzip } from './gzip.js';
import { IntakeError } from './intake-error.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LESS = 0x3c;
/** How `[`, `{`, `]` and `}` change the depth. */
const STEP: Readonly<Record<number, number>> = { 0x5b: 1, 0x7b: 1, 0x5d: -1, 0x7d: -1 };
/** Nothing of ours is deeper; what is, is hostile, and the reader of the form says so. */
const MAX_DEPTH = 16;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** How files begin that are something else, or packed in a way that is not read here. */
const OTHERS: readonly (readonly [what: string, beginning: readonly number[]])[] = [
  ['a web page in UTF-16', [0xff, 0xfe, LESS, 0]],
  ['a web page in UTF-16', [0xfe, 0xff, 0, LESS]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['packed by xz', [0xfd, 0x37, 0x7a, 0x58]],
  ['packed by zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['packed by bzip2', [0x42, 0x5a, 0x68]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
];
/** Servers and browsers pack what is packed already; nobody does so more often. */
const LAYERS = 2;
const SPACES: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

const beginsAs = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

/** Where the text begins: behind a byte-order mark and white space. */
function beginning(bytes: Uint8Array): number {
  let at = beginsAs(bytes, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (SPACES.includes(bytes[at] ?? 0)) at += 1;
  return at;
}

/** Whether JSON ends before all that it opened is closed. What is wrong with it otherwise is for the reader of the form. */
function isCutShort(bytes: Uint8Array, from: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = from; at < bytes.length && depth <= MAX_DEPTH; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else depth += STEP[byte] ?? 0;
  }
  return isInString || (depth > 0 && depth <= MAX_DEPTH);
}

/**
 * That a file has an end, and is no web page or archive in its place. A download that broke off says nothing about the evidence: it is no verdict.
 * @throws IntakeError CUT_SHORT, OTHER_FILE
 */
export function assertWhole(bytes: Uint8Array): void {
  const start = beginning(bytes);
  const other = OTHERS.find(([, mark]) => beginsAs(bytes, mark));
  if (other !== undefined) throw new IntakeError('OTHER_FILE', other[0]);
  if (bytes[start] === LESS)
    throw new IntakeError('OTHER_FILE', 'a web page, perhaps one that asks for a password');
  if (start >= bytes.length || isCutShort(bytes, start))
    throw new IntakeError('CUT_SHORT', `it ends after ${bytes.length} bytes`);
}

/**
 * The bytes of an evidence file as they are verified: unpacked where it begins as gzip does, whatever its name. Command and page read by
 * this, so that both give one answer.
 * @param limit largest file that is read, packed or not
 * @throws IntakeError
 */
export function evidenceBytes(file: Uint8Array, limit: number): Uint8Array {
  if (file.length > limit)
    throw new IntakeError('TOO_LARGE', `${file.length} bytes, at most ${limit} are read`);
  let bytes = file;
  for (let layer = 0; layer < LAYERS && isGzip(bytes); layer += 1) bytes = gunzip(bytes, limit);
  if (isGzip(bytes)) throw new IntakeError('OTHER_FILE', `packed by gzip more than ${LAYERS} times`);
  assertWhole(bytes);
  return bytes;
}
