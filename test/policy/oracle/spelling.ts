import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { kindOf, type Kind } from './vocabulary.js';

/** Other ways to write values of the small domains of `values.ts`, each with the one in which policies have it. Looked up, not computed. */
export const OTHER_SPELLINGS: Readonly<Partial<Record<Kind, Readonly<Record<string, string>>>>> = {
  named: {
    'HTTPS://Example.com/a': 'https://example.com/a',
    'https://example.com:443/a': 'https://example.com/a',
    'https://example.com/%61.b': 'https://example.com/a.b',
    'https://w3id.org/idsa/code/MARKETING': 'idsc:MARKETING',
    'http://w3id.org/idsa/code/MARKETING': 'idsc:MARKETING',
    ' research  ': 'research',
    'pre\u0301vention': 'pr\u00e9vention',
  },
  place: { DEU: 'DE', CHN: 'CN', REU: 'RE', 'FR-974': 'RE' },
  language: { 'EN-gb': 'en-GB', 'en-gb': 'en-GB', DE: 'de' },
};

const spelled = (operand: string, value: odrl.Value): odrl.Value => {
  // Of an operand nobody knows, text is taken for a name.
  const kind = kindOf(operand) ?? 'named';
  return typeof value === 'string' ? (OTHER_SPELLINGS[kind]?.[value] ?? value) : value;
};

/** A state of the world in the spelling that policies have. */
export const spelledWorld = (world: PolicyWorld): PolicyWorld => ({
  ...world,
  facts: world.facts.map((fact) => ({ ...fact, value: spelled(fact.operand, fact.value) })),
});
