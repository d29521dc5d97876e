import type { odrl } from '@tallystick/chaincode/model';
import type { Random } from '../../differential/random.js';
import { OTHER_SPELLINGS } from './spelling.js';
import { kindOf, type Kind } from './vocabulary.js';

const NAMED: readonly string[] = [
  'maintenance',
  'maintenance.predictive',
  'maintenance.predictive.bearing',
  'main',
  'research',
  'all',
  'pr\u00e9vention',
  'idsc:MARKETING',
  'https://example.com/a',
  'https://example.com/a.b',
  'application/a',
  'application/a.b',
  'application/a;b=c',
];

/** Small sets of values, so that what is known and what is asked for meet often, and nearly meet often, too. */
const TEXTS: Readonly<Record<Kind, readonly string[]>> = {
  moment: [
    '2026-02-28T23:59:59.999Z',
    '2026-03-01T00:00:00.000Z',
    '2026-03-31T12:00:00.000Z',
    '2026-04-30T12:00:00.000Z',
    '2028-02-29T00:00:00.000Z',
    '2026-03-01T01:00:00+01:00',
    '2026-02-28T14:30:00.0000-09:30',
    '1970-01-01T00:00:00.000Z',
  ],
  duration: [
    'P1M',
    'P30D',
    'P31D',
    'P28D',
    'PT720H',
    'P1Y',
    'P12M',
    'PT0S',
    'P0M',
    '-P1D',
    'PT0.5S',
    'P365D',
    'P1Y2M3DT4H5M6.789S',
    '-P1M',
    'PT0.5000S',
  ],
  since: ['P1M', 'P30D', 'P31D', 'P1M1D', 'P1Y', 'P2Y', 'PT0S', 'PT12H', 'PT0.001S', 'P61D', '-P1D'],
  whole: ['1', '2', '3', '10', '9', '007', '12345678901234567891', '12345678901234567892'],
  number: [
    '1',
    '1.5',
    '1.50',
    '+1.5',
    '2',
    '10',
    '9.99',
    '.5',
    '0.5',
    '5.',
    '-1',
    '-1.25',
    '-0',
    '0.0',
    '123456789012345678901234567890',
    '123456789012345678901234567890.1',
  ],
  named: NAMED,
  designated: NAMED,
  place: ['CN', 'CN-31', 'DE', 'DE-BY', 'EU', 'FR', 'RE', 'asia', 'C'],
  language: ['en', 'en-GB', 'de', 'eng'],
  event: ['event-1', 'event-2', 'event-3'],
  level: ['BASE', 'TRUST', 'TRUST_PLUS'],
  text: ['$.vin', 'x', '1'],
};

const TYPES: Readonly<Partial<Record<Kind, string>>> = {
  moment: 'xsd:dateTime',
  duration: 'xsd:duration',
  since: 'xsd:duration',
  whole: 'xsd:integer',
  number: 'xsd:decimal',
};

/** What is of no kind but a name or a text. */
const WRONG: readonly odrl.Value[] = [
  'tomorrow',
  { '@value': '2026-02-30T00:00:00.000Z', '@type': 'xsd:dateTime' },
  { '@value': 'P', '@type': 'xsd:duration' },
  { '@value': 'many', '@type': 'xsd:integer' },
  { '@value': 'PT', '@type': 'xsd:duration' },
  { '@value': '1,5', '@type': 'xsd:decimal' },
  { '@value': '2026-03-01T00:00:00.000', '@type': 'xsd:dateTime' },
];

const typed = (text: string, type: string | undefined): odrl.Value =>
  type === undefined ? text : { '@value': text, '@type': type };

function any(random: Random): odrl.Value {
  const kind = random.pick(Object.keys(TEXTS) as Kind[]);
  return typed(random.pick(TEXTS[kind]), TYPES[kind]);
}

/** A value as a policy asks for it. */
export function askedOf(random: Random, operand: string): odrl.Value {
  if (random.percent(4)) return random.pick(WRONG);
  const kind = kindOf(operand);
  return kind === undefined ? any(random) : typed(random.pick(TEXTS[kind]), TYPES[kind]);
}

export const UNITS: readonly string[] = ['ex:EUR', 'ex:byte'];

/** A value as it is known: spans by the instant they run from, events by their state. */
export function knownOf(random: Random, operand: string): odrl.Value {
  const kind = kindOf(operand);
  if (random.percent(3)) return random.pick(WRONG);
  if (kind === 'since') return typed(random.pick(TEXTS.moment), TYPES.moment);
  if (kind === 'event')
    return typed(random.pick(TEXTS.event), `tallystick:${random.pick(['before', 'during', 'after'])}`);
  if (kind === 'number' && random.percent(25)) return typed(random.pick(TEXTS.number), random.pick(UNITS));
  const spellings = Object.keys((kind && OTHER_SPELLINGS[kind]) ?? {});
  if (spellings.length > 0 && random.percent(30)) return random.pick(spellings);
  return askedOf(random, operand);
}

/** Instants as the ledger writes them. */
export const NOWS = TEXTS.moment.slice(0, 5);
/** Names that may be said to be a member, or to have some: no plain text in other scripts. */
export const NAMES: readonly string[] = [...TEXTS.named, ...TEXTS.place].filter((each) =>
  /^[!-~]+$/.test(each),
);
