import { webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { newEnrolledIdentity, type EnrolledIdentity } from '../../src/identities/index.js';
import type { Signer } from '../../src/custody/signers.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Where Fabric CA puts attributes (fabric-ca lib/attrmgr). */
const ATTRIBUTES_OID = '1.2.3.4.5.6.7.8.1';

const ENROLLED = new Map<Signer, EnrolledIdentity>();
/** By certificate. */
const KEYS = new Map<string, EnrolledIdentity>();

export type Role = 'officer' | 'operator' | 'connector';

const made = new Map<string, Promise<Signer>>();

/** A certificate of an organisation in a role, always the same one for the same name. A connector has no role, only a key. */
export function signerOf(mspId: string, role: Role, name = 'first'): Promise<Signer> {
  const key = `${mspId}/${role}/${name}`;
  const signer = made.get(key) ?? newSigner(mspId, role);
  made.set(key, signer);
  return signer;
}

async function newSigner(mspId: string, role: Role): Promise<Signer> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const attributes = JSON.stringify({ attrs: role === 'connector' ? {} : { 'tallystick.role': role } });
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=pseudonym',
    keys,
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
