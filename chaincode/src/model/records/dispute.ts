import * as z from 'zod';
import { anyId, id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, instant, text } from '../schema.js';

export const disputeSubject = anyId('dataset', 'claim', 'grant', 'usage', 'valuation');

export const disputeType = recordType(
  'dispute',
  1,
  {
    id: id('dispute'),
    state: z.enum(['FILED', 'ANSWERED', 'RESOLVED', 'WITHDRAWN', 'ESCALATED']),
    subject: disputeSubject,
    claimant: id('participant'),
    respondent: id('participant'),
    filedAt: instant,
    /** Digests of the claimant's statement and of the answer to it. */
    statements: z.array(digest).min(1).max(2),
    resolution: z
      .strictObject({
        by: id('participant'),
        at: instant,
        finding: z.enum(['FOR_CLAIMANT', 'FOR_RESPONDENT', 'SETTLED']),
        outcome: text(400),
        /** Transaction that carried the outcome out, when there is one. */
        executedBy: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
      })
      .optional(),
    ending: z.strictObject({ by: id('participant'), reason: text(400) }).optional(),
  },
  {
    FILED: ['ANSWERED', 'RESOLVED', 'WITHDRAWN', 'ESCALATED'],
    ANSWERED: ['RESOLVED', 'WITHDRAWN', 'ESCALATED'],
    ESCALATED: ['RESOLVED'],
    RESOLVED: [],
    WITHDRAWN: [],
  },
);
export type Dispute = RecordOf<typeof disputeType>;
