/** Lexical forms of XML Schema 1.1 part 2 taken apart for reading aloud; nothing is computed with them. */

export interface CalendarTime {
  readonly year: string;
  /** 1 to 12. */
  readonly month: number;
  readonly day: string;
  /** `08:00:00`, with a fraction where it is not zero; absent for a date. */
  readonly clock?: string;
  /** `Z`, `+08:00`; absent where none is given. */
  readonly zone?: string;
}

const ZONE = '(Z|[+-]\\d\\d:\\d\\d)?';
const DATE_TIME = new RegExp(
  `^(\\d{4,9})-(0[1-9]|1[0-2])-(\\d\\d)(?:T(\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?)?${ZONE}$`,
);

const withoutZero = (digits: string): string => digits.replace(/^0(?=\d)/, '');
const fractionOf = (digits = ''): string => digits.replace(/\.?0+$/, '');

/** An xsd:dateTime or xsd:date; `undefined` for anything else. */
export function calendarTime(text: string): CalendarTime | undefined {
  const found = DATE_TIME.exec(text);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', clock, fraction, zone] = found;
  return {
    year,
    month: Number(month),
    day: withoutZero(day),
    ...(clock !== undefined && { clock: clock + fractionOf(fraction) }),
    ...(zone !== undefined && { zone: zone.replace(/^[+-]00:00$/, 'Z') }),
  };
}

const DURATION_UNITS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

export interface Span {
  readonly isNegative: boolean;
  /** Only what is not zero, from years to seconds; never empty. */
  readonly parts: readonly (readonly [amount: string, unit: DurationUnit])[];
}

const DURATION =
  /^(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const amountOf = (digits: string): string =>
  digits
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** An xsd:duration; `undefined` for anything else. */
export function spanOf(text: string): Span | undefined {
  const found = DURATION.exec(text);
  if (found === null) return undefined;
  const [, sign, ...amounts] = found as unknown as readonly (string | undefined)[];
  const parts = DURATION_UNITS.map((unit, n) => [amountOf(amounts[n] ?? '0'), unit] as const);
  const stated = parts.filter(([amount]) => amount !== '0');
  return { isNegative: sign === '-', parts: stated.length > 0 ? stated : [['0', 'second']] };
}

/** A number in the forms of xsd:integer and xsd:decimal. */
export const isNumber = (text: string): boolean => /^[+-]?\d+(?:\.\d+)?$/.test(text);
