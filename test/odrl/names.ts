import { DataFactory, type NamedNode, type Term } from 'n3';
import type { odrl } from '@tallystick/chaincode/model';
import { PREFIXES } from '../../chaincode/src/policy/vocabulary/index.js';
import { xsd } from './vocabulary.js';

/** The IRI of a name in canonical spelling. */
export function iriOf(name: string): NamedNode {
  const colon = name.indexOf(':');
  const namespace = PREFIXES[colon < 0 ? 'odrl' : name.slice(0, colon)];
  return DataFactory.namedNode(namespace === undefined ? name : namespace + name.slice(colon + 1));
}

/** A canonical value as it stands in a graph. Plain text is a name wherever it can be one. */
export function termOf(value: odrl.Value): Term {
  if (typeof value !== 'string') return DataFactory.literal(value['@value'], iriOf(value['@type']));
  return value.includes(' ') ? DataFactory.literal(value, xsd('string')) : iriOf(value);
}
