import { TAG } from '../bytes/der.js';
import { CURVES, isHighS, p1363, readEcdsa } from '../crypto/ecdsa.js';
import { parseCertificate, type Certificate } from './certificate.js';

function element(tag: number, content: Uint8Array): Uint8Array {
  const size = content.length;
  const extra = size < 0x80 ? [] : size < 0x100 ? [0x81] : [0x82, size >> 8];
  return Uint8Array.of(tag, ...extra, size & 0xff, ...content);
}

function integer(fixed: Uint8Array): Uint8Array {
  const start = fixed.findIndex((octet) => octet !== 0);
  const digits = fixed.subarray(start);
  return element(TAG.integer, (digits[0] ?? 0) < 0x80 ? digits : Uint8Array.of(0, ...digits));
}

const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** ecdsa-with-SHA1, SHA256, 384 and 512 (RFC 3279 2.2.3, RFC 5758 3.2). */
const ECDSA = ['1.2.840.10045.4.1', '1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4'];

/** Whether Fabric brings the signature of a certificate into one form (fabric:msp/cert.go, isECDSASignedCert). */
export const isEcdsaSigned = ({ signatureAlgorithm }: Certificate): boolean =>
  ECDSA.includes(signatureAlgorithm);

/**
 * The same certificate with the lower of s and order - s as its signature, as Fabric rewrites it (fabric:msp/cert.go,
 * sanitizeECDSASignedCert). Otherwise its holder could spell one certificate in two ways and count as two signers. Only after the
 * signature was verified with the authority's key.
 */
export function withLowS(certificate: Certificate, authority: Certificate): Certificate {
  const { kind } = authority.key;
  if (!isEcdsaSigned(certificate) || (kind !== 'ec-p256' && kind !== 'ec-p384' && kind !== 'ec-p521'))
    return certificate;
  const curve = CURVES[kind];
  const pair = readEcdsa(certificate.signature, curve);
  if (!isHighS(pair, curve)) return certificate;
  const fixed = p1363({ r: pair.r, s: curve.order - pair.s }, curve);
  const pairBytes = joined(integer(fixed.subarray(0, curve.octets)), integer(fixed.subarray(curve.octets)));
  const bits = element(TAG.bitString, Uint8Array.of(0, ...element(TAG.sequence, pairBytes)));
  return parseCertificate(element(TAG.sequence, joined(certificate.signed, algorithmOf(certificate), bits)));
}

// The algorithm stands between what is signed and the signature.
function algorithmOf({ der, signed, signature }: Certificate): Uint8Array {
  const start = signed.byteOffset - der.byteOffset + signed.length;
  const bits = element(TAG.bitString, Uint8Array.of(0, ...signature));
  return der.subarray(start, der.length - bits.length);
}
