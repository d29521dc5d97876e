import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { Der, DerElement } from '../bytes/der.js';
import { NotEvaluated } from '../rejection.js';

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';
type Hash = (message: Uint8Array) => Uint8Array;

export const SHA256 = '2.16.840.1.101.3.4.2.1';

/** Digests that tokens may use (RFC 5754 section 2), by object identifier. */
export const HASHES: Readonly<Record<string, { readonly name: HashName; readonly hash: Hash }>> = {
  [SHA256]: { name: 'SHA-256', hash: sha256 },
  '2.16.840.1.101.3.4.2.2': { name: 'SHA-384', hash: sha384 },
  '2.16.840.1.101.3.4.2.3': { name: 'SHA-512', hash: sha512 },
};

/** @throws NotEvaluated TOKEN_NOT_SUPPORTED for a digest that nobody should rely on, or an unknown one */
export function digestBy(oid: string): Hash {
  const known = HASHES[oid];
  if (known === undefined) throw new NotEvaluated('TOKEN_NOT_SUPPORTED', { algorithm: oid });
  return known.hash;
}

/**
 * Only to find which certificate an ESSCertID of RFC 2634 means, which knows no other digest. That the certificate signed is shown by
 * the signature, and that it may sign by its chain.
 */
export const certificateDigestOfRfc2634: Hash = sha1;

/** An AlgorithmIdentifier (RFC 5280 section 4.1.1.2): dotted object identifier and parameters. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters?: DerElement | undefined;
}

const NULL = 0x05;

export function algorithmOf(identifier: Der): Algorithm {
  const oid = identifier.objectIdentifier();
  const parameters = identifier.isAtEnd ? undefined : identifier.any();
  identifier.end();
  return { oid, parameters };
}

/** Parameters are absent or NULL: nobody signs these octets in a token, so they may say nothing else. */
export const isPlain = ({ parameters }: Algorithm): boolean =>
  parameters === undefined || (parameters.tag === NULL && parameters.content.length === 0);

/** The object identifier of an algorithm without parameters. @throws Rejection with the reader's reason */
export function plainAlgorithm(identifier: Der): string {
  const algorithm = algorithmOf(identifier);
  identifier.demand(isPlain(algorithm), 'parameters of an algorithm');
  return algorithm.oid;
}
