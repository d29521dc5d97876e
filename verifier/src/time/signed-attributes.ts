import { equalBytes } from '@noble/curves/utils.js';
import { Der, TAG } from '../bytes/der.js';
import { NotEvaluated } from '../rejection.js';
import type { Certificate } from '../x509/certificate.js';
import { certificateDigestOfRfc2634, digestBy, plainAlgorithm, SHA256 } from './digests.js';
import { isSameName, serialOf } from './names.js';
import type { SignedData, SignerInfo } from './signed-data.js';

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const DIRECTORY_NAME = 0xa4;
/** Certificates that a signer may name: itself and its authorities. */
const MAX_NAMED = 16;

/** A certificate that the signer names among what it signs (ESSCertID, ESSCertIDv2). */
export interface NamedCertificate {
  readonly hash: (certificate: Uint8Array) => Uint8Array;
  readonly digest: Uint8Array;
  readonly issued?: { readonly issuer: Uint8Array; readonly serial: string } | undefined;
}

/** Signed attributes, as far as a token needs them. */
export interface SignedAttributes {
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  /** One list or two: the first of each is the signer's own certificate, the others are its authorities'. */
  readonly named: readonly (readonly NamedCertificate[])[];
}

/**
 * What the signer signed besides the content (RFC 5652 section 11, RFC 2634 section 5.4, RFC 5035 section 3, RFC 5816).
 * @throws Rejection TOKEN_INVALID, TRAILING_BYTES; NotEvaluated TOKEN_NOT_SUPPORTED
 */
export function readAttributes({ attributes }: SignerInfo): SignedAttributes {
  const values = valuesOf(attributes);
  const read = (oid: string): Der | undefined => {
    const value = values.get(oid);
    if (value === undefined) return undefined;
    const { whole } = value.any();
    value.end();
    return new Der(whole, 'TOKEN_INVALID');
  };
  const [type, digest] = [read(CONTENT_TYPE), read(MESSAGE_DIGEST)];
  const [first, second] = [read(SIGNING_CERTIFICATE), read(SIGNING_CERTIFICATE_V2)];
  const named = [...(first ? [namedIn(first, false)] : []), ...(second ? [namedIn(second, true)] : [])];
  if (type === undefined || digest === undefined || named.length === 0)
    throw attributes.rejection({ what: 'no signed content type, message digest or signing certificate' });
  return {
    contentType: type.objectIdentifier(),
    messageDigest: digest.next(TAG.octetString).content,
    named,
  };
}

/** Values of attributes by type, each once. Those that are read here have one (RFC 5652 section 11, RFC 5035 section 3). */
function valuesOf(attributes: Der): ReadonlyMap<string, Der> {
  const values = new Map<string, Der>();
  while (!attributes.isAtEnd) {
    const attribute = attributes.inner(TAG.sequence);
    const oid = attribute.objectIdentifier();
    const set: Der = attribute.inner(TAG.set);
    attribute.end();
    attributes.demand(!values.has(oid), 'an attribute that comes twice');
    values.set(oid, set);
  }
  return values;
}

function namedIn(attribute: Der, isV2: boolean): NamedCertificate[] {
  const signing: Der = attribute.inner(TAG.sequence);
  const list: Der = signing.inner(TAG.sequence);
  signing.optional(TAG.sequence);
  signing.end();
  const named: NamedCertificate[] = [];
  while (!list.isAtEnd) {
    if (named.length === MAX_NAMED)
      throw new NotEvaluated('TOKEN_NOT_SUPPORTED', { what: 'so many certificates of a signer' });
    named.push(entryOf(list.inner(TAG.sequence), isV2));
  }
  list.demand(named.length > 0, 'no signing certificate');
  return named;
}

function entryOf(entry: Der, isV2: boolean): NamedCertificate {
  const algorithm = isV2 ? entry.optional(TAG.sequence) : undefined;
  const oid = algorithm === undefined ? SHA256 : plainAlgorithm(entry.of(algorithm));
  const hash = isV2 ? digestBy(oid) : certificateDigestOfRfc2634;
  const digest = entry.next(TAG.octetString).content;
  const issuerSerial = entry.isAtEnd ? undefined : entry.inner(TAG.sequence);
  if (issuerSerial === undefined) return { hash, digest };
  const names: Der = issuerSerial.inner(TAG.sequence);
  const issuer = names.of(names.next(DIRECTORY_NAME)).next(TAG.sequence).whole;
  names.end();
  return { hash, digest, issued: { issuer, serial: serialOf(issuerSerial.next(TAG.integer).content) } };
}

/** Whether this is the certificate that is named. */
export function isMeant({ hash, digest, issued }: NamedCertificate, certificate: Certificate): boolean {
  if (!equalBytes(hash(certificate.der), digest)) return false;
  return (
    issued === undefined ||
    (issued.serial === certificate.serial && isSameName(issued.issuer, certificate.issuer))
  );
}

/** The content is a TSTInfo, and the one that was signed. @throws Rejection TOKEN_INVALID; NotEvaluated TOKEN_NOT_SUPPORTED */
export function assertSigned({ contentType, messageDigest }: SignedAttributes, data: SignedData): void {
  const { digestAlgorithm } = data.signer;
  const attributes: Der = data.signer.attributes;
  attributes.demand(contentType === TST_INFO, 'another content type');
  const digest = digestBy(digestAlgorithm)(data.content);
  attributes.demand(equalBytes(digest, messageDigest), 'another message digest');
}
