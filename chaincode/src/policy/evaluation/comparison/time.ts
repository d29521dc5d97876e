import { instantOf, millisOf } from '../../../model/index.js';
import type { Value } from '../../../model/odrl/index.js';
import { orderOfNumbers, type Order } from './relation.js';

const DATE_TIME =
  /^((\d{4})-(0[1-9]|1[0-2])-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):([0-5]\d))$/;
/** Farthest zone from Greenwich (XML Schema 1.1 part 2, section 3.3.7.2), in minutes. */
const FARTHEST = 14 * 60;
const DURATION =
  /^(-?)P(?=[\dT])(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12})(?:\.(\d+))?S)?)?$/;
const DURATION_TYPES: ReadonlySet<string> = new Set([
  'xsd:duration',
  'xsd:dayTimeDuration',
  'xsd:yearMonthDuration',
]);
export const isDurationType = (type: string): boolean => DURATION_TYPES.has(type);

/**
 * xsd:duration in its value space: months, and milliseconds that are no months (XML Schema 1.1 part 2, section 3.3.6). Those that
 * are too many for an exact number lead out of all instants, and so compare with nothing.
 */
interface Duration {
  readonly months: number;
  readonly millis: number;
}

/** Lexical form of a value that is plain or of one of some datatypes. */
const lexicalIn = (value: Value, isType: (type: string) => boolean): string =>
  typeof value === 'string' ? value : isType(value['@type']) ? value['@value'] : '';

/** Digits after the point as milliseconds; `undefined` when they say more than that. */
function fractionOf(digits = ''): number | undefined {
  return /^\d{0,3}0*$/.test(digits) ? Number(digits.slice(0, 3).padEnd(3, '0')) : undefined;
}

/** Milliseconds since 1970 of an xsd:dateTime with a zone: without one it is not an instant (ODRL 2.2, `dateTime`). */
function millisOfDateTime(value: Value): number | undefined {
  const parts = DATE_TIME.exec(lexicalIn(value, (type) => type === 'xsd:dateTime'));
  if (!parts) return undefined;
  const [local, zone] = [localOf(parts), zoneOf(parts)];
  return local === undefined || zone === undefined ? undefined : local - zone * 60_000;
}

/** What the clock shows, as if it were in UTC. */
function localOf([, text = '', year = '', month, day, digits]: RegExpExecArray): number | undefined {
  const fraction = fractionOf(digits);
  const isDay = year >= '1970' && Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month));
  return isDay && fraction !== undefined ? millisOf(`${text}.${padded(fraction, 3)}Z`) : undefined;
}

/** Minutes east of Greenwich. */
function zoneOf([, , , , , , sign, hours, minutes]: RegExpExecArray): number | undefined {
  if (sign === undefined) return 0;
  const zone = Number(hours) * 60 + Number(minutes);
  return zone > FARTHEST ? undefined : sign === '-' ? -zone : zone;
}

/** Places of years, months, days, hours, minutes and seconds in the form. */
const COMPONENTS = [2, 3, 4, 5, 6, 7] as const;

export function durationOf(value: Value): Duration | undefined {
  const parts = DURATION.exec(lexicalIn(value, isDurationType));
  const fraction = fractionOf(parts?.[8]);
  if (!parts || fraction === undefined) return undefined;
  const [years, months, days, hours, minutes, seconds] = COMPONENTS.map((at) => Number(parts[at] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const sign = parts[1] === '-' ? -1 : 1;
  const millis = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + fraction;
  return { months: sign * (years * 12 + months), millis: sign * millis };
}

/**
 * XML Schema 1.1 part 2, appendix E.3.3 (dateTimePlusDuration): months first, the day pinned to the last one the month
 * has, then the rest. `undefined` outside 1970 to 9999, where this ledger has no instants.
 */
export function addDuration(millis: number, duration: Duration): number | undefined {
  const sum = (addMonths(millis, duration.months) ?? NaN) + duration.millis;
  return isWritable(sum) ? sum : undefined;
}

const isWritable = (millis: number): boolean => millis >= 0 && millis < 253_402_300_800_000;

function addMonths(millis: number, months: number): number | undefined {
  if (!isWritable(millis)) return undefined;
  const text = instantOf(millis);
  const total = Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1 + months;
  const month = total % 12;
  const year = (total - month) / 12;
  if (year < 1970 || year > 9999) return undefined;
  const day = least(Number(text.slice(8, 10)), daysIn(year, month + 1));
  return millisOf(`${year}-${padded(month + 1, 2)}-${padded(day, 2)}${text.slice(10)}`);
}

const padded = (value: number, digits: number): string => value.toString().padStart(digits, '0');
const least = (left: number, right: number): number => (left < right ? left : right);

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

export function orderOfDateTimes(known: Value, asked: Value): Order {
  const left = millisOfDateTime(known);
  const right = millisOfDateTime(asked);
  return left === undefined || right === undefined ? undefined : orderOfNumbers(left, right);
}

/**
 * The four instants at which durations are compared (XML Schema 1.1 part 2, section 3.3.6.1), 400 years on: the calendar
 * repeats after that, and there they are instants of this ledger.
 */
const REFERENCES = ['2096-09-01', '2097-02-01', '2303-03-01', '2303-07-01'].map((day) =>
  millisOf(`${day}T00:00:00.000Z`),
);

/** Where a duration leads from each of these instants; `undefined` for text that is no duration. */
export type Ends = readonly (number | undefined)[] | undefined;

export function endsOf(value: Value): Ends {
  const duration = durationOf(value);
  return duration && REFERENCES.map((at) => addDuration(at, duration));
}

/** Durations have a partial order only: `P1M` is neither longer nor shorter than `P30D`. */
export function orderOfEnds(known: Ends, asked: Ends): Order {
  if (known === undefined || asked === undefined) return undefined;
  const [order, ...others] = known.map((end, at) => orderOfSums(end, asked[at]));
  return others.every((other) => other === order) ? order : undefined;
}

export const orderOfDurations = (known: Value, asked: Value): Order =>
  orderOfEnds(endsOf(known), endsOf(asked));

const orderOfSums = (left: number | undefined, right: number | undefined): Order =>
  left === undefined || right === undefined ? undefined : orderOfNumbers(left, right);

/** The time since a known instant against a duration asked for, at an instant in milliseconds. */
export function orderOfSpan(since: Value, asked: Value, now: number): Order {
  const from = millisOfDateTime(since);
  const duration = durationOf(asked);
  if (from === undefined || duration === undefined) return undefined;
  return orderOfSums(now, addDuration(from, duration));
}
