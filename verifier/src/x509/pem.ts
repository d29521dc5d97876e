import { Rejection } from '../rejection.js';

const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END ([A-Z0-9 ]+)-----\s*$/u;
const MAX_LENGTH = 1 << 22;

/** Unpadded, spaced or otherwise second spellings of the same bytes are not accepted. */
function decoded(base64: string): Uint8Array | undefined {
  try {
    const binary = atob(base64);
    if (btoa(binary) !== base64) return undefined;
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

const malformed = (what: string): Rejection => new Rejection('CERTIFICATE_MALFORMED', { what });

/**
 * The bytes of the one PEM block with this label (RFC 7468, strict): of what people type into a trust file, and of who signs for the reader
 * himself. Whoever reads such a text sees two things, where there is more around the block.
 * @throws Rejection CERTIFICATE_MALFORMED
 */
export function pemBlock(pem: Uint8Array, label: string): Uint8Array {
  if (pem.length > MAX_LENGTH) throw malformed('a PEM of such length');
  const match = BLOCK.exec(new TextDecoder('latin1').decode(pem));
  if (match === null) throw malformed('not exactly one PEM block');
  const [, begin, body = '', end] = match;
  if (begin !== label || end !== label) throw malformed(`a PEM block that is no ${label}`);
  const bytes = decoded(body.replaceAll(/[\r\n]/gu, ''));
  if (bytes === undefined) throw malformed('PEM text that is no base64');
  return bytes;
}

const [BEGIN, END, DASHES] = ['-----BEGIN ', '\n-----END ', '-----'];
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;

/** A line without blanks and tabs at its end, in one pass: whoever may submit chooses these bytes. */
function withoutBlanks(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end -= 1;
  return line.slice(0, end);
}

/** The line at a place without white space at its end, and where the next one begins. */
function lineAt(text: string, at: number): { readonly line: string; readonly next: number } {
  const found = text.indexOf('\n', at);
  const end = found < 0 ? text.length : found;
  const line = text.slice(at, end);
  const plain = found >= 0 && line.endsWith('\r') ? line.slice(0, -1) : line;
  return { line: withoutBlanks(plain), next: found < 0 ? end : end + 1 };
}

/** Where the text of a block begins, behind its headers. */
function behindHeaders(text: string, start: number): number {
  let at = start;
  for (;;) {
    const { line, next } = lineAt(text, at);
    if (at >= text.length || !line.includes(':')) return at;
    at = next;
  }
}

/** A block of PEM. */
interface Block {
  readonly label: string;
  readonly der: Uint8Array;
}

/** Whether an END names the label of the BEGIN line, dashes included, and nothing but blanks after it. */
const isClosedBy = (line: string, text: string, closing: number): boolean =>
  text.startsWith(line, closing) && lineAt(text, closing + line.length).line === '';

/** What stands between the last BEGIN line before an END and that END; `undefined` where they are no pair. */
function blockBefore(text: string, end: number): Block | undefined {
  const begin = text.slice(0, end).lastIndexOf(BEGIN);
  if (begin < 0 || (begin > 0 && text[begin - 1] !== '\n')) return undefined;
  const { line, next } = lineAt(text, begin + BEGIN.length);
  if (!line.endsWith(DASHES)) return undefined;
  const start = behindHeaders(text, next);
  // An END with a colon behind it is taken for a header; Go looks no further then.
  if (start > end + END.length) throw malformed('no PEM block');
  if ((start > next && start > end) || !isClosedBy(line, text, end + END.length)) return undefined;
  const body = text.slice(start, Math.max(start, end)).replaceAll(/[ \t\r\n]/gu, '');
  if (!BASE64.test(body)) return undefined;
  const der = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
  return { label: line.slice(0, -DASHES.length), der };
}

/**
 * The first PEM block as Go's pem.Decode finds it (encoding/pem), with which Fabric reads identities and what an organisation configured
 * (fabric:msp/mspimpl.go, getCertFromPem, deserializeIdentityInternal): any label, headers, white space, and whatever stands around, other
 * blocks too. Not bounded by a length of its own: nor is Fabric's.
 * @throws Rejection CERTIFICATE_MALFORMED
 */
export function loosePem(pem: Uint8Array): Block {
  let text = new TextDecoder('latin1').decode(pem);
  for (;;) {
    const end = text.indexOf(END);
    if (end < 0) throw malformed('no PEM block');
    const block = blockBefore(text, end);
    if (block !== undefined) return block;
    text = text.slice(end + END.length);
  }
}
