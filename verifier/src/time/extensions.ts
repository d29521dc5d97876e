import { equalBytes } from '@noble/curves/utils.js';
import { Der, derSequence, TAG } from '../bytes/der.js';
import type { Certificate } from '../x509/certificate.js';
import type { Extension } from '../x509/extensions.js';
import { isSameName, serialOf } from './names.js';

const REASON = 'TOKEN_INVALID';
const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const DISTRIBUTION_POINTS = '2.5.29.31';
const NAME_CONSTRAINTS = '2.5.29.30';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const DIRECTORY_NAME = 0xa4;

/**
 * Extensions that may be critical (RFC 5280 section 4.2). Policies are among them: whoever validates for any policy, and no certificate
 * asks for an explicit one, is told by them and restricted by nothing. Constraints on names and demands for a policy are not: a
 * certificate with these is not supported.
 */
const UNDERSTOOD: readonly string[] = [
  KEY_USAGE,
  SUBJECT_ALTERNATIVE_NAME,
  BASIC_CONSTRAINTS,
  DISTRIBUTION_POINTS,
  '2.5.29.32', // policies
  '2.5.29.33', // mappings of them
  EXTENDED_KEY_USAGE,
  '2.5.29.54', // no anyPolicy
];

const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;
const KEY_CERT_SIGN = 0x04;

const find = (certificate: Certificate, wanted: string): Extension | undefined =>
  certificate.extensions.find(({ oid }) => oid === wanted);

const valueOf = (certificate: Certificate, wanted: string): Uint8Array | undefined =>
  find(certificate, wanted)?.value;

/** Restrict what a certificate is good for, critical or not: constraints on names, and proxies (RFC 3820 section 3.8). */
const RESTRICTING: readonly string[] = [NAME_CONSTRAINTS, '1.3.6.1.5.5.7.1.14'];

/** What these are in DER where nothing else reads them: OpenSSL takes no certificate in which it cannot read them. */
const FORMS: Readonly<Record<string, number>> = {
  [SUBJECT_KEY_IDENTIFIER]: TAG.octetString,
  [SUBJECT_ALTERNATIVE_NAME]: TAG.sequence,
  [DISTRIBUTION_POINTS]: TAG.sequence,
  [AUTHORITY_KEY_IDENTIFIER]: TAG.sequence,
};

function isInForm({ oid, value }: Extension): boolean {
  const reader = new Der(value, REASON);
  const tag = FORMS[oid];
  return tag === undefined || (!reader.isAtEnd && reader.any().tag === tag && reader.isAtEnd);
}

/** Nothing critical is left that no check looks at, and no constraint either, critical or not. @throws Rejection TOKEN_INVALID */
export const isUnderstood = ({ extensions }: Certificate): boolean =>
  extensions.every(
    (each) =>
      isInForm(each) && (each.isCritical ? UNDERSTOOD.includes(each.oid) : !RESTRICTING.includes(each.oid)),
  );

/**
 * The two octets of KeyUsage; `undefined` where it is absent, which allows every use (RFC 5280 section 4.2.1.3). Bits behind the last one
 * that is used say nothing (X.690 8.6.2).
 */
function keyUsage(certificate: Certificate): { first: number; second: number } | undefined {
  const value = valueOf(certificate, KEY_USAGE);
  if (value === undefined) return undefined;
  const reader: Der = new Der(value, REASON);
  const [unused = 8, ...octets] = reader.next(TAG.bitString).content;
  reader.demand(unused < 8 && (octets.length > 0 || unused === 0), 'the form of a key usage');
  const said = octets.map((octet, at) => (at === octets.length - 1 ? octet & (0xff << unused) : octet));
  const [first = 0, second = 0] = said;
  return { first, second };
}

/** For signatures and nothing else, as OpenSSL wants it of who signs tokens (purpose "Time Stamp signing"). */
export function isForSignaturesAlone(certificate: Certificate): boolean {
  const usage = keyUsage(certificate);
  if (usage === undefined) return true;
  const signs = DIGITAL_SIGNATURE | NON_REPUDIATION;
  return (usage.first & signs) !== 0 && (usage.first & ~signs) === 0 && usage.second === 0;
}

/**
 * For time-stamping and nothing else, critical (RFC 3161 section 2.3): a key that signs other things, too, could be made to sign what
 * reads as a token.
 */
export function isForTimeAlone(certificate: Certificate): boolean {
  const usage = find(certificate, EXTENDED_KEY_USAGE);
  if (usage?.isCritical !== true) return false;
  const purposes = derSequence(usage.value, REASON);
  return purposes.objectIdentifier() === TIME_STAMPING && purposes.isAtEnd;
}

/**
 * Whether it may have signed others with so many authorities between (RFC 5280 sections 4.2.1.3 and 4.2.1.9). A root of the trust file may
 * be from before there were extensions: that it is an authority is what the trust file says.
 */
export function mayIssue(certificate: Certificate, between: number, isTrusted: boolean): boolean {
  const usage = keyUsage(certificate);
  if (usage !== undefined && (usage.first & KEY_CERT_SIGN) === 0) return false;
  const value = valueOf(certificate, BASIC_CONSTRAINTS);
  if (value === undefined)
    return isTrusted && isSelfIssued(certificate) && (usage !== undefined || isOfVersion1(certificate));
  const constraints = derSequence(value, REASON);
  const flag = constraints.optional(TAG.boolean);
  if (flag === undefined || !constraints.truth(flag)) return false;
  const isShort = constraints.isAtEnd || BigInt(between) <= constraints.unsigned();
  constraints.end();
  return isShort;
}

// RFC 5280 section 4.1.2.1: the version is left out where it is the first.
const isOfVersion1 = ({ signed }: Certificate): boolean =>
  derSequence(signed, REASON).optional(0xa0) === undefined;

export const isSelfIssued = ({ subject, issuer }: Certificate): boolean => isSameName(subject, issuer);

/** What an AuthorityKeyIdentifier says of the issuer (RFC 5280 section 4.2.1.1) is so, as far as it says anything. */
export function isByAuthorityNamed(certificate: Certificate, authority: Certificate): boolean {
  const value = valueOf(certificate, AUTHORITY_KEY_IDENTIFIER);
  if (value === undefined) return true;
  const identifier = derSequence(value, REASON);
  const key = identifier.optional(0x80);
  const names = identifier.optional(0xa1);
  const serial = identifier.optional(0x82);
  const own = keyIdentifierOf(authority);
  if (key !== undefined && own !== undefined && !equalBytes(key.content, own)) return false;
  if (serial !== undefined && serialOf(serial.content) !== authority.serial) return false;
  const name = names && directoryNameIn(identifier.of(names));
  return name === undefined || isSameName(name, authority.issuer);
}

/** The first among general names of other forms. */
function directoryNameIn(names: Der): Uint8Array | undefined {
  while (!names.isAtEnd) {
    const each = names.any();
    if (each.tag === DIRECTORY_NAME) return names.of(each).next(TAG.sequence).whole;
  }
  return undefined;
}

export function keyIdentifierOf(certificate: Certificate): Uint8Array | undefined {
  const value = valueOf(certificate, SUBJECT_KEY_IDENTIFIER);
  return value && new Der(value, REASON).next(TAG.octetString).content;
}

/** Whether a GeneralName is the certificate's subject or one of its alternative names (RFC 3161 section 2.4.2, tsa). */
export function isNameOf(certificate: Certificate, general: Uint8Array): boolean {
  const wanted = new Der(general, REASON).any();
  if (wanted.tag === DIRECTORY_NAME && isSameName(wanted.content, certificate.subject)) return true;
  const value = valueOf(certificate, SUBJECT_ALTERNATIVE_NAME);
  if (value === undefined) return false;
  const names = derSequence(value, REASON);
  while (!names.isAtEnd) {
    const { tag, content } = names.any();
    if (tag !== wanted.tag) continue;
    if (equalBytes(content, wanted.content)) return true;
    if (tag === DIRECTORY_NAME && isSameName(content, wanted.content)) return true;
  }
  return false;
}
