import * as z from 'zod';
import { id } from '../ids.js';
import { name } from '../odrl/index.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, distinct, instant, text } from '../schema.js';

/** Where in a policy a duty stands. */
export const dutyPointer = z
  .string()
  .regex(
    /^\/(?:permission\/\d{1,2}\/duty|obligation|prohibition\/\d{1,2}\/remedy)\/\d{1,2}(?:\/consequence\/\d{1,2})?$/,
    'must be the JSON pointer of a duty',
  );

/** Which obligation: a duty of a grant, of one use of it, or of one period where the duty recurs (from 0). */
export const obligationName = z.strictObject({
  grant: id('grant'),
  duty: dutyPointer,
  usage: id('usage').optional(),
  period: z.int().min(0).max(100_000).optional(),
});

/**
 * A duty that has to be done, has been done, or was found not done. Overdue is derived from `due` and never stored by a
 * job; `obligations:Escalate` turns it into BREACHED and lets the consequences fall due.
 */
export const obligationType = recordType(
  'obligation',
  1,
  {
    id: id('obligation'),
    state: z.enum(['DUE', 'FULFILLED', 'BREACHED']),
    ...obligationName.shape,
    action: name,
    /** Who has to do it, and whose component says that it was done. */
    debtor: id('participant'),
    attester: id('participant'),
    due: instant.optional(),
    fulfilment: z
      .strictObject({
        at: instant,
        by: id('participant'),
        component: id('component'),
        signedBy: digest,
        evidence: digest.optional(),
      })
      .optional(),
    breach: z.strictObject({ at: instant, by: id('participant'), reason: text(400).optional() }).optional(),
  },
  { DUE: ['FULFILLED', 'BREACHED'], FULFILLED: [], BREACHED: ['FULFILLED'] },
);
export type Obligation = RecordOf<typeof obligationType>;

/** Breaches of one grant that can be open at once: what a decision reads stays small. */
export const MAX_BREACHES = 100;

/** Obligations under a grant that were found not done and are not made good yet. Written by a breach, never by a use. */
export const breachesType = recordType('breaches', 1, {
  grant: id('grant'),
  open: distinct(id('obligation'), MAX_BREACHES),
});
export type Breaches = RecordOf<typeof breachesType>;
