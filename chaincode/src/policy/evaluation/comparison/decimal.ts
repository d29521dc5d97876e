import type { Value } from '../../../model/odrl/index.js';
import type { Order } from './relation.js';

/** A decimal in two digit strings without superfluous zeros: `-12.50` is negative, 12, 5. */
interface Decimal {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

const FORM = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))$/;
const NUMERIC: ReadonlySet<string> = new Set(
  [
    'decimal',
    'integer',
    'nonNegativeInteger',
    'positiveInteger',
    'nonPositiveInteger',
    'negativeInteger',
    'long',
    'int',
    'short',
    'byte',
    'unsignedLong',
    'unsignedInt',
    'unsignedShort',
    'unsignedByte',
  ].map((each) => `xsd:${each}`),
);

export const isNumericType = (type: string): boolean => NUMERIC.has(type);

/**
 * Order of two numbers, digit by digit: floats would let endorsers agree on a wrong answer (0.1 + 0.2), and amounts have
 * any length. What is known in a unit has that unit as its datatype, and is comparable only in that unit.
 */
export function orderOfDecimals(known: Value, asked: Value, unit: string | undefined): Order {
  const left = isIn(known, unit) ? decimalOf(known) : undefined;
  const right = isIn(asked, undefined) || isIn(asked, unit) ? decimalOf(asked) : undefined;
  if (left === undefined || right === undefined) return undefined;
  if (left.isNegative !== right.isNegative) return left.isNegative ? -1 : 1;
  return left.isNegative ? orderOfSizes(right, left) : orderOfSizes(left, right);
}

const isIn = (value: Value, unit: string | undefined): boolean =>
  typeof value === 'string'
    ? unit === undefined
    : unit === undefined
      ? isNumericType(value['@type'])
      : value['@type'] === unit;

function decimalOf(value: Value): Decimal | undefined {
  const parts = FORM.exec(typeof value === 'string' ? value : value['@value']);
  if (!parts) return undefined;
  const whole = (parts[2] ?? '').replace(/^0+/, '');
  const fraction = (parts[3] ?? parts[4] ?? '').replace(/0+$/, '');
  // There is one zero only: -0 equals 0 (XML Schema 1.1 part 2, section 3.3.3).
  return { isNegative: parts[1] === '-' && whole + fraction !== '', whole, fraction };
}

function orderOfSizes(left: Decimal, right: Decimal): Order {
  if (left.whole.length !== right.whole.length) return left.whole.length < right.whole.length ? -1 : 1;
  return orderOfTexts(left.whole, right.whole) || orderOfTexts(left.fraction, right.fraction);
}

// Whole parts are equally long here, and of fractions a missing digit is a zero: both order like their text.
const orderOfTexts = (left: string, right: string): -1 | 0 | 1 =>
  left === right ? 0 : left < right ? -1 : 1;
