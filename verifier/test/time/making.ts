import { constants, createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  ascii,
  bits,
  genTimeOf,
  integer,
  nameOf,
  NULL,
  octets,
  oid,
  sequence,
  set,
  tagged,
  timeOf,
  TRUE,
} from './der.js';

/** Keys and certificates of authorities of time, and tokens, of any make: also of such as no program would make. */
export type KeyKind = 'p256' | 'p384' | 'p521' | 'secp256k1' | 'rsa' | 'rsa1024' | 'pss' | 'ed25519';

export interface Key {
  readonly kind: KeyKind;
  readonly secret: KeyObject;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

const CURVES: Partial<Record<KeyKind, string>> = {
  p256: 'P-256',
  p384: 'P-384',
  p521: 'P-521',
  secp256k1: 'secp256k1',
};

export function newKey(kind: KeyKind = 'p256'): Key {
  const { privateKey: secret, publicKey } = pairOf(kind);
  return { kind, secret, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

function pairOf(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  const namedCurve = CURVES[kind];
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve });
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: kind === 'rsa1024' ? 1024 : 2048 });
}

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';
const HASH_OIDS: Readonly<Record<HashName, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const RSA_WITH: Readonly<Record<HashName, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const ECDSA_WITH: Readonly<Record<HashName, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
const SALT = 32;

export const digestOf = (hash: HashName, bytes: Uint8Array): Uint8Array =>
  createHash(hash).update(bytes).digest();
export const algorithm = (hash: HashName): Uint8Array => sequence(oid(HASH_OIDS[hash]), NULL);

/** AlgorithmIdentifier of what a key signs with. */
export function signatureAlgorithm({ kind }: Key, hash: HashName): Uint8Array {
  if (kind === 'ed25519') return sequence(oid('1.3.101.112'));
  if (kind === 'pss') {
    const mask = sequence(oid('1.2.840.113549.1.1.8'), algorithm(hash));
    const parameters = sequence(tagged(0, algorithm(hash)), tagged(1, mask), tagged(2, integer(SALT)));
    return sequence(oid('1.2.840.113549.1.1.10'), parameters);
  }
  return kind.startsWith('rsa') ? sequence(oid(RSA_WITH[hash]), NULL) : sequence(oid(ECDSA_WITH[hash]));
}

export function signatureOf({ kind, secret }: Key, hash: HashName, message: Uint8Array): Uint8Array {
  if (kind === 'ed25519') return sign(null, message, secret);
  const padding = kind === 'pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT } : {};
  return sign(hash, message, { key: secret, ...padding });
}

export const extension = (id: string, value: Uint8Array, isCritical = false): Uint8Array =>
  sequence(oid(id), ...(isCritical ? [TRUE] : []), octets(value));
export const keyUsage = (octet: number): Uint8Array => extension('2.5.29.15', bitsOf(octet), true);
export const extendedKeyUsage = (purposes: readonly string[], isCritical = true): Uint8Array =>
  extension('2.5.29.37', sequence(...purposes.map(oid)), isCritical);
export const basicConstraints = (isAuthority: boolean, pathLength?: number): Uint8Array =>
  extension(
    '2.5.29.19',
    sequence(...(isAuthority ? [TRUE] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])),
    true,
  );
export const keyIdentifier = ({ spki }: Pick<Key, 'spki'>): Uint8Array =>
  extension('2.5.29.14', octets(digestOf('sha1', spki)));
export const authorityKeyIdentifier = ({ spki }: Pick<Key, 'spki'>): Uint8Array =>
  extension('2.5.29.35', sequence(Buffer.concat([Uint8Array.of(0x80, 20), digestOf('sha1', spki)])));

const bitsOf = (octet: number): Uint8Array => {
  const unused = 31 - Math.clz32(octet & -octet);
  return Uint8Array.of(3, 2, unused, octet);
};

export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
export const FOR_TIME = [keyUsage(0xc0), extendedKeyUsage([TIME_STAMPING])];
export const FOR_ISSUING = [basicConstraints(true), keyUsage(0x06)];

export interface CertificateOptions {
  readonly subject: string | Uint8Array;
  readonly key: Key;
  /** Whose name and key stand above; itself where left out. */
  readonly by?: { readonly name: string | Uint8Array; readonly key: Key };
  readonly serial?: number;
  readonly from?: string;
  readonly until?: string;
  readonly extensions?: readonly Uint8Array[];
  readonly hash?: HashName;
  /** Without them nothing but the signature says whose key it is. */
  readonly hasIdentifiers?: boolean;
  /** Version 1 has no extensions. */
  readonly version?: 1 | 3;
}

export const nameIn = (name: string | Uint8Array): Uint8Array =>
  typeof name === 'string' ? nameOf(name) : name;
const FROM = '2026-01-01T00:00:00Z';
const UNTIL = '2030-01-01T00:00:00Z';
let serials = 1;

export function certificate(options: CertificateOptions): Uint8Array {
  const { subject, key, hash = 'sha256', extensions = FOR_TIME, from = FROM, until = UNTIL } = options;
  const by = options.by ?? { name: subject, key };
  const signing = signatureAlgorithm(by.key, hash);
  const isFirst = options.version === 1;
  const named = [keyIdentifier(key), authorityKeyIdentifier(by.key)].filter(
    (each) =>
      options.hasIdentifiers !== false &&
      !extensions.some((other) => Buffer.from(other).includes(Buffer.from(each.subarray(2, 7)))),
  );
  const tbs = sequence(
    ...(isFirst ? [] : [tagged(0, integer(2))]),
    integer(options.serial ?? serials++),
    signing,
    nameIn(by.name),
    sequence(timeOf(from), timeOf(until)),
    nameIn(subject),
    key.spki,
    ...(isFirst ? [] : [tagged(3, sequence(...extensions, ...named))]),
  );
  return sequence(tbs, signing, bits(signatureOf(by.key, hash, tbs)));
}

/** Who signs tokens: its certificate, name as it is issued under, and key. */
export interface Signer {
  readonly certificate: Uint8Array;
  readonly key: Key;
  /** DER of issuer and serial number, as they stand in the certificate. */
  readonly issued: readonly [Uint8Array, Uint8Array];
}

export interface TokenOptions {
  readonly message: Uint8Array;
  readonly at?: string;
  readonly imprint?: HashName;
  readonly hash?: HashName;
  /** Of the signature, where it is another than of the content. */
  readonly signedWith?: HashName;
  /** Certificates that the token carries; the signer's own where left out. */
  readonly carried?: readonly Uint8Array[];
  readonly accuracy?: Uint8Array;
  /** After accuracy: ordering, nonce, tsa, extensions. */
  readonly more?: readonly Uint8Array[];
  /** Further entries of SigningCertificateV2. */
  readonly essMore?: readonly Uint8Array[];
  readonly signerId?: Uint8Array;
  readonly signerVersion?: number;
  readonly otherSigners?: readonly Uint8Array[];
  /** Signed attributes, over the info that was made. */
  readonly attributes?: (info: Uint8Array) => readonly Uint8Array[];
  readonly unsigned?: readonly Uint8Array[];
  readonly revocations?: readonly Uint8Array[];
  readonly algorithm?: Uint8Array;
  readonly dataVersion?: number;
  readonly infoVersion?: number;
  readonly genTime?: Uint8Array;
  /** Octets that stand for the signature in place of one. */
  readonly signature?: Uint8Array;
}

export const AT = '2026-11-24T08:00:00Z';
export const attribute = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), set(value));
export const essCertificate = (der: Uint8Array): Uint8Array => sequence(octets(digestOf('sha256', der)));
const ESS_V2 = '1.2.840.113549.1.9.16.2.47';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

export function infoOf(options: TokenOptions): Uint8Array {
  const { message, imprint = 'sha256', at = AT, accuracy, more = [] } = options;
  return sequence(
    integer(options.infoVersion ?? 1),
    oid('1.3.6.1.4.1.99999.1'),
    sequence(algorithm(imprint), octets(digestOf(imprint, message))),
    integer(serials++),
    options.genTime ?? genTimeOf(at),
    ...(accuracy === undefined ? [] : [accuracy]),
    ...more,
  );
}

const attributesOf = (
  info: Uint8Array,
  signer: Signer,
  hash: HashName,
  more: readonly Uint8Array[],
): Uint8Array[] => [
  attribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
  attribute('1.2.840.113549.1.9.4', octets(digestOf(hash, info))),
  attribute(ESS_V2, sequence(sequence(essCertificate(signer.certificate), ...more))),
];

const optional = (number: number, parts: readonly Uint8Array[]): Uint8Array[] =>
  parts.length === 0 ? [] : [tagged(number, ...parts)];

const digestSignedBy = ({ hash = 'sha256', signedWith = hash }: TokenOptions): HashName => signedWith;

/** SignerInfo over a TSTInfo. */
function signerInfo(signer: Signer, info: Uint8Array, options: TokenOptions): Uint8Array {
  const signedWith = digestSignedBy(options);
  const { hash = 'sha256', unsigned = [], essMore = [] } = options;
  const attributes = options.attributes?.(info) ?? attributesOf(info, signer, hash, essMore);
  const { signature = signatureOf(signer.key, signedWith, set(...attributes)) } = options;
  return sequence(
    integer(options.signerVersion ?? 1),
    options.signerId ?? sequence(...signer.issued),
    algorithm(hash),
    tagged(0, ...attributes),
    options.algorithm ?? signatureAlgorithm(signer.key, signedWith),
    octets(signature),
    ...optional(1, unsigned),
  );
}

/** A TimeStampToken (RFC 3161 2.4.2). */
export function tokenOf(signer: Signer, options: TokenOptions): Uint8Array {
  const { hash = 'sha256', carried = [signer.certificate], revocations = [], otherSigners = [] } = options;
  const info = infoOf(options);
  const data = sequence(
    integer(options.dataVersion ?? 3),
    set(algorithm(hash)),
    sequence(oid(TST_INFO), tagged(0, octets(info))),
    ...optional(0, carried),
    ...optional(1, revocations),
    set(signerInfo(signer, info, options), ...otherSigners),
  );
  return sequence(oid('1.2.840.113549.1.7.2'), tagged(0, data));
}

export interface SignerOptions extends Partial<CertificateOptions> {
  readonly kind?: KeyKind;
}

/** A signer under an authority, or by itself. */
export function newSigner(by: CertificateOptions['by'], options: SignerOptions = {}): Signer {
  const key = options.key ?? newKey(options.kind);
  const serial = options.serial ?? serials++;
  const subject = options.subject ?? 'Signer of time';
  const der = certificate({ ...options, subject, key, serial, ...(by && { by }) });
  return { certificate: der, key, issued: [nameIn(by?.name ?? subject), integer(serial)] };
}

/** A root: name, key and certificate. */
export function newRoot(
  name: string,
  options: Partial<CertificateOptions> & { readonly kind?: KeyKind } = {},
): {
  readonly name: string;
  readonly key: Key;
  readonly certificate: Uint8Array;
} {
  const key = options.key ?? newKey(options.kind);
  return { name, key, certificate: certificate({ extensions: FOR_ISSUING, ...options, subject: name, key }) };
}

export const MESSAGE = ascii('the body of a checkpoint');
