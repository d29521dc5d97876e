import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { derSequence, TAG } from '../bytes/der.js';

/** How texts in names are written (X.680 8.4): by tag, the encoding. TeletexString is read as most authorities wrote it. */
const TEXTS: Readonly<Record<number, string>> = {
  0x0c: 'utf-8',
  0x13: 'utf-8',
  0x14: 'latin1',
  0x16: 'utf-8',
  0x1a: 'utf-8',
  0x1e: 'utf-16be',
};

function comparable(tag: number, content: Uint8Array): string {
  const encoding = TEXTS[tag];
  if (encoding === undefined) return `${tag} ${bytesToHex(content)}`;
  // Only ASCII letters fold, and only ASCII spaces: as OpenSSL does, whose answers ours have to be no looser than.
  return new TextDecoder(encoding)
    .decode(content)
    .replaceAll(/[\t-\r ]+/gu, ' ')
    .replaceAll(/^ | $/gu, '')
    .replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase());
}

/** A distinguished name in one form: the same for names that differ only in case, in white space or in how texts are encoded. */
function canonical(name: Uint8Array): string {
  const reader = derSequence(name, 'TOKEN_INVALID');
  const parts: string[][] = [];
  while (!reader.isAtEnd) {
    const set = reader.inner(TAG.set);
    const attributes: string[] = [];
    while (!set.isAtEnd) {
      const attribute = set.inner(TAG.sequence);
      const oid = attribute.objectIdentifier();
      const { tag, content } = attribute.any();
      attributes.push(`${oid}=${comparable(tag, content)}`);
    }
    parts.push(attributes.sort());
  }
  return JSON.stringify(parts);
}

/**
 * Whether two DER names are of the same (RFC 5280 section 7.1). Unlike members' names, which Fabric compares as bytes: authorities renew
 * certificates with names encoded anew.
 */
export const isSameName = (one: Uint8Array, other: Uint8Array): boolean =>
  equalBytes(one, other) || canonical(one) === canonical(other);

/** More than RFC 5280 section 4.1.2.2 allows; a longer one is nobody's, and not worked on. */
const MAX_SERIAL = 64;

/** A serial number as certificates have it: hex without leading zeros, of the whole number, which may be negative. */
export function serialOf(integer: Uint8Array): string {
  const content = integer.subarray(0, MAX_SERIAL);
  const value = content.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  return (((content[0] ?? 0) & 0x80) === 0 ? value : value - (1n << BigInt(8 * content.length))).toString(16);
}
