import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { openIdentity } from '@tallystick/network/wire';
import { curveOrder, isLowS } from '../identities/index.js';

/** Who signed an envelope, as it says; whether it is true is what `isSigned` tells. */
export interface Creator {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  /** True when the signature over the payload verifies under the certificate's key and is low-S. Never throws. */
  isSigned(payload: Uint8Array, signature: Uint8Array): boolean;
}

function publicKeyOf(certificate: string): KeyObject | undefined {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch {
    return undefined;
  }
}

function isSignedBy(key: KeyObject, payload: Uint8Array, signature: Uint8Array): boolean {
  const order = curveOrder(key);
  if (order !== undefined) {
    return isLowS(signature, order) && verify('sha256', payload, { key, dsaEncoding: 'der' }, signature);
  }
  return key.asymmetricKeyType === 'ed25519' && verify(null, payload, key, signature);
}

function parseCreator(bytes: Uint8Array): Creator {
  const identity = openIdentity(bytes);
  const certificate = Buffer.from(identity.certificate).toString('utf8');
  const key = publicKeyOf(certificate);
  return {
    mspId: identity.mspId,
    certificate,
    isSigned: (payload, signature) => key !== undefined && isSignedBy(key, payload, signature),
  };
}

/** Certificates seen lately. Bounded: whoever may submit could otherwise fill the memory of every follower. */
const REMEMBERED = 1024;

/**
 * Parser of creator bytes (`SerializedIdentity`) that remembers: a chain holds the same few certificates over and over,
 * and parsing one costs more than checking a signature. The parser throws on bytes that are no SerializedIdentity.
 */
export function newCreatorParser(): (bytes: Uint8Array) => Creator {
  const known = new Map<string, Creator>();
  return (bytes) => {
    const id = Buffer.from(bytes).toString('latin1');
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const creator = parseCreator(bytes);
    if (known.size >= REMEMBERED) known.clear();
    known.set(id, creator);
    return creator;
  };
}
