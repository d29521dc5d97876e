import type { Der } from '../bytes/der.js';

const UTC_TIME = 0x17;
/** With a zone, and without seconds, as Go takes them (cryptobyte) although RFC 5280 4.1.2.5 does not. */
const FORMS: Readonly<Record<number, RegExp>> = {
  [UTC_TIME]: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|([+-])(?!0000)(\d\d)([0-5]\d))$/u,
  0x18: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(?!0000)(\d\d)([0-5]\d))$/u,
};
const LONGEST = 19;
const MINUTE = 60_000;

// Two digits stand for 1950 to 2049 (RFC 5280 4.1.2.5.1).
const fullYear = (year: number): number => (year < 50 ? 2000 + year : 1900 + year);

/** Epoch milliseconds of the next element, a Time (RFC 5280 4.1.2.5). */
export function instant(der: Der): number {
  const { tag, content } = der.any();
  const match = FORMS[tag]?.exec(String.fromCharCode(...content.subarray(0, LONGEST + 1)));
  der.demand(match !== null && match !== undefined, 'a time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part?: string) => Number(part ?? 0));
  const date = new Date(
    Date.UTC(tag === UTC_TIME ? fullYear(year) : year, month - 1, day, hour, minute, second),
  );
  // A 31st of February would slide into March.
  const isReal = [
    date.getUTCMonth() === month - 1,
    date.getUTCHours() === hour,
    date.getUTCMinutes() === minute,
    date.getUTCSeconds() === second,
  ];
  der.demand(isReal.every(Boolean), 'a time that never was');
  return date.getTime() - offsetOf(match.slice(7));
}

function offsetOf([sign, hours, minutes]: readonly (string | undefined)[]): number {
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  return sign === '-' ? -size : size;
}
