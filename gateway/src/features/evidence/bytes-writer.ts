import type { Bytes } from '@tallystick/chaincode/model';
import * as z from 'zod';

/** More pieces than this are refused by a reader; see the schema of `bytes`. */
const MAX_PIECES = 4096;

/**
 * Bytes that are printable UTF-8, seen as one character for each byte (ISO 8859-1): no control characters but the line feed, so
 * that JSON need not escape them one by one. Bounded, because the engine keeps a step of every repetition.
 */
const CHARACTER = [
  '[\\n\\x20-\\x7e]',
  '\\xc2[\\xa0-\\xbf]',
  '[\\xc3-\\xdf][\\x80-\\xbf]',
  '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
  '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
  '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
  '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
  '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
  '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
].join('|');
const textOf = (shortest: number): RegExp => new RegExp(`(?:${CHARACTER}){${shortest},4000}`, 'g');

/** Shorter runs cost more in marks and commas than they save; the later ones are for bytes that fall into too many pieces. */
const TEXTS = [12, 96, 1024].map(textOf);

/** A certificate as Fabric's identities and configurations hold it (RFC 7468). */
const CERTIFICATE =
  /-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,76}\n){1,80}-----END CERTIFICATE-----\n?/g;

/**
 * Spells bytes as pieces that a `BytesReader` puts together again: certificates once for the whole file, text as text (so that people
 * can read it, and compression finds in it what base64 would hide), and everything else in base64. The same bytes in the same order give
 * the same file.
 */
export class BytesWriter {
  readonly #shared = new Map<string, number>();

  /** The entries that pieces name, in the order of their first use. */
  get shared(): readonly string[] {
    return [...this.#shared.keys()].map((certificate) => `'${certificate}`);
  }

  write(bytes: Uint8Array): Bytes {
    const latin = latinOf(bytes);
    for (const text of TEXTS) {
      const pieces = this.#pieces(bytes, latin, text);
      if (pieces.length <= MAX_PIECES) return pieces;
    }
    return [base64Of(bytes)];
  }

  #pieces(bytes: Uint8Array, latin: string, text: RegExp): Bytes {
    const pieces: string[] = [];
    for (const [start, end, isCertificate] of runs(latin, CERTIFICATE, 0, latin.length)) {
      if (isCertificate) pieces.push(this.#share(latin.slice(start, end)));
      else
        for (const [from, to, isText] of runs(latin, text, start, end))
          pieces.push((isText ? quoted : base64Of)(bytes.subarray(from, to)));
    }
    return pieces;
  }

  #share(certificate: string): string {
    const index = this.#shared.get(certificate) ?? this.#shared.size;
    this.#shared.set(certificate, index);
    return `#${index}`;
  }
}

/** Where the pattern matches between two places, and what lies between the matches. */
function* runs(
  latin: string,
  pattern: RegExp,
  start: number,
  end: number,
): Generator<readonly [start: number, end: number, isMatch: boolean]> {
  let at = start;
  for (const match of latin.slice(start, end).matchAll(pattern)) {
    const from = start + match.index;
    if (from > at) yield [at, from, false];
    at = from + match[0].length;
    yield [from, at, true];
  }
  if (end > at) yield [at, end, false];
}

const base64Of = (bytes: Uint8Array): string => `=${z.util.uint8ArrayToBase64(bytes)}`;

// A byte order mark is text like any other here: dropped, the bytes would not come back.
const quoted = (bytes: Uint8Array): string =>
  `'${new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)}`;

/** One character for each byte. */
const latinOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
