import type { Der } from '../bytes/der.js';

const UTC_TIME = 0x17;
const FORMS: Readonly<Record<number, RegExp>> = {
  [UTC_TIME]: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/u,
  0x18: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/u,
};

// Two digits stand for 1950 to 2049 (RFC 5280 4.1.2.5.1).
const fullYear = (year: number): number => (year < 50 ? 2000 + year : 1900 + year);

/** Epoch milliseconds of the next element, a Time in the only forms that RFC 5280 4.1.2.5 allows. */
export function instant(der: Der): number {
  const { tag, content } = der.any();
  const match = FORMS[tag]?.exec(String.fromCharCode(...content.subarray(0, 16)));
  der.demand(match !== null && match !== undefined, 'a time');
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  const date = new Date(
    Date.UTC(tag === UTC_TIME ? fullYear(year) : year, month - 1, day, hour, minute, second),
  );
  // A 31st of February would slide into March.
  const isReal = [
    date.getUTCMonth() === month - 1,
    date.getUTCHours() === hour,
    date.getUTCSeconds() === second,
  ];
  der.demand(isReal.every(Boolean), 'a time that never was');
  return date.getTime();
}
