import * as z from 'zod';
import { schema } from '../../model/index.js';
import { adjusted, factor } from './factors.js';
import { valuationMethod, type AnyMethod } from './method.js';
import { roundHalfEven, sum } from './rational.js';

const comparable = z.strictObject({
  /** Price paid for comparable data, in minor units. */
  price: schema.decimal,
  /** What sets the data apart from it. */
  factors: z.strictObject({
    quality: factor,
    supplyDemand: factor,
    date: factor,
    volume: factor,
    other: factor,
  }),
});

const inputs = z.strictObject({ comparables: z.array(comparable).min(1).max(100) });

/** Market approach: the sum of comparable prices, each adjusted by its factors (P = sum Q x product X, CAS 2023). */
export const market: AnyMethod = valuationMethod({
  name: 'market',
  version: 1,
  inputs,
  value: ({ comparables }) =>
    roundHalfEven(
      sum(
        comparables.map(({ price, factors: { quality, supplyDemand, date, volume, other } }) =>
          adjusted(BigInt(price), [quality, supplyDemand, date, volume, other]),
        ),
      ),
    ),
});
