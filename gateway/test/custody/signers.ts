import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { newEnrolledIdentity, type EnrolledIdentity } from '../../src/identities/index.js';
import type { Membership } from '../../src/features/channel/port.js';
import type { Signer } from '../../src/features/custody/signers.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Where Fabric CA puts attributes (fabric-ca lib/attrmgr). */
const ATTRIBUTES_OID = '1.2.3.4.5.6.7.8.1';

const ENROLLED = new Map<Signer, EnrolledIdentity>();
/** By certificate. */
const KEYS = new Map<string, EnrolledIdentity>();

export type Role = 'officer' | 'operator' | 'connector';

/** An authority that issues in the name of an organisation. */
interface Authority {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

const authorities = new Map<string, Promise<Authority>>();

/** Always the same one for the same name. All of an organisation are called alike: others may give theirs any name. */
function authorityOf(mspId: string, name: string): Promise<Authority> {
  const key = `${mspId}/${name}`;
  const authority = authorities.get(key) ?? newAuthority(mspId);
  authorities.set(key, authority);
  return authority;
}

const IS_AUTHORITY = [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

async function newAuthority(mspId: string): Promise<Authority> {
  const keys = await newKeys();
  const name = `CN=${mspId} CA`;
  const options = { name, keys, signingAlgorithm: ALGORITHM, extensions: IS_AUTHORITY };
  return { keys, certificate: await x509.X509CertificateGenerator.createSelfSigned(options) };
}

/** The certificate of a root authority of an organisation, DER. */
export async function rootOf(mspId: string, authority = OWN): Promise<Uint8Array> {
  return new Uint8Array((await authorityOf(mspId, authority)).certificate.rawData);
}

/** A certificate for the key of one authority by another, DER: above the one then stands the other. */
export async function crossCertificateOf(mspId: string, below: string, above: string): Promise<Uint8Array> {
  const { keys, certificate } = await authorityOf(mspId, below);
  const issuer = await authorityOf(mspId, above);
  const crossed = await x509.X509CertificateGenerator.create({
    subject: certificate.subject,
    issuer: issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: IS_AUTHORITY,
  });
  return new Uint8Array(crossed.rawData);
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const made = new Map<string, Promise<Signer>>();

/** The authority that an organisation has by itself. */
const OWN = 'own';

/** A certificate of an organisation in a role, always the same one for the same name. A connector has no role, only a key. */
export function signerOf(mspId: string, role: Role, name = 'first', authority = OWN): Promise<Signer> {
  const key = `${mspId}/${role}/${name}/${authority}`;
  const signer = made.get(key) ?? newSigner(mspId, role, authority);
  made.set(key, signer);
  return signer;
}

async function newSigner(mspId: string, role: Role, authority: string): Promise<Signer> {
  const keys = await newKeys();
  const attributes = JSON.stringify({ attrs: role === 'connector' ? {} : { 'tallystick.role': role } });
  const issuer = await authorityOf(mspId, authority);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=pseudonym',
    issuer: issuer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.Extension(ATTRIBUTES_OID, false, new TextEncoder().encode(attributes))],
  });
  const signer = { mspId, certificate: certificate.toString('pem') };
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
  const enrolled = newEnrolledIdentity(role, mspId, { certificate: signer.certificate, privateKey });
  ENROLLED.set(signer, enrolled);
  KEYS.set(signer.certificate, enrolled);
  return signer;
}

/** Whose certificates are whose, from the beginning: everybody's own. */
export const ownMembershipOf = async (mspIds: readonly string[]): Promise<Membership> => {
  const roots = new Map(await Promise.all(mspIds.map(async (id) => [id, [await rootOf(id)]] as const)));
  return { number: 0n, authorities: (mspId) => roots.get(mspId) ?? [] };
};

/** Signs as whoever holds this certificate. */
export function signWith({ certificate }: Signer, bytes: Uint8Array): Uint8Array {
  const enrolled = KEYS.get(certificate);
  if (enrolled === undefined) throw new Error('a certificate that was made here');
  return enrolled.sign(bytes);
}

/** The same with its private key, named after its role. */
export async function enrolledOf(mspId: string, role: Role): Promise<EnrolledIdentity> {
  const enrolled = ENROLLED.get(await signerOf(mspId, role));
  if (enrolled === undefined) throw new Error('every signer is enrolled');
  return enrolled;
}

/** The enrolled identities of an organisation, by the names a gateway gives them. */
export async function signersOf(mspId: string): Promise<Map<string, Signer>> {
  const roles = ['officer', 'operator', 'connector'] as const;
  return new Map(await Promise.all(roles.map(async (role) => [role, await signerOf(mspId, role)] as const)));
}
