import type { Json } from '../../model/index.js';
import { NAMESPACES } from '../vocabulary/index.js';
import { allMembersOf, type Place } from './place.js';

/** Contexts whose terms are built in. A document is read with these or not at all; no context is fetched. */
const BUILT_IN: ReadonlySet<string> = new Set([
  'http://www.w3.org/ns/odrl.jsonld',
  'https://www.w3.org/ns/odrl.jsonld',
  'http://www.w3.org/ns/odrl/2/',
  'https://w3id.org/dspace/2025/1/context.jsonld',
  'https://w3id.org/dspace/2025/1/odrl-profile.jsonld',
  'https://w3id.org/dspace/2024/1/context.json',
  'https://w3id.org/edc/dspace/v0.0.1',
]);

/** Checks that a document means by its terms what this reader means by them. */
export function checkContext(place: Place): void {
  const { value } = place;
  if (!Array.isArray(value)) checkEntry(place);
  else for (const [index, each] of (value as readonly Json[]).entries()) checkEntry(place.at(index, each));
}

function checkEntry(place: Place): void {
  const { value } = place;
  if (typeof value === 'string') {
    if (!BUILT_IN.has(value)) place.refuse('is not a context that is built in, and none is fetched');
    return;
  }
  // Null takes the meaning of a term away, so it is told from none.
  const prefixes = allMembersOf(value);
  if (prefixes === undefined) {
    place.refuse('must be the IRI of a context, or prefixes');
    return;
  }
  for (const prefix of Object.keys(prefixes).sort())
    checkPrefix(prefix, place.at(prefix, prefixes[prefix] ?? null));
}

/** A prefix that means something else here would give every name a second meaning. */
function checkPrefix(prefix: string, place: Place): void {
  const namespace = NAMESPACES.get(prefix === '@vocab' ? 'odrl' : prefix);
  if (namespace === undefined) place.refuse('is not a prefix that is built in; write the full IRI');
  else if (place.value !== namespace) place.refuse(`stands for ${namespace} here`);
}
