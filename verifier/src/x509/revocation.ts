import { Der, derSequence, TAG } from '../bytes/der.js';
import { readSigned, serialOf, type SignedDocument } from './certificate.js';
import { AUTHORITY_KEY_IDENTIFIER, readExtensions } from './extensions.js';
import { loosePem } from './pem.js';
import { instant } from './time.js';

/** A certificate revocation list (RFC 5280 5.1). */
export interface RevocationList extends SignedDocument {
  /** Serial numbers as a certificate has them: lower-case hex without leading zeros. */
  readonly serials: ReadonlySet<string>;
  /** Key identifier of the authority; empty where the extension has none, `undefined` where the extension is missing or cannot be read. */
  readonly authorityKeyId: Uint8Array | undefined;
}

const REASON = 'CERTIFICATE_MALFORMED';
const EXTENSIONS = 0xa0;
const TIMES = [0x17, 0x18];
const KEY_IDENTIFIER = 0x80;
const PEM_LABEL = 'X509 CRL';
const EMPTY = new Uint8Array();

function algorithmOf(tbs: Der): Uint8Array {
  tbs.optional(TAG.integer);
  return tbs.next(TAG.sequence).whole;
}

function skipUpdates(tbs: Der): void {
  tbs.next(TAG.sequence);
  instant(tbs);
  for (const tag of TIMES) tbs.optional(tag);
}

// Dates and reasons are passed over: for Fabric a serial on the list is revoked as soon as the configuration carries the list.
function serialsIn(entries: Der): Set<string> {
  const serials = new Set<string>();
  while (!entries.isAtEnd) serials.add(serialOf(entries.inner(TAG.sequence).next(TAG.integer).content));
  return serials;
}

function keyIdIn(value: Uint8Array): Uint8Array | undefined {
  if (value[0] !== TAG.sequence) return undefined;
  return new Der(value, REASON).inner(TAG.sequence).optional(KEY_IDENTIFIER)?.content ?? EMPTY;
}

function authorityKeyId(tbs: Der): Uint8Array | undefined {
  const explicit = tbs.optional(EXTENSIONS);
  if (explicit === undefined) return undefined;
  const extensions = readExtensions(tbs.of(explicit).inner(TAG.sequence));
  const found = extensions.find(({ oid }) => oid === AUTHORITY_KEY_IDENTIFIER);
  return found && keyIdIn(found.value);
}

/** The DER that Go's x509.ParseCRL finds: of a PEM that begins with this label, or the bytes themselves. */
function derOf(bytes: Uint8Array): Uint8Array {
  const begin = `-----BEGIN ${PEM_LABEL}`;
  const isPem = new TextDecoder('latin1').decode(bytes.subarray(0, begin.length)) === begin;
  const block = isPem ? loosePem(bytes) : undefined;
  return block?.label === PEM_LABEL ? block.der : bytes;
}

/** A list as an MSP carries it, PEM or DER. Who signed it is not judged here. @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  const document = readSigned(derOf(bytes), algorithmOf);
  const tbs = derSequence(document.signed, REASON);
  algorithmOf(tbs);
  skipUpdates(tbs);
  const entries = tbs.optional(TAG.sequence);
  const serials = entries === undefined ? new Set<string>() : serialsIn(tbs.of(entries));
  return { ...document, serials, authorityKeyId: authorityKeyId(tbs) };
}
