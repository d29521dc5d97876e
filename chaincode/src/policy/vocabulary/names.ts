import { utf8ToBytes } from '@noble/hashes/utils.js';
import { odrl } from '../../model/index.js';

/** Namespaces whose terms have a short spelling; those of ODRL itself are bare. Built in, never fetched. */
export const PREFIXES: Readonly<Record<string, string>> = {
  odrl: 'http://www.w3.org/ns/odrl/2/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  ids: 'https://w3id.org/idsa/core/',
  idsc: 'https://w3id.org/idsa/code/',
  cc: 'http://creativecommons.org/ns#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  dct: 'http://purl.org/dc/terms/',
  tallystick: 'https://w3id.org/tallystick/odrl#',
};

/** The profile of this ledger: the operands and actions that ODRL does not have. */
const PROFILE = 'https://w3id.org/tallystick/odrl';
/** Profiles whose every term the ledger judges. A policy with another one is refused (ODRL 2.2, section 2.1). */
export const PROFILES_KNOWN: ReadonlySet<string> = new Set([
  PROFILE,
  'http://www.w3.org/ns/odrl/2/core',
  'https://w3id.org/idsa/core/',
]);

/** Prefixes that documents use and canonical names do not: what they name is written out. */
const READ: Readonly<Record<string, string>> = {
  ...PREFIXES,
  dc: 'http://purl.org/dc/terms/',
  dcterms: 'http://purl.org/dc/terms/',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  owl: 'http://www.w3.org/2002/07/owl#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  schema: 'http://schema.org/',
  dcat: 'http://www.w3.org/ns/dcat#',
  dspace: 'https://w3id.org/dspace/2025/1/',
  edc: 'https://w3id.org/edc/v0.0.1/ns/',
};
/** Namespaces of the prefixes built in. A map, because a document may use `constructor` as prefix. */
export const NAMESPACES: ReadonlyMap<string, string> = new Map(Object.entries(READ));

const CONTRACTED = Object.entries(PREFIXES);
const LOCAL = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** Namespaces by what follows their scheme: `http` and `https` name one vocabulary, as schema.org and the W3C say of theirs. */
const BY_REST = [...new Set(NAMESPACES.values())].map(
  (namespace) => [namespace.replace(/^https?:/, ''), namespace] as const,
);

/** RFC 3986, section 2.3: characters that mean the same written as they are and percent-encoded. */
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

function decoded(triplet: string): string {
  const character = String.fromCharCode(parseInt(triplet.slice(1), 16));
  return UNRESERVED.test(character) ? character : triplet.toUpperCase();
}

/** Ports that say nothing (RFC 3986, section 6.2.3). */
const DEFAULT_PORTS: ReadonlyMap<string, RegExp> = new Map([
  ['http:', /:(?:80)?$/],
  ['https:', /:(?:443)?$/],
]);

const percentEncoded = (run: string): string =>
  [...utf8ToBytes(run)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');

/** Characters beyond ASCII in their percent-encoding, as an IRI becomes a URI (RFC 3987, section 3.1), and none that needs it not. */
const inAscii = (text: string): string =>
  composed(text)
    .replace(/[\u0080-\u{10ffff}]+/gu, percentEncoded)
    .replace(/%[0-9A-Fa-f]{2}/g, decoded);

/** A path without the segments that lead to itself or one up (RFC 3986, section 5.2.4). */
function withoutDots(path: string): string {
  if (!/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const [, ...segments] = path.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  const isFolder = /\/\.{1,2}$/.test(path);
  return `/${[...kept, ...(isFolder ? [''] : [])].join('/')}`;
}

/**
 * An IRI in its normal form (RFC 3986, sections 6.2.2 and 6.2.3; RFC 3987, section 3.1): scheme and host in small letters,
 * percent-encoding in capitals and only where needed, no default port, no empty path of a web address, no segments of dots; of a URN
 * the part that has no case (RFC 8141, section 3.1). Any other text as it stands.
 */
function normalized(text: string): string {
  const [, named = '', authority, rest = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*:)(\/\/[^/?#]*)?(.*)$/.exec(text) ?? [];
  if (authority === undefined) return text.replace(/^urn:[A-Za-z0-9-]+:/i, (head) => head.toLowerCase());
  const scheme = named.toLowerCase();
  const iri = `${scheme}${hostIn(scheme, inAscii(authority))}${placeIn(scheme, inAscii(rest))}`;
  const [, local = ''] = /^https?:(.*)$/.exec(iri) ?? [];
  const known = BY_REST.find(([each]) => local.startsWith(each));
  return known ? known[1] + local.slice(known[0].length) : iri;
}

function hostIn(scheme: string, authority: string): string {
  const host = authority.toLowerCase();
  const port = DEFAULT_PORTS.get(scheme);
  return port ? host.replace(port, '') : host;
}

/** Path, query and fragment. */
function placeIn(scheme: string, rest: string): string {
  const [, path = '', asked = ''] = /^([^?#]*)(.*)$/.exec(rest) ?? [];
  return (path === '' && DEFAULT_PORTS.has(scheme) ? '/' : withoutDots(path)) + asked;
}

/** The IRI a prefixed name stands for; any other name as it stands. */
export function expanded(name: string): string {
  const colon = name.indexOf(':');
  const namespace = colon < 0 ? undefined : NAMESPACES.get(name.slice(0, colon));
  const local = name.slice(colon + 1);
  if (namespace === undefined || local.startsWith('//')) return normalized(name);
  return LOCAL.test(local) ? namespace + local : normalized(namespace + local);
}

/**
 * The one spelling of a name: terms of ODRL bare, terms of a built-in prefix with it, anything else as the IRI it is. The
 * full IRI is made first, so that `odrl:odrl:read` is not taken for `read`.
 */
export function contracted(name: string): string {
  const iri = expanded(name);
  for (const [prefix, namespace] of CONTRACTED) {
    const local = iri.slice(namespace.length);
    if (iri.startsWith(namespace) && LOCAL.test(local))
      return prefix === 'odrl' ? local : `${prefix}:${local}`;
  }
  return iri;
}

const ASCII = /^[\x20-\x7e]*$/;

/** Normalization Form C of a text in the closed list of characters, on which all engines agree; any other stays as it is. */
export const composed = (text: string): string =>
  ASCII.test(text) || !odrl.isWritten(text) ? text : text.normalize('NFC');

/**
 * The one spelling of a text that may be a name in any script: Normalization Form C (its characters are a closed list, model/odrl),
 * no white space around it and one space within, and of what is one word, so that it may be a name, that of `contracted`.
 */
export function spelled(text: string): string {
  const words = composed(text).replace(/ +/g, ' ').replace(/^ | $/g, '');
  return words.includes(' ') ? words : contracted(words);
}
