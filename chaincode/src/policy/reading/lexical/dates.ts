import { addSeconds, isInstant, type Instant } from '../../../model/index.js';

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)$/;
const DATE = /^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)$/;

/**
 * The instant that an xsd:dateTime with zone means (XML Schema 1.1 part 2, section 3.3.7). A time without a zone is a different
 * instant for everyone who reads it. Seconds may be left out, as IDS-G does. Finer than a millisecond is refused, not rounded:
 * rounding moves a limit.
 */
export function instantIn(text: string): Instant | undefined {
  const [, day, clock, second = '00', fraction = '', zone] = DATE_TIME.exec(text) ?? [];
  if (day === undefined || clock === undefined || zone === undefined) return undefined;
  if (!/^0*$/.test(fraction.slice(3))) return undefined;
  return inUtc(`${day}T${clock}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`, zone);
}

/** A whole day: its first instant, and the first one after it. */
export interface Day {
  readonly from: Instant;
  readonly until: Instant;
}

const DAY_SECONDS = 86_400;

/** The day that an xsd:date with zone means (XML Schema 1.1 part 2, section 3.3.9): the interval from its first instant to the next day's. */
export function dayIn(text: string): Day | undefined {
  const [, day, zone] = DATE.exec(text) ?? [];
  const from = day === undefined || zone === undefined ? undefined : inUtc(`${day}T00:00:00.000Z`, zone);
  const until = from === undefined ? undefined : later(from, DAY_SECONDS);
  return from === undefined || until === undefined ? undefined : { from, until };
}

function inUtc(local: Instant, zone: string): Instant | undefined {
  const offset = offsetOf(zone);
  if (offset === undefined || !isInstant(local)) return undefined;
  return later(local, -offset);
}

/** `undefined` before 1970 and after 9999, where the ledger has no instants. */
function later(at: Instant, seconds: number): Instant | undefined {
  try {
    return addSeconds(at, seconds);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Seconds east of UTC, at most 14 hours either way. */
function offsetOf(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  if (Number(zone.slice(4)) > 59 || minutes > 14 * 60) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60;
}
