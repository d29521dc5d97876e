import { contracted } from '../vocabulary/index.js';

const listed = (prefix: string, terms: readonly string[]): readonly string[] =>
  terms.map((term) => contracted(`${prefix}:${term}`));

/**
 * What may be said about a policy, a rule or a party without changing what is allowed (ODRL 2.2, section 2.8, and the
 * vocabularies it uses there). A closed list: `dct:coverage` or `dct:valid` limit a policy, and are not understood.
 */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...['comment', 'description', 'label', 'title'],
  ...listed('dct', [
    'abstract',
    'alternative',
    'bibliographicCitation',
    'contributor',
    'created',
    'creator',
    'dateSubmitted',
    'description',
    'identifier',
    'issued',
    'language',
    'modified',
    'publisher',
    'replaces',
    'source',
    'subject',
    'title',
  ]),
  ...listed('rdfs', ['comment', 'isDefinedBy', 'label', 'seeAlso']),
  ...listed('skos', [
    'altLabel',
    'changeNote',
    'definition',
    'editorialNote',
    'example',
    'historyNote',
    'note',
    'prefLabel',
    'scopeNote',
  ]),
  ...listed('schema', ['description', 'name']),
  ...listed('foaf', ['homepage', 'mbox', 'name']),
  ...listed('vcard', ['email', 'fn', 'hasEmail', 'hasTelephone', 'hasURL', 'organization-name']),
]);
