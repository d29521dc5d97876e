/** A point in time as a clock on the wall in Greenwich shows it. Compared field by field, never as a number. */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since midnight. */
  readonly milli: number;
}

/** xsd:duration as XML Schema 1.1 part 2, section 3.3.6 has it: months and seconds, here milliseconds, of one sign. */
export interface Duration {
  readonly months: number;
  readonly millis: number;
}

const DAY = 86_400_000;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function nextDay({ year, month, day, milli }: Moment): Moment {
  if (day < daysIn(year, month)) return { year, month, day: day + 1, milli };
  if (month < 12) return { year, month: month + 1, day: 1, milli };
  return { year: year + 1, month: 1, day: 1, milli };
}

function dayBefore({ year, month, day, milli }: Moment): Moment {
  if (day > 1) return { year, month, day: day - 1, milli };
  if (month > 1) return { year, month: month - 1, day: daysIn(year, month - 1), milli };
  return { year: year - 1, month: 12, day: 31, milli };
}

/** Walks day by day until the clock shows a time between two midnights. */
function afterMillis(from: Moment, millis: number): Moment {
  let at: Moment = { ...from, milli: from.milli + millis };
  while (at.milli >= DAY) at = { ...nextDay(at), milli: at.milli - DAY };
  while (at.milli < 0) at = { ...dayBefore(at), milli: at.milli + DAY };
  return at;
}

function afterMonths(from: Moment, months: number): Moment {
  let { year, month } = from;
  for (let left = Math.abs(months); left > 0; left -= 1) {
    month += Math.sign(months);
    if (month === 13) [year, month] = [year + 1, 1];
    if (month === 0) [year, month] = [year - 1, 12];
  }
  return { ...from, year, month, day: Math.min(from.day, daysIn(year, month)) };
}

/** XML Schema 1.1 part 2, appendix E.3.3: first the months, the day cut to the month reached, then the seconds. */
export const plus = (from: Moment, { months, millis }: Duration): Moment =>
  afterMillis(afterMonths(from, months), millis);

/** Below 0: the first comes first. */
export function order(one: Moment, other: Moment): number {
  return one.year - other.year || one.month - other.month || one.day - other.day || one.milli - other.milli;
}

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})0*)?(?:Z|([+-])(\d\d):(\d\d))$/;

const isDay = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);

/** xsd:dateTime with a zone; `undefined` when there is no such day or time. */
export function readMoment(text: string): Moment | undefined {
  const match = MOMENT.exec(text);
  if (!match) return undefined;
  const field = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [field(1), field(2), field(3)];
  const [hour, minute, second] = [field(4), field(5), field(6)];
  const isThere = isDay(year, month, day) && hour <= 23 && minute <= 59 && second <= 59;
  if (!isThere) return undefined;
  const milli = ((hour * 60 + minute) * 60 + second) * 1000 + Number((match[7] ?? '').padEnd(3, '0'));
  const zone = (field(9) * 60 + field(10)) * (match[8] === '-' ? -1 : 1);
  return afterMillis({ year, month, day, milli }, -zone * 60_000);
}

const DURATION =
  /^(-)?P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3})0*)?S)?)?$/;

export function readDuration(text: string): Duration | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const count = (index: number): number => Number(match[index] ?? 0);
  const sign = match[1] === undefined ? 1 : -1;
  const seconds = ((count(4) * 24 + count(5)) * 60 + count(6)) * 60 + count(7);
  const millis = seconds * 1000 + Number((match[8] ?? '').padEnd(3, '0'));
  return { months: sign * (count(2) * 12 + count(3)) + 0, millis: sign * millis + 0 };
}

/** Start points of XML Schema 1.1 part 2, section 3.3.6.1: durations have an order when they have it from all of these. */
const STARTS: readonly Moment[] = [
  { year: 1696, month: 9, day: 1, milli: 0 },
  { year: 1697, month: 2, day: 1, milli: 0 },
  { year: 1903, month: 3, day: 1, milli: 0 },
  { year: 1903, month: 7, day: 1, milli: 0 },
];

/** Order of two durations; `undefined` for those that have none, a month and thirty days for example. */
export function orderOfDurations(one: Duration, other: Duration): number | undefined {
  const signs = STARTS.map((start) => Math.sign(order(plus(start, one), plus(start, other))));
  return signs.every((sign) => sign === signs[0]) ? signs[0] : undefined;
}
