import * as z from 'zod';
import { id } from '../ids.js';
import { known } from '../odrl/index.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, instant } from '../schema.js';

/** What a component says is so: values of left operands that no record of the ledger knows. */
export const attestedFacts = z
  .array(known.pick({ operand: true, value: true }))
  .min(1)
  .max(20);

/**
 * Statement of a certified component about the circumstances of uses under one grant, in the transaction's own
 * signature. A decision trusts it while the component is certified, still has the key, and the statement is valid.
 */
export const attestationType = recordType(
  'attestation',
  1,
  {
    id: id('attestation'),
    state: z.enum(['MADE', 'WITHDRAWN']),
    grant: id('grant'),
    component: id('component'),
    by: id('participant'),
    facts: attestedFacts,
    madeAt: instant,
    validUntil: instant,
    signedBy: digest,
  },
  { MADE: ['WITHDRAWN'], WITHDRAWN: [] },
);
export type Attestation = RecordOf<typeof attestationType>;
