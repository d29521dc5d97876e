import { derSequence, TAG, type Der } from '../bytes/der.js';
import { parseCertificate, type Certificate } from '../x509/certificate.js';
import { plainAlgorithm } from './digests.js';
import { signerNameOf, type SignerName } from './signer.js';

/** CMS SignedData (RFC 5652 section 5) with exactly one signer, as RFC 3161 section 2.4.2 wants it. All parts are slices. */
export interface SignedData {
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly signer: SignerInfo;
}

export interface SignerInfo {
  readonly name: SignerName;
  readonly digestAlgorithm: string;
  /** Elements of the signed attributes, and the octets that are signed: the same with the tag of SET OF (section 5.4). */
  readonly attributes: Der;
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const EXPLICIT_0 = 0xa0;
const CERTIFICATES = 0xa0;
const SIGNED_ATTRIBUTES = 0xa0;
/** Of SignedData whose content is not plain data. */
const VERSION = 3n;
const MAX_CERTIFICATES = 10;
const MAX_TOKEN_BYTES = 1 << 17;

/** @throws Rejection TOKEN_INVALID, TRAILING_BYTES, CERTIFICATE_MALFORMED */
export function readSignedData(token: Uint8Array): SignedData {
  const outer: Der = derSequence(token.subarray(0, MAX_TOKEN_BYTES), 'TOKEN_INVALID');
  outer.demand(outer.objectIdentifier() === SIGNED_DATA, 'a content that is no SignedData');
  const explicit = outer.inner(EXPLICIT_0);
  outer.end();
  const data = explicit.inner(TAG.sequence);
  explicit.end();
  return readInner(data);
}

function readInner(data: Der): SignedData {
  data.demand(data.unsigned() === VERSION, 'a version of SignedData');
  const digests = data.inner(TAG.set);
  const digestAlgorithm = plainAlgorithm(digests.inner(TAG.sequence));
  digests.end();
  const content = contentOf(data.inner(TAG.sequence));
  const certificates = certificatesOf(data);
  const signers = data.inner(TAG.set);
  data.end();
  const signer = signerOf(signers.inner(TAG.sequence));
  signers.end();
  data.demand(signer.digestAlgorithm === digestAlgorithm, 'two digest algorithms');
  return { content, certificates, signer };
}

function contentOf(encapsulated: Der): Uint8Array {
  encapsulated.demand(encapsulated.objectIdentifier() === TST_INFO, 'a content that is no TSTInfo');
  const explicit = encapsulated.inner(EXPLICIT_0);
  encapsulated.end();
  const { content } = explicit.next(TAG.octetString);
  explicit.end();
  return content;
}

function certificatesOf(data: Der): Certificate[] {
  const found = data.optional(CERTIFICATES);
  if (found === undefined) return [];
  const set: Der = data.of(found);
  const certificates: Certificate[] = [];
  while (!set.isAtEnd) {
    certificates.push(parseCertificate(set.next(TAG.sequence).whole));
    set.demand(certificates.length <= MAX_CERTIFICATES, 'so many certificates');
  }
  return certificates;
}

// Unsigned attributes are refused: octets that nobody signed are nobody's words.
function signerOf(info: Der): SignerInfo {
  const version = info.unsigned();
  const name = signerNameOf(info);
  info.demand(version === (name.kind === 'issuer' ? 1n : VERSION), 'a version of SignerInfo');
  const digestAlgorithm = plainAlgorithm(info.inner(TAG.sequence));
  const attributes = info.next(SIGNED_ATTRIBUTES);
  const signatureAlgorithm = plainAlgorithm(info.inner(TAG.sequence));
  const { content: signature } = info.next(TAG.octetString);
  info.end();
  const signed = Uint8Array.from(attributes.whole);
  signed[0] = TAG.set;
  return { name, digestAlgorithm, attributes: info.of(attributes), signed, signatureAlgorithm, signature };
}
