/**
 * Exact arithmetic for values: numerator and denominator are kept to the end and rounded once, so that no order
 * of evaluation and no machine changes a result (domain rules FX1 to FX4).
 */

/** A non-negative rational; `d` is positive. Not reduced: only its value counts. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** Ratios and scores are whole parts per million. */
const MILLION = 1_000_000n;

export const whole = (n: bigint): Rational => ({ n, d: 1n });
export const ofPpm = (ppm: number): Rational => ({ n: BigInt(ppm), d: MILLION });

export const product = (factors: readonly Rational[]): Rational =>
  factors.reduce((total, { n, d }) => ({ n: total.n * n, d: total.d * d }), whole(1n));

export const sum = (terms: readonly Rational[]): Rational =>
  terms.reduce((total, { n, d }) => ({ n: total.n * d + n * total.d, d: total.d * d }), whole(0n));

/** The nearest whole number; of two equally near, the even one. */
export function roundHalfEven({ n, d }: Rational): bigint {
  const down = n / d;
  const twice = (n % d) * 2n;
  const isUp = twice > d || (twice === d && down % 2n === 1n);
  return isUp ? down + 1n : down;
}

export interface Share {
  readonly id: string;
  /** Not negative, and not all of them zero. */
  readonly weight: bigint;
}

/**
 * Split whole units by weight so that the parts sum to the total: each share rounded down, then one more unit to
 * the largest remainders; of equal remainders the id first in byte order. Ids are ASCII. Parts come in the order
 * of the shares. Throws RangeError when the weights cannot divide anything.
 */
export function split(total: bigint, shares: readonly Share[]): bigint[] {
  const weights = shares.reduce((all, { weight }) => all + weight, 0n);
  const isDivisible = weights > 0n && shares.every(({ weight }) => weight >= 0n);
  if (!isDivisible) throw new RangeError('weights must not be negative and not all zero');
  const parts = shares.map(({ id, weight }, index) => {
    const exact = total * weight;
    return { id, index, floor: exact / weights, remainder: exact % weights };
  });
  const left = total - parts.reduce((given, { floor }) => given + floor, 0n);
  const favoured = new Set(
    parts
      .toSorted(byRemainder)
      .slice(0, Number(left))
      .map(({ index }) => index),
  );
  return parts.map(({ floor, index }) => (favoured.has(index) ? floor + 1n : floor));
}

interface Part {
  readonly id: string;
  readonly remainder: bigint;
}

function byRemainder(a: Part, b: Part): number {
  if (a.remainder !== b.remainder) return a.remainder > b.remainder ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
