import { derSequence, TAG, type Der } from '../bytes/der.js';
import { NotEvaluated, Rejection } from '../rejection.js';
import { parseCertificate, type Certificate } from '../x509/certificate.js';
import { derOf } from './ber.js';
import { algorithmOf, plainAlgorithm, type Algorithm } from './digests.js';
import { signerNameOf, type SignerName } from './signer-name.js';

/** CMS SignedData (RFC 5652 section 5) with exactly one signer, as RFC 3161 section 2.4.2 wants it. All parts are slices. */
export interface SignedData {
  readonly content: Uint8Array;
  /** Those that can be read: a token may carry others. */
  readonly certificates: readonly Certificate[];
  readonly signer: SignerInfo;
}

export interface SignerInfo {
  readonly name: SignerName;
  readonly digestAlgorithm: string;
  /** Elements of the signed attributes, and the octets that are signed: the same with the tag of SET OF (section 5.4). */
  readonly attributes: Der;
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const EXPLICIT_0 = 0xa0;
const CERTIFICATES = 0xa0;
const REVOCATION_LISTS = 0xa1;
const SIGNED_ATTRIBUTES = 0xa0;
const UNSIGNED_ATTRIBUTES = 0xa1;
/** Versions of SignedData whose content is not plain data (RFC 5652 section 5.1). */
const VERSIONS: readonly bigint[] = [3n, 4n, 5n];
const MAX_TOKEN_BYTES = 1 << 17;
const MAX_CERTIFICATES = 256;

/** @throws Rejection TOKEN_INVALID, TRAILING_BYTES; NotEvaluated TOKEN_NOT_SUPPORTED */
export function readSignedData(token: Uint8Array): SignedData {
  if (token.length > MAX_TOKEN_BYTES)
    throw new NotEvaluated('TOKEN_NOT_SUPPORTED', { what: 'a token of such length' });
  const outer: Der = derSequence(derOf(token), 'TOKEN_INVALID');
  outer.demand(outer.objectIdentifier() === SIGNED_DATA, 'a content that is no SignedData');
  const explicit = outer.inner(EXPLICIT_0);
  outer.end();
  const data = explicit.inner(TAG.sequence);
  explicit.end();
  return readInner(data);
}

// Revocation lists are passed over: nobody can tell here how new they are.
function readInner(data: Der): SignedData {
  data.demand(VERSIONS.includes(data.unsigned()), 'a version of SignedData');
  const digests = digestsOf(data.inner(TAG.set));
  const content = contentOf(data.inner(TAG.sequence));
  const certificates = certificatesOf(data);
  data.optional(REVOCATION_LISTS);
  const signers = data.inner(TAG.set);
  data.end();
  const signer = signerOf(signers.inner(TAG.sequence));
  signers.end();
  data.demand(digests.includes(signer.digestAlgorithm), 'a digest algorithm that is not announced');
  return { content, certificates, signer };
}

function digestsOf(set: Der): readonly string[] {
  const algorithms: string[] = [];
  while (!set.isAtEnd) algorithms.push(plainAlgorithm(set.inner(TAG.sequence)));
  return algorithms;
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
  const certificates: (Certificate | undefined)[] = [];
  while (!set.isAtEnd) {
    const { tag, whole } = set.any();
    // Other tags are of attribute certificates, which say nothing of keys (RFC 5652 section 10.2.2).
    if (tag === TAG.sequence) certificates.push(readable(whole));
    if (certificates.length > MAX_CERTIFICATES)
      throw new NotEvaluated('TOKEN_NOT_SUPPORTED', { what: 'so many certificates' });
  }
  return certificates.filter((each) => each !== undefined);
}

function readable(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}

// Unsigned attributes are passed over: octets that nobody signed are nobody's words.
function signerOf(info: Der): SignerInfo {
  const version = info.unsigned();
  const name = signerNameOf(info);
  info.demand(version === (name.kind === 'issuer' ? 1n : 3n), 'a version of SignerInfo');
  const digestAlgorithm = plainAlgorithm(info.inner(TAG.sequence));
  const attributes = info.next(SIGNED_ATTRIBUTES);
  const signatureAlgorithm = algorithmOf(info.inner(TAG.sequence));
  const { content: signature } = info.next(TAG.octetString);
  info.optional(UNSIGNED_ATTRIBUTES);
  info.end();
  const signed = Uint8Array.from(attributes.whole);
  signed[0] = TAG.set;
  return { name, digestAlgorithm, attributes: info.of(attributes), signed, signatureAlgorithm, signature };
}
