import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { Der } from '../bytes/der.js';
import { Rejection } from '../rejection.js';

type Hash = (message: Uint8Array) => Uint8Array;

export const SHA256 = '2.16.840.1.101.3.4.2.1';

/** Digests that tokens may use (RFC 5754 section 2), by object identifier. */
const DIGESTS: Readonly<Record<string, Hash>> = {
  [SHA256]: sha256,
  '2.16.840.1.101.3.4.2.2': sha384,
  '2.16.840.1.101.3.4.2.3': sha512,
};

/** @throws Rejection TOKEN_INVALID for a digest that nobody should rely on, or an unknown one */
export function digestBy(oid: string): Hash {
  const hash = DIGESTS[oid];
  if (hash === undefined)
    throw new Rejection('TOKEN_INVALID', { what: 'a digest algorithm', algorithm: oid });
  return hash;
}

/**
 * Only to find which certificate an ESSCertID of RFC 2634 means, which knows no other digest. That the certificate signed is shown by
 * the signature, and that it may sign by its chain.
 */
export const certificateDigestOfRfc2634: Hash = sha1;

const NULL = 0x05;

/**
 * An AlgorithmIdentifier whose parameters are absent or NULL: nobody signs these octets in a token, so they may say nothing else.
 * @returns the dotted object identifier
 */
export function plainAlgorithm(algorithm: Der): string {
  const oid = algorithm.objectIdentifier();
  const parameters = algorithm.optional(NULL);
  algorithm.demand(parameters === undefined || parameters.content.length === 0, 'parameters of an algorithm');
  algorithm.end();
  return oid;
}
