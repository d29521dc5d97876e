/** A decimal number as two whole ones. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function read(text: string): Fraction | undefined {
  const match = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const digits = match[3] ?? '';
  const numerator = BigInt(`0${match[2] ?? ''}${digits}`);
  return {
    numerator: match[1] === '-' ? -numerator : numerator,
    denominator: 10n ** BigInt(digits.length),
  };
}

/** Order of two decimal numbers; `undefined` when one of them is none. */
export function orderOfDecimals(one: string, other: string): number | undefined {
  const [left, right] = [read(one), read(other)];
  if (!left || !right) return undefined;
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
