import { Rejection } from '../rejection.js';

const BLOCK = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END ([A-Z0-9 ]+)-----\s*$/u;
const MAX_LENGTH = 1 << 22;

/** Unpadded, spaced or otherwise second spellings of the same bytes are none. */
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
 * The bytes of the one PEM block with this label (RFC 7468, strict). Fabric (Go's pem.Decode) passes over text before and after the block;
 * we do not, because whoever reads such a text sees two things in one identity.
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
