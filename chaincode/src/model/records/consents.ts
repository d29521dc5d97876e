import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, instant, text } from '../schema.js';

/** Parties whose consent one grant can record. */
export const MAX_CONSENTS = 20;

/** Who has consented to the uses of a grant. One record per grant, so that k of n are one point read; no use writes it. */
export const consentsType = recordType('consents', 1, {
  grant: id('grant'),
  /** At most one entry for each party; the terms consented to are named, so that others do not inherit it. */
  consents: z
    .array(
      z.strictObject({
        by: id('participant'),
        termsDigest: digest,
        at: instant,
        withdrawn: z.strictObject({ at: instant, reason: text(400) }).optional(),
      }),
    )
    .max(MAX_CONSENTS),
});
export type Consents = RecordOf<typeof consentsType>;
