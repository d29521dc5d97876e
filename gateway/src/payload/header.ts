import { base64nopad } from '@scure/base';
import { PayloadError } from './port.js';

/**
 * The age v1 header as text (C2SP age.md "Header"): a version line, stanzas, and a MAC over all of it.
 * Every header has exactly one spelling; the reader refuses all others, or a header could be altered without its MAC noticing.
 */
export interface Stanza {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

export interface Header {
  readonly stanzas: readonly Stanza[];
  readonly mac: Uint8Array;
  /** What the MAC is computed over: everything up to and including `---`. */
  readonly authenticated: Uint8Array;
  /** Length of the header in bytes. */
  readonly bytes: number;
}

/** More than enough for hundreds of recipients; bounds what a stranger's header can cost. */
export const MAX_HEADER_BYTES = 64 * 1024;

const VERSION = 'age-encryption.org/v1';
const LINE_BYTES = 48;
const LINE_COLUMNS = 64;
const MAC_BYTES = 32;
const VISIBLE = /^[\x21-\x7e]+$/;

/** The header without its MAC. */
export function encodeAuthenticated(stanzas: readonly Stanza[]): Buffer {
  return Buffer.from(`${VERSION}\n${stanzas.map(encodeStanza).join('')}---`, 'latin1');
}

export function encodeHeader(authenticated: Uint8Array, mac: Uint8Array): Uint8Array {
  return Buffer.concat([authenticated, Buffer.from(` ${base64nopad.encode(mac)}\n`, 'latin1')]);
}

function encodeStanza({ type, args, body }: Stanza): string {
  const lines = [`-> ${[type, ...args].join(' ')}`];
  // A short line ends a stanza, so a body of whole lines is followed by an empty one.
  for (let at = 0; at <= body.length; at += LINE_BYTES) {
    lines.push(base64nopad.encode(body.subarray(at, at + LINE_BYTES)));
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Read the header at the start of `file`; what follows it is left alone.
 * @throws PayloadError HEADER_INVALID
 */
export function readHeader(file: Uint8Array): Header {
  const lines = new Lines(file);
  if (lines.next() !== VERSION) throw invalid('unknown version');
  const stanzas: Stanza[] = [];
  let line = lines.next();
  while (line.startsWith('-> ')) {
    stanzas.push(readStanza(line, lines));
    line = lines.next();
  }
  if (!line.startsWith('--- ')) throw invalid('neither a stanza nor a MAC');
  const mac = decodeBase64(line.slice(4));
  if (mac.length !== MAC_BYTES) throw invalid('MAC of a wrong length');
  const authenticated = file.slice(0, lines.offset - line.length - 1 + '---'.length);
  return { stanzas, mac, authenticated, bytes: lines.offset };
}

function readStanza(line: string, lines: Lines): Stanza {
  const [type, ...args] = line.slice('-> '.length).split(' ');
  if (type === undefined || ![type, ...args].every((arg) => VISIBLE.test(arg))) {
    throw invalid('stanza with a malformed argument');
  }
  const body: Uint8Array[] = [];
  let isShort = false;
  while (!isShort) {
    const text = lines.next();
    if (text.length > LINE_COLUMNS) throw invalid('stanza with an overlong line');
    isShort = text.length < LINE_COLUMNS;
    body.push(decodeBase64(text));
  }
  return { type, args, body: Buffer.concat(body) };
}

/** Canonical base64 without padding. @throws PayloadError HEADER_INVALID */
export function decodeBase64(text: string): Uint8Array {
  try {
    return base64nopad.decode(text);
  } catch {
    throw invalid('not canonical base64');
  }
}

const invalid = (what: string): PayloadError => new PayloadError('HEADER_INVALID', `age header: ${what}`);

/** Lines of a header; latin1, so that characters and bytes count the same. */
class Lines {
  readonly #text: string;
  offset = 0;

  constructor(file: Uint8Array) {
    this.#text = Buffer.from(file.subarray(0, MAX_HEADER_BYTES)).toString('latin1');
  }

  next(): string {
    const end = this.#text.indexOf('\n', this.offset);
    if (end < 0) throw invalid('ends early');
    const line = this.#text.slice(this.offset, end);
    this.offset = end + 1;
    return line;
  }
}
