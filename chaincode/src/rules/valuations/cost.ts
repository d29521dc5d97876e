import * as z from 'zod';
import { schema } from '../../model/index.js';
import { adjusted, factor } from './factors.js';
import { valuationMethod, type AnyMethod } from './method.js';
import { roundHalfEven } from './rational.js';

/** Preliminary, direct, indirect, opportunity, taxes; or finer. Each layer is named once, in minor units. */
const layers = z
  .array(z.strictObject({ layer: schema.term, amount: schema.decimal }))
  .min(1)
  .max(50)
  .refine((list) => new Set(list.map(({ layer }) => layer)).size === list.length, 'must not repeat a layer');

const inputs = z.strictObject({
  layers,
  factors: z.strictObject({ quality: schema.ppm, demand: factor, timeliness: factor }),
});

/** Cost approach: the sum of the cost layers, times quality, demand and timeliness (P = C x delta, CAS 2023). */
export const cost: AnyMethod = valuationMethod({
  name: 'cost',
  version: 1,
  inputs,
  value: ({ layers: spent, factors }) => {
    const total = spent.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    return roundHalfEven(adjusted(total, [factors.quality, factors.demand, factors.timeliness]));
  },
});
