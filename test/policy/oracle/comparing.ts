import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { order, orderOfDurations, plus, readDuration, readMoment } from './calendar.js';
import { orderOfDecimals, orderOfIntegers } from './fraction.js';
import type { Kind } from './vocabulary.js';

const LEVELS: readonly string[] = ['BASE', 'TRUST', 'TRUST_PLUS'];

export const textOf = (value: odrl.Value): string => (typeof value === 'string' ? value : value['@value']);
const typeOf = (value: odrl.Value): string | undefined =>
  typeof value === 'string' ? undefined : value['@type'];

/** Order of two values that have one; `undefined` when they have none or are not what they should be. */
export type Order = number | undefined;

function ofMoments(known: string, asked: string): Order {
  const [left, right] = [readMoment(known), readMoment(asked)];
  return left && right && order(left, right);
}

function ofDurations(known: string, asked: string): Order {
  const [left, right] = [readDuration(known), readDuration(asked)];
  return left && right && orderOfDurations(left, right);
}

/** Now against the end of a span that began at the instant known. */
function sinceStart(known: string, asked: string, { at }: PolicyWorld): Order {
  const [start, span, now] = [readMoment(known), readDuration(asked), readMoment(at)];
  return start && span && now && order(now, plus(start, span));
}

function ofLevels(known: string, asked: string): Order {
  const [left, right] = [LEVELS.indexOf(known), LEVELS.indexOf(asked)];
  return left < 0 || right < 0 ? undefined : left - right;
}

/** Order of a known value and the one asked for, of kinds that have an order. */
export function orderOf(kind: Kind, known: odrl.Value, asked: odrl.Value, world: PolicyWorld): Order {
  const [left, right] = [textOf(known), textOf(asked)];
  if (kind === 'moment') return ofMoments(left, right);
  if (kind === 'duration') return ofDurations(left, right);
  if (kind === 'since') return sinceStart(left, right, world);
  if (kind === 'whole') return orderOfIntegers(left, right);
  if (kind === 'number') return orderOfDecimals(left, right);
  if (kind === 'level') return ofLevels(left, right);
  return undefined;
}

const TYPES: Readonly<Record<string, Kind>> = {
  'xsd:dateTime': 'moment',
  'xsd:duration': 'duration',
  'xsd:integer': 'whole',
  'xsd:decimal': 'number',
};

/** Kind of the values of an operand nobody knows: names when both are plain, else what the type of both says. */
export function kindOfValues(known: odrl.Value, asked: odrl.Value): Kind | undefined {
  const [left, right] = [typeOf(known), typeOf(asked)];
  if (left !== right) return undefined;
  return left === undefined ? 'named' : (TYPES[left] ?? 'text');
}
