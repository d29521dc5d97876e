import { equalBytes } from '@noble/curves/utils.js';
import { Der, TAG } from '../bytes/der.js';
import type { Certificate } from '../x509/certificate.js';
import { certificateDigestOfRfc2634, digestBy, plainAlgorithm, SHA256 } from './digests.js';
import type { SignedData } from './signed-data.js';

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/**
 * What the signer signed besides the content: that it is a TSTInfo, its digest, and which certificate is the signer's (RFC 5652
 * section 11, RFC 2634 section 5.4, RFC 5035 section 3, RFC 5816).
 * @throws Rejection TOKEN_INVALID, TRAILING_BYTES
 */
export function assertAttributes({ content, signer }: SignedData, certificate: Certificate): void {
  const values = valuesOf(signer.attributes);
  const required = (oid: string, what: string): Der => {
    const value = values.get(oid);
    if (value === undefined) throw signer.attributes.rejection({ what: `no signed ${what}` });
    return new Der(value, 'TOKEN_INVALID');
  };
  const type: Der = required(CONTENT_TYPE, 'content type');
  type.demand(type.objectIdentifier() === TST_INFO, 'another content type');
  const digest = required(MESSAGE_DIGEST, 'message digest').next(TAG.octetString).content;
  type.demand(equalBytes(digestBy(signer.digestAlgorithm)(content), digest), 'another message digest');
  const isV2 = values.has(SIGNING_CERTIFICATE_V2);
  const meant = required(isV2 ? SIGNING_CERTIFICATE_V2 : SIGNING_CERTIFICATE, 'signing certificate');
  type.demand(isMeant(firstEntry(meant), isV2, certificate), 'another signing certificate');
}

/** Attributes by type, each once and with one value. */
function valuesOf(attributes: Der): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  while (!attributes.isAtEnd) {
    const attribute = attributes.inner(TAG.sequence);
    const oid = attribute.objectIdentifier();
    const set = attribute.inner(TAG.set);
    const { whole } = set.any();
    set.end();
    attribute.end();
    attributes.demand(!values.has(oid), 'an attribute that comes twice');
    values.set(oid, whole);
  }
  return values;
}

// The first entry is the signer's; others may name its authorities.
const firstEntry = (signingCertificate: Der): Der =>
  signingCertificate.inner(TAG.sequence).inner(TAG.sequence).inner(TAG.sequence);

function isMeant(entry: Der, isV2: boolean, { der }: Certificate): boolean {
  const algorithm = isV2 ? entry.optional(TAG.sequence) : undefined;
  const oid = algorithm === undefined ? SHA256 : plainAlgorithm(entry.of(algorithm));
  const hash = isV2 ? digestBy(oid) : certificateDigestOfRfc2634;
  return equalBytes(hash(der), entry.next(TAG.octetString).content);
}
