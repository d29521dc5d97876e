import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { order, orderOfDurations, plus, readDuration, readMoment } from './calendar.js';
import { orderOfDecimals } from './fraction.js';
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
  const end = start && span && plus(start, span);
  // The ledger has no instants before 1970 or after 9999.
  const isInstant = end !== undefined && end.year >= 1970 && end.year <= 9999;
  return now && isInstant ? order(now, end) : undefined;
}

function ofLevels(known: string, asked: string): Order {
  const [left, right] = [LEVELS.indexOf(known), LEVELS.indexOf(asked)];
  return left < 0 || right < 0 ? undefined : left - right;
}

/** Now, that is before, during or after the event asked for. */
function ofEvents(known: odrl.Value): Order {
  const place = ['tallystick:before', 'tallystick:during', 'tallystick:after'].indexOf(typeOf(known) ?? '');
  return place < 0 ? undefined : place - 1;
}

const NUMBERS: readonly string[] = ['xsd:decimal', 'xsd:integer'];

/** What is known in a unit has that unit for its type, and compares only to what is asked for in that unit. */
function areInOneUnit(known: odrl.Value, asked: odrl.Value, unit: string | undefined): boolean {
  const [left, right] = [typeOf(known), typeOf(asked)];
  if (unit !== undefined)
    return left === unit && (right === undefined || right === unit || NUMBERS.includes(right));
  return [left, right].every((type) => type === undefined || NUMBERS.includes(type));
}

const never = (): Order => undefined;

/** Order of a known value and the one asked for, by kind; names and texts have none. */
const ORDERS: Readonly<Record<Kind, (known: odrl.Value, asked: odrl.Value, world: PolicyWorld) => Order>> = {
  moment: (known, asked) => ofMoments(textOf(known), textOf(asked)),
  duration: (known, asked) => ofDurations(textOf(known), textOf(asked)),
  since: (known, asked, world) => sinceStart(textOf(known), textOf(asked), world),
  whole: (known, asked) => orderOfDecimals(textOf(known), textOf(asked)),
  number: (known, asked) => orderOfDecimals(textOf(known), textOf(asked)),
  level: (known, asked) => ofLevels(textOf(known), textOf(asked)),
  event: ofEvents,
  named: never,
  designated: never,
  place: never,
  language: never,
  text: never,
};

export function orderOf(
  kind: Kind,
  known: odrl.Value,
  asked: odrl.Value,
  world: PolicyWorld,
  unit: string | undefined,
): Order {
  const isNumber = kind === 'whole' || kind === 'number';
  return isNumber && !areInOneUnit(known, asked, unit) ? undefined : ORDERS[kind](known, asked, world);
}

const TYPES: Readonly<Record<string, Kind>> = {
  'xsd:dateTime': 'moment',
  'xsd:duration': 'duration',
  'xsd:integer': 'number',
  'xsd:decimal': 'number',
};

/** Kind of the values of an operand nobody knows: what the value asked for looks like. */
export const kindOfValue = (asked: odrl.Value): Kind => TYPES[typeOf(asked) ?? ''] ?? 'named';
