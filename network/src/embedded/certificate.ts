import 'reflect-metadata';
import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { EmbeddedNodeError, messageOf } from './errors.js';

/** The facts of one certificate that membership decisions need. */
export interface Certificate {
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  /** SHA-256 of the signed part: equal for every re-encoding of the issuer's signature, so it names the certificate. */
  readonly digest: string;
  /** Upper-case hex without leading zeros, as node:crypto and CRLs spell it here. */
  readonly serial: string;
  readonly organizationalUnits: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Length of header plus content of the DER element at `offset`. */
function derSpan(der: Uint8Array, offset: number): { start: number; end: number } {
  const first = der[offset + 1] ?? 0;
  if (first < 0x80) return { start: offset + 2, end: offset + 2 + first };
  const bytes = first & 0x7f;
  let length = 0;
  for (let i = 0; i < bytes; i += 1) length = length * 256 + (der[offset + 2 + i] ?? 0);
  return { start: offset + 2 + bytes, end: offset + 2 + bytes + length };
}

function signedPart(der: Uint8Array): Uint8Array {
  const { start } = derSpan(der, 0);
  return der.subarray(start, derSpan(der, start).end);
}

/** Serial numbers compare as integers: no leading zeros, upper case. */
function normalSerial(hex: string): string {
  return hex.toUpperCase().replace(/^0+(?=.)/, '');
}

/**
 * Reads one certificate.
 * @param bytes PEM or DER
 * @throws EmbeddedNodeError IDENTITY_UNREADABLE
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  try {
    const parsed = new X509Certificate(bytes);
    const names = new x509.X509Certificate(parsed.raw).subjectName;
    return {
      x509: parsed,
      publicKey: parsed.publicKey,
      digest: createHash('sha256').update(signedPart(parsed.raw)).digest('hex'),
      serial: normalSerial(parsed.serialNumber),
      organizationalUnits: names.getField('OU'),
      notBefore: Date.parse(parsed.validFrom),
      notAfter: Date.parse(parsed.validTo),
    };
  } catch (cause) {
    throw new EmbeddedNodeError('IDENTITY_UNREADABLE', `not a certificate: ${messageOf(cause)}`, { cause });
  }
}

/** True for a P-256 key, the only kind this node accepts. */
export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

/** True when `issuer` is a CA that issued and signed `subject` and was valid at `atMs`. */
export function isIssuedBy(subject: Certificate, issuer: Certificate, atMs: number): boolean {
  return (
    issuer.x509.ca &&
    subject.x509.checkIssued(issuer.x509) &&
    subject.x509.verify(issuer.publicKey) &&
    issuer.notBefore <= atMs &&
    atMs <= issuer.notAfter
  );
}

function readRevocationList(bytes: Uint8Array): x509.X509Crl {
  let list: x509.X509Crl;
  try {
    list = new x509.X509Crl(Buffer.from(bytes));
  } catch (cause) {
    throw new EmbeddedNodeError('MSP_INVALID', `not a revocation list: ${messageOf(cause)}`, { cause });
  }
  // RFC 5280 5.1.2.5 asks for it, and without it the library sees no entry: such a list would revoke nothing.
  if (list.nextUpdate) return list;
  throw new EmbeddedNodeError('MSP_INVALID', 'a revocation list without nextUpdate is not accepted');
}

/**
 * The serial numbers a CRL revokes, provided `issuer` signed that CRL; nothing otherwise. Revocation dates are ignored,
 * as Fabric does: a serial counts from the configuration that carries the CRL (msp/mspimplvalidate.go).
 * @throws EmbeddedNodeError MSP_INVALID
 */
export async function revokedSerials(crl: Uint8Array, issuer: Certificate): Promise<readonly string[]> {
  const list = readRevocationList(crl);
  const authority = new x509.X509Certificate(issuer.x509.raw);
  if (list.issuer !== authority.subject) return [];
  if (!(await list.verify({ publicKey: authority }))) return [];
  return list.entries.map((entry) => normalSerial(entry.serialNumber));
}
