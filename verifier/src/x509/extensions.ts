import { derSequence, Der, TAG } from '../bytes/der.js';

export const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const REASON = 'CERTIFICATE_MALFORMED';
const BASIC_CONSTRAINTS = '2.5.29.19';

/** An extension; `value` is the content of its octet string. */
export interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

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

/** Whether it is an authority's, and how many authorities may stand below it (RFC 5280 4.2.1.9). */
export function basicConstraints(extensions: readonly Extension[]): {
  readonly isAuthority: boolean;
  readonly pathLength?: bigint;
} {
  const found = extensions.find(({ oid }) => oid === BASIC_CONSTRAINTS);
  if (found === undefined) return { isAuthority: false };
  const constraints = derSequence(found.value, REASON);
  const flag = constraints.optional(TAG.boolean);
  const isAuthority = flag !== undefined && constraints.truth(flag);
  return constraints.isAtEnd ? { isAuthority } : { isAuthority, pathLength: constraints.unsigned() };
}
