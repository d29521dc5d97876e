/**
 * Instants are RFC 3339 UTC text with milliseconds, `2026-11-24T08:00:00.000Z`: readable in evidence, and
 * equal in order to the order of their text. Arithmetic is on whole milliseconds, without `Date`.
 */
export type Instant = string;

const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z$/;
const DAY = 86_400_000;
/** 10000-01-01, which has no such text any more. */
const END = 253_402_300_800_000;
/** Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const EPOCH_DAYS = 719_468;

const quotient = (value: number, by: number): number => (value - (value % by)) / by;
const padded = (value: number, digits: number): string => value.toString().padStart(digits, '0');

/** True for the one accepted form of an existing UTC instant from 1970 to 9999. */
export function isInstant(text: string): boolean {
  const millis = parse(text);
  return millis !== undefined && instantOf(millis) === text;
}

/** Milliseconds since 1970-01-01T00:00:00Z. Throws RangeError when the text is not an instant. */
export function millisOf(instant: Instant): number {
  const millis = parse(instant);
  if (millis === undefined) throw new RangeError('not an RFC 3339 UTC instant with milliseconds');
  return millis;
}

/** Instant for milliseconds since 1970. Throws RangeError outside the years 1970 to 9999. */
export function instantOf(millis: number): Instant {
  if (!Number.isSafeInteger(millis) || millis < 0 || millis >= END) {
    throw new RangeError('instant outside 1970 to 9999');
  }
  const days = quotient(millis, DAY);
  const rest = millis % DAY;
  const clock = [quotient(rest, 3_600_000), quotient(rest, 60_000) % 60, quotient(rest, 1000) % 60];
  return `${dateOf(days)}T${clock.map((part) => padded(part, 2)).join(':')}.${padded(rest % 1000, 3)}Z`;
}

/** The instant a number of whole seconds later (or earlier). */
export function addSeconds(instant: Instant, seconds: number): Instant {
  return instantOf(millisOf(instant) + seconds * 1000);
}

/** The instant of a Fabric transaction timestamp (google.protobuf.Timestamp), cut to milliseconds. */
export function instantOfTimestamp(seconds: number, nanos: number): Instant {
  return instantOf(seconds * 1000 + quotient(nanos, 1_000_000));
}

function parse(text: string): number | undefined {
  const parts = FORM.exec(text)?.slice(1).map(Number) as
    | [number, number, number, number, number, number, number]
    | undefined;
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second, milli] = parts;
  const isCalendar = year >= 1970 && month >= 1 && month <= 12 && day >= 1;
  const isClock = hour <= 23 && minute <= 59 && second <= 59;
  if (!isCalendar || !isClock) return undefined;
  const millis = daysOf(year, month, day) * DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli;
  return withinYears(millis);
}

// 9999-12-32 has the form, and would be a day of the year 10000.
const withinYears = (millis: number): number | undefined => (millis < END ? millis : undefined);

// Civil calendar arithmetic with years that begin in March, so that the leap day is the last of its year.
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = quotient(y, 400);
  const yearOfEra = y % 400;
  const dayOfYear = quotient(153 * (month > 2 ? month - 3 : month + 9) + 2, 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    quotient(yearOfEra, 4) -
    quotient(yearOfEra, 100) +
    dayOfYear -
    EPOCH_DAYS
  );
}

function dateOf(days: number): string {
  const shifted = days + EPOCH_DAYS;
  const dayOfEra = shifted % 146_097;
  const leaps = quotient(dayOfEra, 1460) - quotient(dayOfEra, 36_524) + quotient(dayOfEra, 146_096);
  const yearOfEra = quotient(dayOfEra - leaps, 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + quotient(yearOfEra, 4) - quotient(yearOfEra, 100));
  const shiftedMonth = quotient(5 * dayOfYear + 2, 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = quotient(shifted, 146_097) * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return [
    padded(year, 4),
    padded(month, 2),
    padded(dayOfYear - quotient(153 * shiftedMonth + 2, 5) + 1, 2),
  ].join('-');
}
