import * as z from 'zod';
import { anyId, id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, distinct, instant, period, text } from '../schema.js';

export const holdEffect = z.enum(['NO_NEW_GRANT', 'NO_USE', 'NO_TRANSFER', 'NO_DELETION']);
export type HoldEffect = z.infer<typeof holdEffect>;
export const holdSubject = anyId('dataset', 'claim', 'grant');

/** A court's or authority's order, entered on its behalf. */
export const holdOrder = z.strictObject({
  authority: text(200),
  onBehalfOf: text(200).optional(),
  orderNumber: text(80),
  orderDigest: digest,
  effects: distinct(holdEffect, 4).min(1),
  term: period,
});

/** Holds that one subject may ever have, released ones among them: what a decision reads stays small. */
export const MAX_HOLDS = 100;

/** One record per subject, so that a decision sees every hold in one point read. Lapse follows from time. */
export const holdsType = recordType('holds', 1, {
  subject: holdSubject,
  holds: z
    .array(
      z.strictObject({
        id: id('hold'),
        enteredBy: id('participant'),
        ...holdOrder.shape,
        released: z.strictObject({ by: id('participant'), at: instant, reason: text(400) }).optional(),
      }),
    )
    .max(MAX_HOLDS),
});
export type Holds = RecordOf<typeof holdsType>;
