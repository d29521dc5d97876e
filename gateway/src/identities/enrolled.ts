import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
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

/** A certificate and its private key: the PEM text, or the files it is from. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly privateKey: string;
}

const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** PKCS#8 or SEC1. The causes are dropped on purpose: they may quote the input. */
function parsePrivateKey(pem: string, path: string): KeyObject {
  if (ENCRYPTED.test(pem)) {
    throw new EnrolledIdentityError('KEY_UNSUPPORTED', `${path}: the private key is encrypted`);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new EnrolledIdentityError('UNREADABLE', `${path}: is no private key in PEM form`);
  }
  if (curveOrder(key) === undefined && key.asymmetricKeyType !== 'ed25519') {
    throw new EnrolledIdentityError('KEY_UNSUPPORTED', `${path}: the key is not P-256, P-384 or Ed25519`);
  }
  return key;
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new EnrolledIdentityError('UNREADABLE', `${path}: is no certificate in PEM form`, { cause });
  }
}

/** `sha256:<hex>` over the SPKI of a public key. */
export function keyDigestOf(publicKey: KeyObject): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
}

/**
 * An identity from PEM text; messages name the files. Throws EnrolledIdentityError, also when key and certificate do not belong
 * together.
 */
export function newEnrolledIdentity(
  name: string,
  mspId: string,
  pem: CertifiedKey,
  files: CertifiedKey = { certificate: name, privateKey: name },
): EnrolledIdentity {
  const key = parsePrivateKey(pem.privateKey, files.privateKey);
  const certificate = parseCertificate(pem.certificate, files.certificate);
  if (!certificate.checkPrivateKey(key)) {
    const problem = `does not belong to the certificate ${files.certificate}`;
    throw new EnrolledIdentityError('KEY_MISMATCH', `${files.privateKey}: the key ${problem}`);
  }
  return Object.freeze({
    name,
    mspId,
    certificate: pem.certificate,
    keyDigest: keyDigestOf(certificate.publicKey),
    sign: (message: Uint8Array) => signMessage(message, key),
  });
}
