import { lexicalOf, valuesOf, type AtomicConstraint, type Value } from '../../model/odrl/index.js';
import type { Order } from '../evaluation/comparison/relation.js';
import { orderOfDurations } from '../evaluation/comparison/time.js';
import { durationOf, isNoLonger, isShorter, type Duration } from './magnitude.js';

type Span = (own: Duration, outer: Duration) => boolean;

/** Whether one time is no longer than another, and whether it is shorter, for whatever is known of it. */
interface Lengths {
  readonly isNoLonger: Span;
  readonly isShorter: Span;
  /** Whether less than one is at most the other: of a time that runs from an instant, to the millisecond. */
  readonly isJustUnder: Span;
}

const literal = ({ months, millis }: Duration): Value => ({
  '@value': `P${months}MT${quotient(millis, 1000)}.${String(millis % 1000).padStart(3, '0')}S`,
  '@type': 'xsd:duration',
});
const quotient = (value: number, by: number): number => (value - (value % by)) / by;
const orderOf = (own: Duration, outer: Duration): Order => orderOfDurations(literal(own), literal(outer));
const isMeteredNoLonger: Span = (own, outer) => [-1, 0].includes(orderOf(own, outer) ?? 1);

/** Times that run from an instant end at one; metered ones have the partial order of XML Schema, in which `P28D` and `P1M` have none. */
const LENGTHS: Readonly<Record<'span' | 'duration', Lengths>> = {
  span: {
    isNoLonger,
    isShorter,
    isJustUnder: (own, outer) => isNoLonger({ ...own, millis: own.millis - 1 }, outer),
  },
  duration: {
    isNoLonger: isMeteredNoLonger,
    isShorter: (own, outer) => orderOf(own, outer) === -1,
    isJustUnder: isMeteredNoLonger,
  },
};

const reversed =
  (span: Span): Span =>
  (own, outer) =>
    span(outer, own);

const spansOf = ({
  isNoLonger: within,
  isShorter: shorter,
  isJustUnder,
}: Lengths): ReadonlyMap<string, Span> =>
  new Map([
    ['eq eq', (own, outer) => within(own, outer) && within(outer, own)],
    ['eq lt', shorter],
    ['eq lteq', within],
    ['eq gt', reversed(shorter)],
    ['eq gteq', reversed(within)],
    ['lt lt', within],
    ['lt lteq', isJustUnder],
    ['lteq lt', shorter],
    ['lteq lteq', within],
    ['gt gt', reversed(within)],
    ['gt gteq', reversed(within)],
    ['gteq gt', reversed(shorter)],
    ['gteq gteq', reversed(within)],
  ]);
const SPANS = { span: spansOf(LENGTHS.span), duration: spansOf(LENGTHS.duration) };

const firstOf = (of: AtomicConstraint): string => valuesOf(of).map(lexicalOf)[0] ?? '';

/** Every time that meets the one meets the other. */
export function followsInLength(
  kind: 'span' | 'duration',
  own: AtomicConstraint,
  outer: AtomicConstraint,
): boolean {
  const [left, right] = [own, outer].map((of) => durationOf(firstOf(of)));
  if (left === undefined || right === undefined) return false;
  return SPANS[kind].get(`${own.operator} ${outer.operator}`)?.(left, right) ?? false;
}
