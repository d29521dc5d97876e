import { isInstant, millisOf } from '../../model/index.js';
import { lexicalOf, type Value } from '../../model/odrl/index.js';
import { addDuration } from '../evaluation/comparison/time.js';
import { rankOf, type ValueKind } from '../vocabulary/index.js';

/** Digits after the point that any literal of the schema can have. */
const SCALE = 200;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Exact place of a decimal on one scale for all of them; `undefined` when it is no decimal. */
function scaled(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction.length > SCALE) return undefined;
  const size = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -size : size;
}

function ranked(text: string): bigint | undefined {
  const rank = rankOf(text);
  return rank < 0 ? undefined : BigInt(rank);
}

const instantaneous = (text: string): bigint | undefined =>
  isInstant(text) ? BigInt(millisOf(text)) : undefined;

const MAGNITUDES: Readonly<Partial<Record<ValueKind, (text: string) => bigint | undefined>>> = {
  dateTime: instantaneous,
  integer: (text) => (/^-?\d+$/.test(text) ? BigInt(text) : undefined),
  decimal: scaled,
  percentage: scaled,
  level: ranked,
};

/** True when the values of a kind lie on one line. */
export const isOrdered = (kind: ValueKind): boolean => MAGNITUDES[kind] !== undefined;

/** Place of a value on the line of its kind; `undefined` when it has none. */
export const magnitudeOf = (kind: ValueKind, value: Value): bigint | undefined =>
  MAGNITUDES[kind]?.(lexicalOf(value));

/** Months and milliseconds of an xsd:duration: durations have no total order, each part has (XSD 1.1 part 2, section 3.3.6). */
export interface Duration {
  readonly months: number;
  readonly millis: number;
}

const DURATION =
  /^P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,10})(?:\.(\d{1,3}))?S)?)?$/;

/** A duration of whole milliseconds that is not negative; `undefined` for any other text. */
export function durationOf(text: string): Duration | undefined {
  const parts = DURATION.exec(text);
  if (!parts) return undefined;
  const [years, months, days, hours, minutes, seconds] = parts
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const millis = Number((parts[7] ?? '').padEnd(3, '0'));
  return {
    months: years * 12 + months,
    millis: (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + millis,
  };
}

/**
 * First days of months from which so many months are the shortest and the longest that there are, for every number of months up
 * to a century. The start points of XML Schema (1.1 part 2, section 3.3.6.1) do not show that nine months can have 276 days.
 */
const STARTS = ['2097-02-01', '2303-03-01', '2303-05-01', '2303-07-01'].map((day) =>
  millisOf(`${day}T00:00:00.000Z`),
);

/** Milliseconds that a number of months lasts, counted from each of the starts. */
const lengthsOf = (months: number): readonly number[] =>
  STARTS.map((at) => (addDuration(at, { months, millis: 0 }) ?? NaN) - at);

/** Whether `isMet` of milliseconds by which the left part exceeds the right one, and of how long the months are that the right one has more. */
function exceeds(left: Duration, right: Duration, isMet: (excess: number) => boolean): boolean {
  const [months, millis] = [right.months - left.months, left.millis - right.millis];
  return months < 0
    ? lengthsOf(-months).every((length) => isMet(millis + length))
    : lengthsOf(months).every((length) => isMet(millis - length));
}

/**
 * True when the one, added to any instant, ends no later than the other: a day of a month that is too short for it counts as its
 * last, so that no start within a month makes the difference longer or shorter than the first of some month does.
 */
export const isNoLonger = (left: Duration, right: Duration): boolean =>
  exceeds(left, right, (excess) => excess <= 0);

/** True when it always ends earlier. */
export const isShorter = (left: Duration, right: Duration): boolean =>
  exceeds(left, right, (excess) => excess < 0);
