import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** SignedData, and a TSTInfo in it, as object identifiers in DER. */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702a0', 'hex');
const TST_INFO = Buffer.from('060b2a864886f70d0109100104', 'hex');
/** How far behind the beginning of a token the type of its content stands. */
const NEAR = 120;
const LARGEST_FILE = 30_000_000;
const BASE64 = /(?:[A-Za-z0-9+/]{4}(?:\\[rn]|\s|&#13;|&#xd;)*){150,}(?:[A-Za-z0-9+/]{2,3}={0,2})?/g;
const HEX = /(?:[0-9a-fA-F]{2}\s*){500,}/g;

/** Where an element ends (ITU-T X.690 8.1), with definite or indefinite length; `undefined` for what is none. */
function endOf(bytes: Buffer, start: number, depth = 0): number | undefined {
  const first = bytes[start + 1];
  if (first === undefined || depth > 40) return undefined;
  if (first < 0x80) return start + 2 + first;
  if (first > 0x80) {
    const count = first & 0x7f;
    return count > 4 ? undefined : start + 2 + count + bytes.readUIntBE(start + 2, count);
  }
  let at: number | undefined = start + 2;
  while (at !== undefined && bytes.readUInt16BE(at) !== 0) at = endOf(bytes, at, depth + 1);
  return at === undefined ? undefined : at + 2;
}

/** Octets of tag and length, as the first octet of the length says. */
const headOf = (length: number): number => 2 + (length > 0x80 ? length & 0x7f : 0);

function tokenAround(bytes: Buffer, found: number): Buffer | undefined {
  const start = [2, 3, 4, 5, 6]
    .map((head) => found - head)
    .find((at) => bytes[at] === 0x30 && headOf(bytes[at + 1] ?? 0) === found - at);
  if (start === undefined) return undefined;
  try {
    const end = endOf(bytes, start);
    return end !== undefined && end <= bytes.length ? bytes.subarray(start, end) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function* tokensAt(bytes: Buffer): Generator<Buffer> {
  for (let at = bytes.indexOf(SIGNED_DATA); at >= 0; at = bytes.indexOf(SIGNED_DATA, at + 1)) {
    const token = tokenAround(bytes, at);
    if (token !== undefined && token.subarray(0, NEAR).includes(TST_INFO)) yield token;
  }
}

/** The bytes, and what stands in them as base64 (XML, JSON) or hex (PDF). */
function* spellings(bytes: Buffer): Generator<Buffer> {
  yield bytes;
  const text = bytes.toString('latin1');
  for (const [run] of text.matchAll(BASE64))
    yield Buffer.from(run.replaceAll(/\\[rn]|&#13;|&#xd;|\s/g, ''), 'base64');
  for (const [run] of text.matchAll(HEX)) yield Buffer.from(run.replaceAll(/\s/g, ''), 'hex');
}

function* filesIn(path: string): Generator<string> {
  const state = statSync(path, { throwIfNoEntry: false });
  if (state?.isDirectory() === true) for (const name of readdirSync(path)) yield* filesIn(join(path, name));
  else if (state?.isFile() === true && state.size < LARGEST_FILE) yield path;
}

export interface Found {
  readonly token: Uint8Array;
  readonly file: string;
}

/** Every TimeStampToken that stands in a file under these folders, once. */
export function tokensIn(folders: readonly string[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const file of folders.flatMap((folder) => [...filesIn(folder)]))
    for (const bytes of spellings(readFileSync(file)))
      for (const token of tokensAt(bytes)) {
        const digest = createHash('sha256').update(token).digest('hex');
        if (!found.has(digest)) found.set(digest, { token: Uint8Array.from(token), file });
      }
  return [...found.values()];
}

/** Every certificate in PEM or DER under these folders that Node can read. */
export function certificateFilesIn(folders: readonly string[]): readonly Buffer[] {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
  return folders
    .flatMap((folder) => [...filesIn(folder)])
    .flatMap((file) => {
      const bytes = readFileSync(file);
      if (/\.(cer|crt|der)$/.test(file) && bytes[0] === 0x30) return [bytes];
      const blocks = bytes.toString('latin1').match(pem) ?? [];
      return blocks.map((block) => Buffer.from(block.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64'));
    });
}
