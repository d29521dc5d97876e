import { odrl, type Json } from '../../model/index.js';
import { contracted, expanded } from '../vocabulary/index.js';
import { membersOf, type Place } from './place.js';

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
