import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { kindOf, type Kind } from './vocabulary.js';

const OF_NAMES: Readonly<Record<string, string>> = {
  'HTTPS://Example.com/a': 'https://example.com/a',
  'https://example.com:443/a': 'https://example.com/a',
  'https://example.com/%61.b': 'https://example.com/a.b',
  'https://w3id.org/idsa/code/MARKETING': 'idsc:MARKETING',
  'http://w3id.org/idsa/code/MARKETING': 'idsc:MARKETING',
  ' research  ': 'research',
  'pre\u0301vention': 'pr\u00e9vention',
};

/** Other ways to write values of the small domains of `values.ts`, each with the one in which policies have it. Looked up, not computed. */
export const OTHER_SPELLINGS: Readonly<Partial<Record<Kind, Readonly<Record<string, string>>>>> = {
  named: OF_NAMES,
  designated: OF_NAMES,
  place: { DEU: 'DE', CHN: 'CN', REU: 'RE', 'FR-974': 'RE' },
  language: { 'EN-gb': 'en-GB', 'en-gb': 'en-GB', DE: 'de', PT: 'pt' },
};

/** Kinds of which a literal is its text, whatever type it states. */
const isText = (kind: Kind | undefined): boolean =>
  kind !== undefined && ['named', 'designated', 'place', 'language', 'level', 'text'].includes(kind);

const spelled = (operand: string, value: odrl.Value): odrl.Value => {
  // Of an operand nobody knows, text is taken for a name.
  const kind = kindOf(operand) ?? 'named';
  if (typeof value !== 'string' && !isText(kindOf(operand))) return value;
  const text = typeof value === 'string' ? value : value['@value'];
  return OTHER_SPELLINGS[kind]?.[text] ?? text;
};

/** A state of the world in the spelling that policies have. */
export const spelledWorld = (world: PolicyWorld): PolicyWorld => ({
  ...world,
  facts: world.facts.map((fact) => ({ ...fact, value: spelled(fact.operand, fact.value) })),
});
