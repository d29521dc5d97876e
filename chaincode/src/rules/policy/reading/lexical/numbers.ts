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

/** Canonical form of an xsd:integer. */
export const integerIn = (text: string): string | undefined =>
  /^[+-]?\d+$/.test(text) ? decimalIn(text) : undefined;

/** A decimal of 0 to 100. */
export function percentageIn(text: string): string | undefined {
  const decimal = decimalIn(text);
  const isWithin = decimal === '100' || /^\d{1,2}(?:\.\d+)?$/.test(decimal ?? '');
  return isWithin ? decimal : undefined;
}
