import { derSequence, Der, TAG } from '../bytes/der.js';

const REASON = 'CERTIFICATE_MALFORMED';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const KEY_CERT_SIGN = 0x04;

/** An extension; `value` is the content of its octet string. */
export interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

/** What may have extensions: a certificate. */
interface Extended {
  readonly extensions: readonly Extension[];
}

/** Extensions that may be critical: what they say is either looked at or says nothing about signing for an organisation. */
const UNDERSTOOD = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, SUBJECT_ALTERNATIVE_NAME];

/** Extensions (RFC 5280 4.1); one that comes twice is refused, as Go refuses it. */
export function readExtensions(list: Der): Extension[] {
  const extensions: Extension[] = [];
  while (!list.isAtEnd) {
    const entry = list.inner(TAG.sequence);
    const oid = entry.objectIdentifier();
    const critical = entry.optional(TAG.boolean);
    const { content: value } = entry.next(TAG.octetString);
    entry.end();
    list.demand(!extensions.some((other) => other.oid === oid), 'an extension that comes twice');
    extensions.push({ oid, isCritical: critical !== undefined && entry.truth(critical), value });
  }
  return extensions;
}

const valueOf = (extensions: readonly Extension[], wanted: string): Uint8Array | undefined =>
  extensions.find(({ oid }) => oid === wanted)?.value;

function basicConstraints(extensions: readonly Extension[]): { isAuthority: boolean; pathLength?: bigint } {
  const value = valueOf(extensions, BASIC_CONSTRAINTS);
  if (value === undefined) return { isAuthority: false };
  const constraints = derSequence(value, REASON);
  const flag = constraints.optional(TAG.boolean);
  const isAuthority = flag !== undefined && constraints.truth(flag);
  if (constraints.isAtEnd) return { isAuthority };
  const pathLength = constraints.unsigned();
  constraints.end();
  return { isAuthority, pathLength };
}

export const isAuthority = (extensions: readonly Extension[]): boolean =>
  basicConstraints(extensions).isAuthority;

// Absent key usage allows every use (RFC 5280 4.2.1.3).
function maySignCertificates(extensions: readonly Extension[]): boolean {
  const value = valueOf(extensions, KEY_USAGE);
  if (value === undefined) return true;
  const [, first = 0] = new Der(value, REASON).next(TAG.bitString).content;
  return (first & KEY_CERT_SIGN) !== 0;
}

/** Whether this certificate may have signed others with so many authorities between (RFC 5280 4.2.1.3, 4.2.1.9). */
export function mayIssue({ extensions }: Extended, between: number): boolean {
  const { isAuthority, pathLength } = basicConstraints(extensions);
  const isShortEnough = pathLength === undefined || BigInt(between) <= pathLength;
  return isAuthority && isShortEnough && maySignCertificates(extensions);
}

/** Whether nothing critical is left that no check looks at (RFC 5280 4.2). */
export const isUnderstood = ({ extensions }: Extended): boolean =>
  extensions.every(({ oid, isCritical }) => !isCritical || UNDERSTOOD.includes(oid));
