import { equalBytes } from '@noble/curves/utils.js';
import { TAG, type Der } from '../bytes/der.js';
import type { Certificate } from '../x509/certificate.js';
import { keyIdentifierOf } from './extensions.js';
import { isSameName, serialOf } from './names.js';

/** How a token names who signed it (RFC 5652 section 5.3, SignerIdentifier). */
export type SignerName =
  | { readonly kind: 'issuer'; readonly issuer: Uint8Array; readonly serial: string }
  | { readonly kind: 'key'; readonly identifier: Uint8Array };

const KEY_IDENTIFIER_TAG = 0x80;

export function signerNameOf(info: Der): SignerName {
  const key = info.optional(KEY_IDENTIFIER_TAG);
  if (key !== undefined) return { kind: 'key', identifier: key.content };
  const name = info.inner(TAG.sequence);
  const { whole: issuer } = name.next(TAG.sequence);
  const serial = serialOf(name.next(TAG.integer).content);
  name.end();
  return { kind: 'issuer', issuer, serial };
}

export function isNamed(certificate: Certificate, name: SignerName): boolean {
  if (name.kind === 'issuer')
    return certificate.serial === name.serial && isSameName(certificate.issuer, name.issuer);
  const identifier = keyIdentifierOf(certificate);
  return identifier !== undefined && equalBytes(identifier, name.identifier);
}
