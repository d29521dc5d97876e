import { derSequence, TAG, type Der } from '../bytes/der.js';
import { NotEvaluated } from '../rejection.js';
import { algorithmOf, HASHES, plainAlgorithm, type Algorithm, type HashName } from './digests.js';

/** RSASSA-PSS (RFC 4055 section 3), as the Web Cryptography API knows it: one hash for message and mask. */
export interface Pss {
  readonly hash: HashName;
  /** Octets. */
  readonly saltLength: number;
}

export const PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const SHA1 = '1.3.14.3.2.26';
const [HASH, MASK, SALT, TRAILER] = [0xa0, 0xa1, 0xa2, 0xa3];
const DEFAULT_SALT = 20n;
const LONGEST_SALT = 512n;

/** @throws Rejection TOKEN_INVALID; NotEvaluated TOKEN_NOT_SUPPORTED for SHA-1, which is the default, and for two hashes */
export function pssOf({ parameters }: Algorithm): Pss {
  if (parameters === undefined) throw unsupported(SHA1);
  const reader: Der = derSequence(parameters.whole, 'TOKEN_INVALID');
  const hash = hashIn(reader, HASH);
  const mask = reader.optional(MASK);
  const saltLength = numberIn(reader, SALT, DEFAULT_SALT);
  const trailer = numberIn(reader, TRAILER, 1n);
  reader.end();
  reader.demand(trailer === 1n && saltLength <= LONGEST_SALT, 'parameters of RSASSA-PSS');
  const name = HASHES[hash]?.name;
  if (name === undefined || mask === undefined || maskHash(reader.of(mask)) !== hash) throw unsupported(hash);
  return { hash: name, saltLength: Number(saltLength) };
}

/** The hash of the mask generation function, which has to be MGF1. */
function maskHash(mask: Der): string {
  const { oid, parameters } = algorithmOf(mask.inner(TAG.sequence));
  if (oid !== MGF1 || parameters === undefined) throw unsupported(oid);
  return plainAlgorithm(derSequence(parameters.whole, 'TOKEN_INVALID'));
}

function hashIn(reader: Der, tag: number): string {
  const found = reader.optional(tag);
  return found === undefined ? SHA1 : plainAlgorithm(reader.of(found).inner(TAG.sequence));
}

function numberIn(reader: Der, tag: number, otherwise: bigint): bigint {
  const found = reader.optional(tag);
  return found === undefined ? otherwise : reader.of(found).unsigned();
}

const unsupported = (algorithm: string): NotEvaluated =>
  new NotEvaluated('TOKEN_NOT_SUPPORTED', { algorithm });
