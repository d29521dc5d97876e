import type { Json } from '../../model/index.js';
import type { Operator } from '../../model/odrl/index.js';
import type { KnownAction } from '../vocabulary/index.js';

/** The words in which the templates write policies: compact JSON-LD as W3C and IDS-G spell it. */

export type Node = Readonly<Record<string, Json>>;

const CONTEXT = 'http://www.w3.org/ns/odrl.jsonld';
/** Named by every policy that says more than ODRL's own terms can. */
const IDS_PROFILE = 'https://w3id.org/idsa/core/';

/** A policy of ODRL's own terms. Who the parties are and which data it is about, the grant says. */
export const policyOf = (rules: Node): Json => ({ '@context': CONTEXT, '@type': 'Set', ...rules });

/** A policy that also has terms of the IDS. */
export const idsPolicyOf = (rules: Node): Json => ({
  '@context': CONTEXT,
  '@type': 'Set',
  profile: IDS_PROFILE,
  ...rules,
});

export const constraint = (
  leftOperand: string,
  operator: Operator,
  rightOperand: Json,
  unit?: string,
): Node => ({
  leftOperand,
  operator,
  rightOperand,
  ...(unit !== undefined && { unit }),
});

/** A permission to use, on conditions. */
export const use = (...constraints: readonly Node[]): Node => ({
  permission: [{ action: 'use', constraint: constraints }],
});

/** A permission to use that a duty goes with. */
export const useWith = (...duties: readonly Node[]): Node => ({
  permission: [{ action: 'use', duty: duties }],
});

/** An action narrowed down, as it stands in a duty. */
export const refined = (action: KnownAction, ...refinement: readonly Node[]): Json =>
  refinement.length === 0 ? action : [{ 'rdf:value': { '@id': action }, refinement }];

/** What must have been done before the data are used. */
export const beforeUse: Node = constraint('event', 'lt', { '@id': 'odrl:policyUsage' });

export const duration = (lexical: string): Json => ({ '@value': lexical, '@type': 'xsd:duration' });
export const dateTime = (at: string): Json => ({ '@value': at, '@type': 'xsd:dateTime' });
