const FORM =
  /^P(?:(\d{1,7})Y)?(?:(\d{1,7})M)?(?:(\d{1,7})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})(?:\.(\d{1,3}))?S)?)?$/;

const quotient = (value: number, by: number): number => (value - (value % by)) / by;
const part = (value: number, unit: string): string => (value === 0 ? '' : `${value}${unit}`);

/**
 * Canonical form of an xsd:duration (XML Schema 1.1 part 2, section 3.3.6 and durationCanonicalMap): whole months as
 * years and months, whole milliseconds as days, hours, minutes and seconds. Two durations are the same exactly when
 * both of these are, so equal ones have one spelling. None that runs backwards, nothing finer than a millisecond.
 */
export function durationIn(text: string): string | undefined {
  const fields = FORM.exec(text)?.slice(1) as (string | undefined)[] | undefined;
  if (fields === undefined || fields.every((field) => field === undefined)) return undefined;
  const [years, months, days, hours, minutes, seconds] = fields.map((field) =>
    Number(field ?? '0'),
  ) as Fields;
  const millis = Number((fields[6] ?? '').padEnd(3, '0'));
  return written(years * 12 + months, (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + millis);
}
type Fields = [number, number, number, number, number, number];

function written(months: number, millis: number): string {
  const date =
    part(quotient(months, 12), 'Y') + part(months % 12, 'M') + part(quotient(millis, 86_400_000), 'D');
  const time =
    part(quotient(millis, 3_600_000) % 24, 'H') +
    part(quotient(millis, 60_000) % 60, 'M') +
    secondsOf(millis % 60_000);
  if (date === '' && time === '') return 'PT0S';
  return `P${date}${time === '' ? '' : `T${time}`}`;
}

function secondsOf(millis: number): string {
  const fraction = String(millis % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  if (millis === 0) return '';
  return `${quotient(millis, 1000)}${fraction === '' ? '' : `.${fraction}`}S`;
}
