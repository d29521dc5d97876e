import { equalBytes } from '@noble/curves/utils.js';
import { derSequence, TAG, type Der } from '../bytes/der.js';
import { Rejection } from '../rejection.js';

export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

export const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const NULL = 0x05;
/** Hashes by identifier, and octets of each, which is how long the salt has to be. */
const HASHES: Readonly<Record<string, readonly [Hash, bigint]>> = {
  '2.16.840.1.101.3.4.2.1': ['SHA-256', 32n],
  '2.16.840.1.101.3.4.2.2': ['SHA-384', 48n],
  '2.16.840.1.101.3.4.2.3': ['SHA-512', 64n],
};

// Parameters are absent or NULL (RFC 4055 2.1).
function hashIn(algorithm: Der): string {
  const oid = algorithm.objectIdentifier();
  algorithm.optional(NULL);
  algorithm.end();
  return oid;
}

function read(parameters: Uint8Array): Hash | undefined {
  const pss = derSequence(parameters, 'SIGNATURE_MALFORMED');
  const [hash, mask, salt, trailer] = [0xa0, 0xa1, 0xa2, 0xa3].map((tag) => pss.optional(tag));
  if (hash === undefined || mask === undefined || salt === undefined) return undefined;
  const oid = hashIn(pss.of(hash).inner(TAG.sequence));
  const generator = pss.of(mask).inner(TAG.sequence);
  const isMgf1 = generator.objectIdentifier() === MGF1;
  const isSame = hashIn(generator.inner(TAG.sequence)) === oid;
  const [name, length] = HASHES[oid] ?? [];
  const isUsual = trailer === undefined || equalBytes(trailer.content, Uint8Array.of(TAG.integer, 1, 1));
  return isMgf1 && isSame && isUsual && pss.of(salt).unsigned() === length ? name : undefined;
}

/**
 * The hash of an RSASSA-PSS signature (RFC 4055 3.1), where its parameters are among those that Go's crypto/x509 knows
 * (getSignatureAlgorithmFromAI): one hash for message and mask, a salt as long as it, the usual trailer.
 */
export function pssHash(parameters: Uint8Array = new Uint8Array()): Hash | undefined {
  try {
    return read(parameters);
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}
