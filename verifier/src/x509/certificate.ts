import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { BoundedMap } from '../bytes/bounded-map.js';
import { derSequence, TAG, type Der } from '../bytes/der.js';
import { Rejection } from '../rejection.js';
import { basicConstraints, readExtensions, type Extension } from './extensions.js';
import { COMMON_NAME, ORGANISATIONAL_UNIT, readName, valuesOf } from './names.js';
import { loosePem, pemBlock } from './pem.js';
import { readPublicKey, type PublicKey } from './public-key.js';
import { instant } from './time.js';

/** Bytes that an authority signed: a certificate or a revocation list. */
export interface SignedDocument {
  /** The signed bytes, a slice of the DER; with what signed them (dotted object identifier). */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: string;
  /** What stands beside the identifier, DER; only RSASSA-PSS has something to say there. */
  readonly parameters?: Uint8Array;
  readonly signature: Uint8Array;
}

/** An X.509 certificate (RFC 5280), as far as a verifier of identities needs it. */
export interface Certificate extends SignedDocument {
  readonly der: Uint8Array;
  /** 1 to 3; only the third has extensions. */
  readonly version: number;
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
const V3 = 3;

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
  const stated = outer.of(algorithm);
  const signatureAlgorithm = stated.objectIdentifier();
  const parameters = stated.isAtEnd ? {} : { parameters: stated.any().whole };
  return { signed, signatureAlgorithm, ...parameters, signature };
}

/** A serial number from the content of its INTEGER, in the form that certificates and revocation lists are compared in. */
export const serialOf = (content: Uint8Array): string => bytesToHex(content).replace(/^0+(?=.)/u, '');

// As long as it likes: authorities have issued more than the twenty octets of RFC 5280, and Fabric takes them.
function readSerial(tbs: Der): string {
  const { content } = tbs.next(TAG.integer);
  const [first, second = 0xff] = content;
  tbs.demand(first !== undefined && first < 0x80, 'a serial number that is negative or empty');
  tbs.demand(first !== 0 || second >= 0x80, 'a serial number with idle octets');
  return serialOf(content);
}

function header(tbs: Der): { version: number; serial: string; algorithm: Uint8Array } {
  const explicit = tbs.optional(VERSION);
  const version = explicit === undefined ? 1 : Number(tbs.of(explicit).unsigned()) + 1;
  tbs.demand(version <= V3, 'a version of X.509');
  const serial = readSerial(tbs);
  return { version, serial, algorithm: tbs.next(TAG.sequence).whole };
}

function validity(tbs: Der): { notBefore: number; notAfter: number } {
  const period = tbs.inner(TAG.sequence);
  return { notBefore: instant(period), notAfter: instant(period) };
}

// What follows the extensions is signed, and means nothing to anybody: Go (crypto/x509) passes over it, and Fabric with it. So it does at
// other ends within what is signed.
function extensionsOf(tbs: Der, version: number): Extension[] {
  for (const tag of UNIQUE_IDENTIFIERS) tbs.optional(tag);
  const explicit = version === V3 ? tbs.optional(EXTENSIONS) : undefined;
  return explicit === undefined ? [] : readExtensions(tbs.of(explicit).inner(TAG.sequence));
}

/**
 * A certificate from its DER (RFC 5280 4.1). Every part is a slice; whether anything is signed or believed is not judged here.
 * @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_LENGTH) throw new Rejection(REASON, { what: 'a certificate of such length' });
  const document = readSigned(der, (tbs) => header(tbs).algorithm);
  const tbs = derSequence(document.signed, REASON);
  const { version, serial } = header(tbs);
  const { whole: issuer } = tbs.next(TAG.sequence);
  const period = validity(tbs);
  const subject = tbs.next(TAG.sequence);
  const { whole: spki } = tbs.next(TAG.sequence);
  const extensions = extensionsOf(tbs, version);
  const name = readName(tbs.of(subject));
  return {
    ...document,
    ...period,
    der,
    version,
    fingerprint: bytesToHex(sha256(der)),
    subject: subject.whole,
    issuer,
    commonName: valuesOf(name, COMMON_NAME).at(-1) ?? '',
    serial,
    organisationalUnits: valuesOf(name, ORGANISATIONAL_UNIT),
    isAuthority: basicConstraints(extensions).isAuthority,
    extensions,
    key: readPublicKey(spki),
  };
}

/** A certificate from one PEM block with nothing around it. @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES */
export const parsePem = (bytes: Uint8Array): Certificate =>
  parsed.getOr(latin1.decode(bytes), () => parseCertificate(pemBlock(bytes, 'CERTIFICATE')));

/**
 * A certificate that Fabric took already, in whatever PEM (`loosePem`): of creators, endorsers and orderers on the ledger, and of what
 * organisations configured. How they spell themselves must not make worthless what others have. @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES
 */
export function parseCommittedPem(bytes: Uint8Array): Certificate {
  const read = (): Certificate => parseCertificate(loosePem(bytes).der);
  return bytes.length > MAX_LENGTH ? read() : committed.getOr(latin1.decode(bytes), read);
}

/** Certificates by their text: a ledger holds few, and each stands in every file of it, several times. */
const parsed = new BoundedMap<Certificate>(1024);
const committed = new BoundedMap<Certificate>(1024);
const latin1 = new TextDecoder('latin1');
