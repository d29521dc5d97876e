import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import type { Digest } from '../digest.js';
import { sha256 } from '../sha256.js';

/** SHA-256: 32 bytes. */
export type Hash = Uint8Array;

const HASH_TEXT = /^[0-9a-f]{64}$/;

/** A hash inside a proof: 64 lower-case hex digits. Roots, which people compare, are spelled as digests (`sha256:...`). */
export const hashText = z.string().regex(HASH_TEXT, 'must be 64 lower-case hex digits');

export type TreeErrorCode = 'PROOF_INVALID' | 'NOT_COVERED' | 'NODE_MISSING';

/**
 * PROOF_INVALID: the parts do not add up to a tree, or to that root. NOT_COVERED: the proof says nothing about what is asked.
 * NODE_MISSING: a store lacks a node, for example of a height that is not kept any more.
 */
export class TreeError extends Error {
  override readonly name = 'TreeError';
  readonly code: TreeErrorCode;

  constructor(code: TreeErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

/** @throws TreeError PROOF_INVALID */
export function proveUnless(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new TreeError('PROOF_INVALID', detail);
}

export function isSameHash(a: Hash, b: Hash): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

/** SHA-256 over a domain byte and parts: leaves and nodes of each kind of tree have bytes of their own (RFC 6962, section 2.1). */
export function domainHash(domain: number, ...parts: readonly Uint8Array[]): Hash {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 1));
  bytes[0] = domain;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return sha256(bytes);
}

export const digestOfHash = (hash: Hash): Digest => `sha256:${bytesToHex(hash)}`;

/** The bytes of a hash inside a proof. @throws TreeError PROOF_INVALID */
export function hashOfText(text: string): Hash {
  proveUnless(HASH_TEXT.test(text), 'a hash that is none');
  return hexToBytes(text);
}

/** The bytes of a digest. */
export const hashOfDigest = (digest: Digest): Hash => hexToBytes(digest.slice('sha256:'.length));
