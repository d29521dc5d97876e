import { createHash, KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import { lowSCrypto, SIGNATURE } from './signing.js';
import {
  AuthorityKeyIdentifierExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  type Extension,
} from './x509.js';

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

/** A fresh certificate is already valid on a machine whose clock is a few minutes behind. */
const BACKDATE = 5 * MINUTE;

/** Validities in milliseconds, counted from the moment of issue. */
export const AUTHORITY_VALIDITY = 10 * YEAR;
export const MEMBER_VALIDITY = YEAR;

/** Whoever signs. Nothing it issues outlives `notAfter`. */
export interface Issuer {
  readonly name: Name;
  readonly keyIdentifier: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly notAfter: Date;
}

export interface CertificateRequest {
  readonly name: Name;
  readonly publicKey: webcrypto.CryptoKey;
  readonly validity: number;
  readonly now: Date;
  readonly extensions: readonly Extension[];
}

/** Relative distinguished names in the order given, for example `{ OU: 'peer', CN: 'peer-01ab' }`. */
export const distinguishedName = (parts: Readonly<Record<string, string>>): Name =>
  new Name(Object.entries(parts).map(([type, value]) => ({ [type]: [value] })));

/**
 * SHA-256 of the uncompressed point (RFC 7093 method 4): the very identifier under which Fabric looks for the private
 * key in a keystore (fabric:bccsp/sw/ecdsakey.go SKI).
 */
export function keyIdentifier(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki.subarray(-65)).digest('hex');
}

// 126 random bits behind a fixed `01`: positive and never zero-padded, below the 20 octets of RFC 5280 4.1.2.2.
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** Issues a certificate and returns its PEM. SKI and AKI are always set: Fabric refuses an MSP without them. */
export async function issue(issuer: Issuer, request: CertificateRequest): Promise<string> {
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: request.name,
      issuer: issuer.name,
      notBefore: new Date(request.now.getTime() - BACKDATE),
      notAfter: new Date(Math.min(request.now.getTime() + request.validity, issuer.notAfter.getTime())),
      publicKey: request.publicKey,
      signingKey: issuer.privateKey,
      signingAlgorithm: SIGNATURE,
      extensions: [
        ...request.extensions,
        new SubjectKeyIdentifierExtension(keyIdentifier(KeyObject.from(request.publicKey))),
        new AuthorityKeyIdentifierExtension(issuer.keyIdentifier),
      ],
    },
    lowSCrypto,
  );
  return `${certificate.toString('pem')}\n`;
}
