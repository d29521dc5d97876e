// The x509 library resolves its parts through a container that wants this polyfill loaded before it.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
  cryptoProvider,
} from '@peculiar/x509';

export { Extension, X509Certificate } from '@peculiar/x509';

cryptoProvider.set(webcrypto);

type Keys = webcrypto.CryptoKeyPair;
export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'RSA';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};
const ALGORITHMS = {
  'P-256': { name: 'ECDSA', namedCurve: 'P-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384' },
  'P-521': { name: 'ECDSA', namedCurve: 'P-521' },
  Ed25519: { name: 'Ed25519' },
  RSA,
} as const;

export const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;

/** Somebody with a certificate and the key to it. */
export interface Holder {
  readonly name: string;
  readonly pem: Uint8Array;
  readonly der: Uint8Array;
  readonly keys: Keys;
  readonly kind: KeyKind;
}

export interface Wanted {
  readonly name: string;
  readonly units?: readonly string[];
  readonly kind?: KeyKind;
  /** Keys that are there already, of this kind. */
  readonly keys?: Keys;
  readonly issuer?: Holder;
  readonly authority?: boolean;
  readonly pathLength?: number;
  readonly serial?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512' | 'SHA-1';
  /** Whether its key usage says so; for authorities it does unless told otherwise. */
  readonly maySignCertificates?: boolean;
  readonly extensions?: readonly Extension[];
  /** The issuer's name as the certificate gives it, when it is to be another than the issuer's. */
  readonly statedIssuer?: string;
}

export const newKeys = (kind: KeyKind): Promise<Keys> =>
  webcrypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify']) as Promise<Keys>;

const nameOf = (name: string, units: readonly string[] = []): Name =>
  new Name([...units.map((unit) => ({ OU: [unit] })), { CN: [name] }]);

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

// A member signs messages, an authority certificates and revocation lists.
const usageOf = (isAuthority: boolean): Extension =>
  isAuthority
    ? new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)
    : new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true);

async function extensionsOf(wanted: Wanted, subject: Keys, issuer: Keys): Promise<Extension[]> {
  const { authority = false, pathLength, maySignCertificates = authority, extensions = [] } = wanted;
  return [
    new BasicConstraintsExtension(authority, pathLength, true),
    usageOf(maySignCertificates),
    await SubjectKeyIdentifierExtension.create(subject.publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ...extensions,
  ];
}

const dates = ({
  notBefore = NOW - DAY,
  notAfter = NOW + DAY,
}: Wanted): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(notBefore),
  notAfter: new Date(notAfter),
});

export async function issue(wanted: Wanted): Promise<Holder> {
  const { name, kind = 'P-256', issuer, hash = 'SHA-256', serial, statedIssuer } = wanted;
  const keys = wanted.keys ?? (await newKeys(kind));
  const signer = issuer ?? { name, keys, kind };
  const certificate = await X509CertificateGenerator.create({
    ...dates(wanted),
    serialNumber: serial ?? `40${randomBytes(8).toString('hex')}`,
    subject: nameOf(name, wanted.units),
    issuer: nameOf(statedIssuer ?? signer.name),
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: { ...ALGORITHMS[signer.kind], hash } as EcdsaParams,
    extensions: await extensionsOf(wanted, keys, signer.keys),
  });
  const der = new Uint8Array(certificate.rawData);
  return { name, keys, kind, der, pem: utf8(`${certificate.toString('pem')}\n`) };
}

/** A revocation list, DER. */
export async function revocationList(issuer: Holder, serials: readonly string[]): Promise<Uint8Array> {
  const list = await X509CrlGenerator.create({
    issuer: nameOf(issuer.name),
    thisUpdate: new Date(NOW),
    nextUpdate: new Date(NOW + DAY),
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { ...ALGORITHMS[issuer.kind], hash: 'SHA-256' } as EcdsaParams,
    extensions: [await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)],
    entries: serials.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date(NOW + DAY),
      reason: X509CrlReason.privilegeWithdrawn,
    })),
  });
  return new Uint8Array(list.rawData);
}

interface EcdsaParams {
  readonly name: string;
  readonly hash: string;
}
