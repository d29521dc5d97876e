const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;
/** Digits of a number; nothing that is counted, paid or measured here needs as many. */
const DIGITS = 40;

/** Canonical form of an xsd:decimal (XML Schema 1.1 part 2, section 3.3.3): compared as text, never as a float. */
export function decimalIn(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  const digits = whole.length + fraction.length;
  if (digits === 0 || digits > DIGITS) return undefined;
  const integer = whole.replace(/^0+/, '') || '0';
  const number = `${integer}.${fraction}`.replace(/\.?0*$/, '');
  return sign === '-' && number !== '0' ? `-${number}` : number;
}

/** Canonical form of a number that is whole, also written as a decimal: `10.0`. */
export function integerIn(text: string): string | undefined {
  const decimal = decimalIn(text);
  return decimal?.includes('.') === true ? undefined : decimal;
}

const DOUBLE = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/;
/** Whole numbers up to this are each a double of their own. */
const EXACT = 2 ** 53;

/**
 * A whole number written as xsd:double (XML Schema 1.1 part 2, section 3.3.5), as a decimal without exponent. A fraction
 * is refused: what 0.1 is as double is not what was written.
 */
export function wholeIn(text: string): string | undefined {
  const [, sign = '', whole, fraction = '', exponent = '0'] = DOUBLE.exec(text) ?? [];
  const integer = whole === undefined ? undefined : shifted(whole, fraction, Number(exponent));
  return integer === undefined || Number(integer) > EXACT ? undefined : sign + integer;
}

/** Digits with the point moved to the right; `undefined` when digits are left behind it. */
function shifted(whole: string, fraction: string, places: number): string | undefined {
  const point = whole.length + places;
  const digits = whole + fraction.padEnd(places > 0 ? places : 0, '0');
  if (point < 0 || !/^0*$/.test(digits.slice(point))) return undefined;
  return digits.slice(0, point) || '0';
}

/** A decimal of 0 to 100. */
export function percentageIn(text: string): string | undefined {
  const decimal = decimalIn(text);
  const isWithin = decimal === '100' || /^\d{1,2}(?:\.\d+)?$/.test(decimal ?? '');
  return isWithin ? decimal : undefined;
}
