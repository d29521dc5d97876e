import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { BoundedMap } from '../bytes/bounded-map.js';
import { derSequence, TAG, type Der } from '../bytes/der.js';
import { Rejection } from '../rejection.js';
import { isAuthority, readExtensions, type Extension } from './extensions.js';
import { COMMON_NAME, nameValues, ORGANISATIONAL_UNIT } from './names.js';
import { loosePemBlock, pemBlock } from './pem.js';
import { readPublicKey, type PublicKey } from './public-key.js';
import { instant } from './time.js';

/** Bytes that an authority signed: a certificate or a revocation list. */
export interface SignedDocument {
  /** The signed bytes, a slice of the DER; with what signed them (dotted object identifier). */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

/** An X.509 certificate (RFC 5280), as far as a verifier of identities needs it. */
export interface Certificate extends SignedDocument {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** Raw DER of the names: compared as bytes, never as text. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** For people only. */
  readonly commonName: string;
  /** Lower-case hex without leading zeros. */
  readonly serial: string;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly organisationalUnits: readonly string[];
  readonly isAuthority: boolean;
  readonly extensions: readonly Extension[];
  readonly key: PublicKey;
}

const REASON = 'CERTIFICATE_MALFORMED';
const MAX_LENGTH = 1 << 16;
const VERSION = 0xa0;
const UNIQUE_IDENTIFIERS = [0x81, 0x82];
const EXTENSIONS = 0xa3;

/**
 * The outer form that certificates and revocation lists share. The algorithm that stands outside what is signed has to be the one inside
 * (RFC 5280 4.1.1.2), or it would be a byte that anybody may change.
 */
export function readSigned(bytes: Uint8Array, innerAlgorithm: (signed: Der) => Uint8Array): SignedDocument {
  const outer: Der = derSequence(bytes, REASON);
  const { whole: signed, content } = outer.next(TAG.sequence);
  const algorithm = outer.next(TAG.sequence);
  const signature = outer.bits();
  outer.end();
  const inner = innerAlgorithm(outer.of({ tag: TAG.sequence, whole: signed, content }));
  outer.demand(equalBytes(inner, algorithm.whole), 'two signature algorithms');
  return { signed, signatureAlgorithm: outer.of(algorithm).objectIdentifier(), signature };
}

function header(tbs: Der): { serial: bigint; algorithm: Uint8Array } {
  tbs.optional(VERSION);
  const serial = tbs.unsigned();
  return { serial, algorithm: tbs.next(TAG.sequence).whole };
}

function validity(tbs: Der): { notBefore: number; notAfter: number } {
  const period = tbs.inner(TAG.sequence);
  const [notBefore, notAfter] = [instant(period), instant(period)];
  period.end();
  return { notBefore, notAfter };
}

function extensionsOf(tbs: Der): Extension[] {
  for (const tag of UNIQUE_IDENTIFIERS) tbs.optional(tag);
  const explicit = tbs.optional(EXTENSIONS);
  tbs.end();
  if (explicit === undefined) return [];
  const wrapper = tbs.of(explicit);
  const extensions = readExtensions(wrapper.inner(TAG.sequence));
  wrapper.end();
  return extensions;
}

/**
 * A certificate from its DER (RFC 5280 4.1). Every part is a slice; whether anything is signed or believed is not judged here.
 * @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_LENGTH) throw new Rejection(REASON, { what: 'a certificate of such length' });
  const document = readSigned(der, (tbs) => header(tbs).algorithm);
  const tbs = derSequence(document.signed, REASON);
  const { serial } = header(tbs);
  const { whole: issuer } = tbs.next(TAG.sequence);
  const period = validity(tbs);
  const subject = tbs.next(TAG.sequence);
  const { whole: spki } = tbs.next(TAG.sequence);
  const extensions = extensionsOf(tbs);
  return {
    ...document,
    ...period,
    der,
    fingerprint: bytesToHex(sha256(der)),
    subject: subject.whole,
    issuer,
    commonName: nameValues(tbs.of(subject), COMMON_NAME).at(-1) ?? '',
    serial: serial.toString(16),
    organisationalUnits: nameValues(tbs.of(subject), ORGANISATIONAL_UNIT),
    isAuthority: isAuthority(extensions),
    extensions,
    key: readPublicKey(spki),
  };
}

/** A certificate from one PEM block with nothing around it. @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES */
export const parsePem = (bytes: Uint8Array): Certificate =>
  parsed.getOr(latin1.decode(bytes), () => parseCertificate(pemBlock(bytes, 'CERTIFICATE')));

/**
 * A certificate that Fabric took already, in whatever PEM (`loosePemBlock`): of creators and endorsers on the ledger. How they spell
 * themselves must not make worthless what others have. @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES
 */
export function parseCommittedPem(bytes: Uint8Array): Certificate {
  const read = (): Certificate => parseCertificate(loosePemBlock(bytes));
  return bytes.length > MAX_LENGTH ? read() : committed.getOr(latin1.decode(bytes), read);
}

/** Certificates by their text: a ledger holds few, and each stands in every file of it, several times. */
const parsed = new BoundedMap<Certificate>(1024);
const committed = new BoundedMap<Certificate>(1024);
const latin1 = new TextDecoder('latin1');
