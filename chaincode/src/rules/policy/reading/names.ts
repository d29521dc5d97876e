import { odrl, type Json } from '../../../model/index.js';
import { PREFIXES } from '../vocabulary/index.js';
import { membersOf, type Place } from './place.js';

/** Prefixes that documents use and canonical policies do not: what they name is written out. */
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

/** The IRI a prefixed name stands for; any other name as it stands. */
function expanded(name: string): string {
  const colon = name.indexOf(':');
  const namespace = colon < 0 ? undefined : NAMESPACES.get(name.slice(0, colon));
  const local = name.slice(colon + 1);
  return namespace !== undefined && !local.startsWith('//') ? namespace + local : name;
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

const isName = (text: string): boolean => odrl.name.safeParse(text).success;

/** A name that must be a term or an IRI: text, or a reference by `@id`. */
export function nameAt(place: Place): string | null {
  const text = nameTextOf(place.value);
  if (typeof text !== 'string') return place.refuse('must be a name: a term or an IRI');
  const name = contracted(text);
  return isName(name) ? name : place.refuse('is not a term or an IRI of at most 300 characters');
}

/** `xsd:anyURI` literals are names, too: IDS-G writes them so. */
function nameTextOf(value: Json): Json | undefined {
  const { '@id': id, '@value': literal, '@type': type, ...others } = membersOf(value) ?? {};
  if (Object.keys(others).length > 0) return undefined;
  if (typeof type === 'string' && TYPES_OF_NAMES.has(contracted(type)))
    return id === undefined ? literal : undefined;
  return membersOf(value) === undefined
    ? value
    : literal === undefined && type === undefined
      ? id
      : undefined;
}

const TYPES_OF_NAMES: ReadonlySet<string> = new Set(['xsd:anyURI', 'xsd:string']);

/** True when both values are the same name. */
export function isSameName(left: Json, right: Json): boolean {
  const [a, b] = [nameTextOf(left), nameTextOf(right)];
  return typeof a === 'string' && typeof b === 'string' && contracted(a) === contracted(b);
}

/** The full IRI of a name: profiles are told apart by it. */
export function iriAt(place: Place): string | null {
  const text = nameTextOf(place.value);
  const iri = typeof text === 'string' ? expanded(text) : '';
  return isName(iri) ? iri : place.refuse('must be an IRI of at most 300 characters');
}

/** A name with what it is called in the terms this ledger judges, where another vocabulary has a word for the same. */
export function termAt(place: Place, equivalents: ReadonlyMap<string, string>): string | null {
  const name = nameAt(place);
  return name === null ? null : (equivalents.get(name) ?? name);
}
