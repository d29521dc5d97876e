import type { Known, Value } from '../../../model/odrl/index.js';
import { anyOf, type Truth } from '../truth.js';

/** Below, equal, above; `undefined` when two values have no order, or one of them is not a value of its kind. */
export type Order = -1 | 0 | 1 | undefined;

/** How values of one kind stand to each other: some of those that are known to what a policy asks for. */
export interface Relation {
  /** Some known value is the one asked for, or part of it. */
  within(known: readonly Known[], asked: Value): Truth;
  /** Some known value has the one asked for as a part. */
  has(known: readonly Known[], asked: Value): Truth;
  order(known: Value, asked: Value): Order;
  /** Whether the known value is about what is asked at all; absent: always. */
  concerns?(known: Value, asked: Value): boolean;
}

/** Relation of values that have an order and no parts. */
export function orderedBy(order: Relation['order']): Relation {
  const equals = (known: readonly Known[], asked: Value): Truth =>
    anyOf(known.map(({ value }) => isEqual(order(value, asked))));
  return { within: equals, has: equals, order };
}

const isEqual = (order: Order): Truth => (order === undefined ? undefined : order === 0);

export const orderOfNumbers = (left: number, right: number): Order =>
  left === right ? 0 : left < right ? -1 : 1;
