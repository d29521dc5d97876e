import { derSequence, TAG, type Der } from '../bytes/der.js';
import { readSigned, type SignedDocument } from './certificate.js';
import { pemBlock } from './pem.js';
import { instant } from './time.js';

/** A certificate revocation list (RFC 5280 5.1). */
export interface RevocationList extends SignedDocument {
  /** Serial numbers as a certificate has them: lower-case hex without leading zeros. */
  readonly serials: ReadonlySet<string>;
}

const REASON = 'CERTIFICATE_MALFORMED';
const EXTENSIONS = 0xa0;
const TIMES = [0x17, 0x18];
const PEM_LABEL = 'X509 CRL';

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
  while (!entries.isAtEnd) serials.add(entries.inner(TAG.sequence).unsigned().toString(16));
  return serials;
}

/** A list as an MSP carries it, PEM or DER. Who signed it is not judged here. @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES */
export function readRevocationList(bytes: Uint8Array): RevocationList {
  const der = bytes[0] === TAG.sequence ? bytes : pemBlock(bytes, PEM_LABEL);
  const document = readSigned(der, algorithmOf);
  const tbs = derSequence(document.signed, REASON);
  algorithmOf(tbs);
  skipUpdates(tbs);
  const entries = tbs.optional(TAG.sequence);
  tbs.optional(EXTENSIONS);
  tbs.end();
  return { ...document, serials: entries === undefined ? new Set() : serialsIn(tbs.of(entries)) };
}
