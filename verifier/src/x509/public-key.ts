import { derSequence, TAG } from '../bytes/der.js';

const EC = '1.2.840.10045.2.1';
const RSA = '1.2.840.113549.1.1.1';
const ED25519 = '1.3.101.112';

/** A public key as signatures are checked with it. */
export interface PublicKey {
  /** DER SubjectPublicKeyInfo, a slice of the certificate. */
  readonly spki: Uint8Array;
  /** By the key's own algorithm and curve; `undefined` for one that no check here knows. */
  readonly kind: 'ec-p224' | 'ec-p256' | 'ec-p384' | 'ec-p521' | 'ed25519' | 'rsa' | undefined;
}

/** Curve and length of its uncompressed point; compressed ones Fabric does not read either. */
const CURVES: Readonly<Record<string, { readonly kind: PublicKey['kind']; readonly length: number }>> = {
  '1.3.132.0.33': { kind: 'ec-p224', length: 57 },
  '1.2.840.10045.3.1.7': { kind: 'ec-p256', length: 65 },
  '1.3.132.0.34': { kind: 'ec-p384', length: 97 },
  '1.3.132.0.35': { kind: 'ec-p521', length: 133 },
};
const ED25519_LENGTH = 32;
const RSA_OCTETS = 128;

/** Whether an RSA key (RFC 8017 A.1.1) has 1024 bits: Go checks nothing with a shorter one (crypto/rsa, checkKeySize). */
function isLong(key: Uint8Array): boolean {
  const { content } = derSequence(key, 'CERTIFICATE_MALFORMED').next(TAG.integer);
  return content.length - (content[0] === 0 ? 1 : 0) >= RSA_OCTETS;
}

/** SubjectPublicKeyInfo (RFC 5280 4.1.2.7; RFC 5480; RFC 8410). @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES */
export function readPublicKey(spki: Uint8Array): PublicKey {
  const info = derSequence(spki, 'CERTIFICATE_MALFORMED');
  const algorithm = info.inner(TAG.sequence);
  const point = info.bits();
  switch (algorithm.objectIdentifier()) {
    case EC: {
      const curve = CURVES[algorithm.objectIdentifier()];
      const isPlain = curve?.length === point.length && point[0] === 0x04;
      return { spki, kind: isPlain ? curve.kind : undefined };
    }
    case ED25519:
      return { spki, kind: point.length === ED25519_LENGTH ? 'ed25519' : undefined };
    case RSA:
      return { spki, kind: isLong(point) ? 'rsa' : undefined };
    default:
      return { spki, kind: undefined };
  }
}
