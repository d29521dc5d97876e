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
export const PROFILE = 'https://w3id.org/tallystick/odrl';
/** Profiles whose every term the ledger judges. A policy with another one is refused (ODRL 2.2, section 2.1). */
export const PROFILES_KNOWN: ReadonlySet<string> = new Set([
  PROFILE,
  'http://www.w3.org/ns/odrl/2/core',
  'https://w3id.org/idsa/core/',
]);
