import * as z from 'zod';
import { product, ofPpm, whole, type Rational } from './rational.js';

/** An adjustment in parts per million: 1,000,000 leaves the amount as it is, and ten times that is the most. */
export const factor = z.int().min(0).max(10_000_000);

/** An amount of minor units, adjusted by factors; exact. */
export const adjusted = (amount: bigint, factors: readonly number[]): Rational =>
  product([whole(amount), ...factors.map(ofPpm)]);
