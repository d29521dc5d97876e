import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnrolledIdentityError } from './errors.js';
import { curveOrder, signMessage } from './signature.js';

/** A certificate of this organisation together with its private key, which never leaves the closure of `sign`. */
export interface EnrolledIdentity {
  readonly name: string;
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  /** `sha256:<hex>` over the SubjectPublicKeyInfo in DER: how the ledger names the key. */
  readonly keyDigest: string;
  /** Signature over a whole message (it is hashed here), DER and low-S for ECDSA. */
  sign(message: Uint8Array): Uint8Array;
}

/** Directory names that network/src/identity gives to users; anything else (`.making-...`) is no identity. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

async function onlyFile(directory: string): Promise<string> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const [file] = files;
  if (file === undefined || files.length !== 1) {
    throw new EnrolledIdentityError(
      'UNREADABLE',
      `Expected exactly one file in ${directory}, found ${files.length}`,
    );
  }
  return readFile(join(directory, file.name), 'utf8');
}

function parsePrivateKey(pem: string, where: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause is dropped on purpose: it may quote the input.
    throw new EnrolledIdentityError('UNREADABLE', `No private key in PEM form in ${where}`);
  }
  if (curveOrder(key) === undefined && key.asymmetricKeyType !== 'ed25519') {
    throw new EnrolledIdentityError('KEY_UNSUPPORTED', `The key in ${where} is not P-256, P-384 or Ed25519`);
  }
  return key;
}

function parseCertificate(pem: string, where: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new EnrolledIdentityError('UNREADABLE', `No certificate in PEM form in ${where}`, { cause });
  }
}

/** `sha256:<hex>` over the SPKI of a public key. */
export function keyDigestOf(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
}

/** An identity from PEM text. Throws EnrolledIdentityError when key and certificate do not belong together. */
export function newEnrolledIdentity(
  name: string,
  mspId: string,
  pem: { readonly certificate: string; readonly privateKey: string },
): EnrolledIdentity {
  const key = parsePrivateKey(pem.privateKey, name);
  const certificate = parseCertificate(pem.certificate, name);
  if (!certificate.checkPrivateKey(key)) {
    throw new EnrolledIdentityError('KEY_MISMATCH', `Key and certificate of ${name} do not belong together`);
  }
  return Object.freeze({
    name,
    mspId,
    certificate: pem.certificate,
    keyDigest: keyDigestOf(certificate.publicKey),
    sign: (message: Uint8Array) => signMessage(message, key),
  });
}

async function readIdentity(directory: string, name: string, mspId: string): Promise<EnrolledIdentity> {
  const msp = join(directory, name, 'msp');
  try {
    const [certificate, privateKey] = await Promise.all([
      onlyFile(join(msp, 'signcerts')),
      onlyFile(join(msp, 'keystore')),
    ]);
    return newEnrolledIdentity(name, mspId, { certificate, privateKey });
  } catch (cause) {
    if (cause instanceof EnrolledIdentityError) throw cause;
    throw new EnrolledIdentityError('UNREADABLE', `Cannot read the MSP directory ${msp}`, { cause });
  }
}

/**
 * Every enrolled identity below `usersDirectory`, by name: `<name>/msp/signcerts/` and `<name>/msp/keystore/` with one
 * PEM file each, the layout of Fabric's tools. One unreadable identity fails the whole call: a gateway that
 * silently lacks an identity would refuse requests at random.
 */
export async function readIdentities(
  usersDirectory: string,
  mspId: string,
): Promise<ReadonlyMap<string, EnrolledIdentity>> {
  const entries = await readdir(usersDirectory, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({ name }) => name);
  const identities = await Promise.all(names.sort().map((name) => readIdentity(usersDirectory, name, mspId)));
  return new Map(identities.map((identity) => [identity.name, identity]));
}
