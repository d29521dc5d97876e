import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { dirname, join } from 'node:path';
import { ATTRIBUTES_OID, decodeAttributes, type Attributes } from './attributes.js';
import { IdentityError } from './errors.js';
import { msp } from './layout.js';
import { isNodeOu, type NodeOu } from './node-ous.js';
import { pemFiles, readable } from './pem.js';
import { X509Certificate as ParsedCertificate } from './x509.js';

/** Somebody who can sign. The private key is a `KeyObject`, which neither JSON nor a log prints. */
export interface Identity {
  readonly mspId: string;
  readonly certificate: string;
  readonly privateKey: KeyObject;
  readonly ou: NodeOu;
  readonly attributes: Attributes;
  /** Hexadecimal, lower case. */
  readonly serialNumber: string;
  readonly notAfter: Date;
}

function roleOf(certificate: ParsedCertificate, directory: string): NodeOu {
  const roles = certificate.subjectName.getField('OU').filter(isNodeOu);
  const [role] = roles;
  if (role !== undefined && roles.length === 1) return role;
  throw new IdentityError('ROLE_NOT_ONE', `${directory}: a certificate has exactly one role OU`, {
    directory,
    roles,
  });
}

function attributesOf(certificate: ParsedCertificate): Attributes {
  const extension = certificate.getExtension(ATTRIBUTES_OID);
  return extension === null ? {} : decodeAttributes(new Uint8Array(extension.value));
}

/** The key of the keystore that belongs to the certificate, whatever its file is called; never "the first one". */
async function keyOf(certificate: X509Certificate, directory: string): Promise<KeyObject> {
  const pems = await pemFiles(join(directory, msp.keystore));
  const keys = pems.map((pem) => readable('a key', directory, () => createPrivateKey(pem)));
  const key = keys.find((candidate) => certificate.checkPrivateKey(candidate));
  if (key !== undefined) return key;
  throw new IdentityError('KEY_MISSING', `${directory}: no key belongs to the certificate`, { directory });
}

function isIssuedBy(certificate: X509Certificate, pem: string): boolean {
  const authority = new X509Certificate(pem);
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

async function checkIssuer(certificate: X509Certificate, directory: string): Promise<void> {
  const roots = await pemFiles(join(directory, dirname(msp.root)));
  if (readable('a root certificate', directory, () => roots.some((root) => isIssuedBy(certificate, root))))
    return;
  throw new IdentityError('NOT_ISSUED_HERE', `${directory}: issued by none of its authorities`, {
    directory,
  });
}

async function onlyCertificate(directory: string): Promise<string> {
  const [pem, ...others] = await pemFiles(join(directory, dirname(msp.certificate)));
  if (pem !== undefined && others.length === 0) return pem;
  throw new IdentityError('NOT_READABLE', `${directory}: one certificate is expected in signcerts`, {
    directory,
  });
}

/**
 * Reads a signing identity from a local MSP directory, made here, by Fabric CA or by cryptogen. The MSP id is passed in
 * because Fabric's directories do not name themselves. Checks that the key belongs to the certificate, that an authority
 * of the directory issued it, and that it has exactly one role; not its validity in time, which is the ledger's to judge.
 * Throws `NOT_READABLE`, `KEY_MISSING`, `NOT_ISSUED_HERE`, `ROLE_NOT_ONE`.
 */
export async function readIdentity(directory: string, mspId: string): Promise<Identity> {
  const pem = await onlyCertificate(directory);
  const certificate = readable('the certificate', directory, () => new X509Certificate(pem));
  const parsed = readable('the certificate', directory, () => new ParsedCertificate(pem));
  await checkIssuer(certificate, directory);
  return {
    mspId,
    certificate: pem,
    privateKey: await keyOf(certificate, directory),
    ou: roleOf(parsed, directory),
    attributes: readable('the attribute extension', directory, () => attributesOf(parsed)),
    serialNumber: certificate.serialNumber.toLowerCase(),
    notAfter: new Date(certificate.validTo),
  };
}
