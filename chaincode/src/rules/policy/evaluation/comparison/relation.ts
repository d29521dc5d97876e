import type { Value } from '../../../../model/odrl/index.js';
import type { Truth } from '../truth.js';

/** Below, equal, above; `undefined` when two values have no order, or one of them is not a value of its kind. */
export type Order = -1 | 0 | 1 | undefined;

/** How values of one kind stand to each other: what is known to what a policy asks for. */
export interface Relation {
  /** The known value is the one asked for, or part of it. */
  within(known: Value, asked: Value): Truth;
  /** The known value has the one asked for as a part. */
  has(known: Value, asked: Value): Truth;
  order(known: Value, asked: Value): Order;
  /** Whether the known value is about what is asked at all; absent: always. */
  concerns?(known: Value, asked: Value): boolean;
}

/** Relation of values that have an order and no parts. */
export function orderedBy(order: Relation['order']): Relation {
  const equals = (known: Value, asked: Value): Truth => {
    const found = order(known, asked);
    return found === undefined ? undefined : found === 0;
  };
  return { within: equals, has: equals, order };
}

export const orderOfNumbers = (left: number, right: number): Order =>
  left === right ? 0 : left < right ? -1 : 1;
