import { Der, TAG, type DerElement } from '../bytes/der.js';
import { isConstraint, isDomain, isMailbox, isMask } from './domains.js';

/** Kinds of GeneralName that Go's crypto/x509 reads (RFC 5280 4.2.1.6), by their tag. */
export const GENERAL = { mail: 0x81, dns: 0x82, uri: 0x86, address: 0x87 } as const;
const ADDRESS_LENGTHS = [4, 16];

/** A name, or what names are constrained by. Addresses, which are no texts, have a letter for each octet. */
export interface GeneralName {
  readonly tag: number;
  readonly text: string;
}

/** Subtrees of names that an authority may, or may not, certify (RFC 5280 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
  /** Whether there are some of a kind that is not looked at. */
  readonly isPartly: boolean;
}

const isKnown = (tag: number): boolean => Object.values<number>(GENERAL).includes(tag);

const read = ({ tag, content }: DerElement): GeneralName => ({
  tag,
  text: Array.from(content, (octet) => String.fromCharCode(octet)).join(''),
});

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/u.test(text);

/** Go's url.Parse, as far as names go that somebody would write into a certificate. */
function isPlace(text: string): boolean {
  if (/[\0-\x1f\x7f]|%(?![0-9a-f]{2})/iu.test(text)) return false;
  const { host, isClosed } = hostOf(text);
  return isClosed && isDomain(host, false);
}

/** What stands where a URI (RFC 3986 3.2) has its host and port. */
export function hostOf(uri: string): { readonly host: string; readonly isClosed: boolean } {
  const [, authority = ''] = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)/iu.exec(uri) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return { host, isClosed: host.startsWith('[') === host.includes(']') };
}

function isName({ tag, text }: GeneralName): boolean {
  if (tag === GENERAL.address) return ADDRESS_LENGTHS.includes(text.length);
  return isAscii(text) && (tag !== GENERAL.uri || isPlace(text));
}

function isSubtree({ tag, text }: GeneralName): boolean {
  if (tag === GENERAL.address) return isMask(text);
  const isWhole = tag === GENERAL.mail && text.includes('@');
  return isAscii(text) && (isWhole ? isMailbox(text) : isConstraint(text));
}

/** SubjectAltName, the names of kinds that are looked at. @throws Rejection for what Go does not read */
export function readAlternativeNames(value: Der): GeneralName[] {
  const list: Der = value.inner(TAG.sequence);
  const names: GeneralName[] = [];
  while (!list.isAtEnd) {
    const name = read(list.any());
    if (!isKnown(name.tag)) continue;
    list.demand(isName(name), 'an alternative name');
    names.push(name);
  }
  return names;
}

function subtreesIn(list: Der | undefined): GeneralName[] {
  const names: GeneralName[] = [];
  while (list?.isAtEnd === false) names.push(read(list.inner(TAG.sequence).any()));
  return names;
}

/** NameConstraints. @throws Rejection for what Go does not read */
export function readNameConstraints(value: Der): NameConstraints {
  const outer: Der = value.inner(TAG.sequence);
  value.end();
  const [permitted, excluded] = [0xa0, 0xa1].map((tag) => {
    const found = outer.optional(tag);
    return subtreesIn(found && outer.of(found));
  });
  outer.end();
  const all = [...(permitted ?? []), ...(excluded ?? [])];
  const known = all.filter(({ tag }) => isKnown(tag));
  outer.demand(all.length > 0 && known.every(isSubtree), 'constraints on names');
  return { permitted: permitted ?? [], excluded: excluded ?? [], isPartly: known.length < all.length };
}
