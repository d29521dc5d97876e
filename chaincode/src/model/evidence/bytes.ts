import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';

/**
 * Bytes in an evidence file, so that they stay exact, people can read what is text in them, and what occurs again and again (a
 * certificate) stands in the file once. A list of pieces, one after the other; each begins with a mark:
 * `=` base64 (RFC 4648, padded), `'` UTF-8 text, `#` the index of an entry of the file's `shared` list.
 */
export const bytes = z.array(z.string().min(1)).max(4096);
export type Bytes = z.infer<typeof bytes>;

export type BytesErrorCode = 'BAD_MARK' | 'BAD_BASE64' | 'NOT_SHARED' | 'NOT_USED' | 'TOO_LARGE';

/** Pieces that do not spell bytes in the one allowed way. */
export class BytesError extends Error {
  override readonly name = 'BytesError';
  readonly code: BytesErrorCode;

  constructor(code: BytesErrorCode, piece: string) {
    super(`${code}: ${piece.slice(0, 40)}`);
    this.code = code;
  }
}

/** Far more than an envelope may have; a few shared entries named very often must not fill the memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Puts bytes together that pieces spell. Knows which shared entries were used: a file holds none that means nothing. */
export class BytesReader {
  readonly #shared: readonly Uint8Array[];
  readonly #used = new Set<number>();
  #total = 0;

  /** @throws BytesError for an entry that is not one base64 or text piece. */
  constructor(shared: readonly string[]) {
    this.#shared = shared.map((piece) => literal(piece));
  }

  /** @throws BytesError */
  read(pieces: Bytes): Uint8Array {
    const parts = pieces.map((piece) => this.#piece(piece));
    const whole = new Uint8Array(this.#counted(parts.reduce((sum, { length }) => sum + length, 0)));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** @throws BytesError NOT_USED when a shared entry was never named. */
  assertAllUsed(): void {
    for (const index of this.#shared.keys()) {
      if (!this.#used.has(index)) throw new BytesError('NOT_USED', `#${index}`);
    }
  }

  #counted(length: number): number {
    this.#total += length;
    if (length > MAX_BYTES || this.#total > 8 * MAX_BYTES) throw new BytesError('TOO_LARGE', `${length}`);
    return length;
  }

  #piece(piece: string): Uint8Array {
    if (!piece.startsWith('#')) return literal(piece);
    const index = /^#(?:0|[1-9]\d{0,4})$/.test(piece) ? Number(piece.slice(1)) : -1;
    const entry = this.#shared[index];
    if (entry === undefined) throw new BytesError('NOT_SHARED', piece);
    this.#used.add(index);
    return entry;
  }
}

function literal(piece: string): Uint8Array {
  if (piece.startsWith("'")) return utf8ToBytes(piece.slice(1));
  if (piece.startsWith('=')) return bytesOfBase64(piece.slice(1));
  throw new BytesError('BAD_MARK', piece);
}

/** RFC 4648 section 4, padded, no stray bits in the last group (3.5): else one file had two spellings. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

function bytesOfBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new BytesError('BAD_BASE64', text);
  return z.util.base64ToUint8Array(text);
}
