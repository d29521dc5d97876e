import * as z from 'zod';
import { id, schema } from '../../model/index.js';
import { name } from '../../model/odrl/index.js';

/** Parameters that several templates take. */

const some = <T extends z.ZodType>(item: T): z.ZodArray<T> => z.array(item).min(1).max(100);

export const participants = z.array(id('participant')).min(1).max(20);
export const components = some(id('component'));
export const territories = some(schema.territory);
export const names = some(name);

/** xsd:duration that is not negative, without fractions of a second. */
export const duration = z
  .string()
  .regex(
    /^P(?=[\dT])(?:\d{1,6}Y)?(?:\d{1,6}M)?(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,9}S)?)?$/,
  );

/** Money in major units, as `payAmount` takes it. */
export const amount = z.string().regex(/^(?:0|[1-9]\d{0,17})(?:\.\d{1,4})?$/);

/** Ids that show what a policy looks like; no record has them. */
export const EXAMPLE = {
  participant: `participant-${'a'.repeat(52)}`,
  other: `participant-${'b'.repeat(52)}`,
  third: `participant-${'c'.repeat(52)}`,
  component: `component-${'a'.repeat(52)}`,
  event: `event-${'a'.repeat(52)}`,
} as const;
