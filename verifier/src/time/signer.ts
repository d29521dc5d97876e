import { equalBytes } from '@noble/curves/utils.js';
import { Der, TAG } from '../bytes/der.js';
import { Rejection } from '../rejection.js';
import type { Certificate } from '../x509/certificate.js';

/** How a token names who signed it (RFC 5652 section 5.3, SignerIdentifier). */
export type SignerName =
  | { readonly kind: 'issuer'; readonly issuer: Uint8Array; readonly serial: string }
  | { readonly kind: 'key'; readonly identifier: Uint8Array };

const KEY_IDENTIFIER_TAG = 0x80;
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

export function signerNameOf(info: Der): SignerName {
  const key = info.optional(KEY_IDENTIFIER_TAG);
  if (key !== undefined) return { kind: 'key', identifier: key.content };
  const name = info.inner(TAG.sequence);
  const { whole: issuer } = name.next(TAG.sequence);
  const serial = name.unsigned().toString(16);
  name.end();
  return { kind: 'issuer', issuer, serial };
}

/** The one certificate that is meant. @throws Rejection TOKEN_INVALID */
export function signerIn(certificates: readonly Certificate[], name: SignerName): Certificate {
  const meant = certificates.filter((certificate) => isMeant(certificate, name));
  const [signer] = meant;
  if (signer === undefined || meant.length > 1) {
    throw new Rejection('TOKEN_INVALID', { what: `${meant.length} certificates of the signer` });
  }
  return signer;
}

function isMeant(certificate: Certificate, name: SignerName): boolean {
  if (name.kind === 'issuer') {
    return equalBytes(certificate.issuer, name.issuer) && certificate.serial === name.serial;
  }
  const extension = certificate.extensions.find(({ oid }) => oid === SUBJECT_KEY_IDENTIFIER);
  if (extension === undefined) return false;
  return equalBytes(new Der(extension.value, 'TOKEN_INVALID').next(TAG.octetString).content, name.identifier);
}

/**
 * A certificate for time-stamping and nothing else, critical (RFC 3161 section 2.3): a key that signs other things, too, could be made
 * to sign what reads as a token.
 * @throws Rejection TOKEN_INVALID
 */
export function assertTimeStamping({ extensions }: Certificate): void {
  const usage = extensions.find(({ oid }) => oid === EXTENDED_KEY_USAGE);
  if (usage?.isCritical !== true) throw notForTime();
  const wrapper = new Der(usage.value, 'TOKEN_INVALID');
  const purposes = wrapper.inner(TAG.sequence);
  wrapper.end();
  if (purposes.objectIdentifier() !== TIME_STAMPING || !purposes.isAtEnd) throw notForTime();
}

const notForTime = (): Rejection =>
  new Rejection('TOKEN_INVALID', { what: 'a certificate that is not for time-stamping alone' });
