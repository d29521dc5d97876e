import * as z from 'zod';
import { id } from '../ids.js';
import { disputeSubject } from '../records/index.js';
import { digest, nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

const dispute = z.strictObject({ disputeId: id('dispute') });
const withReason = dispute.extend({ reason: text(400) });
const state = dispute.extend({ state: z.enum(['FILED', 'ANSWERED', 'RESOLVED', 'WITHDRAWN', 'ESCALATED']) });
const officer = { by: 'officer', anyTime: true } as const;

export const disputeDescriptors = {
  File: describe(
    'disputes:File',
    'File a dispute over a record.',
    z.strictObject({ nonce, subject: disputeSubject, respondent: id('participant'), statement: digest }),
    state,
    officer,
  ),
  Answer: describe(
    'disputes:Answer',
    'Answer as respondent.',
    dispute.extend({ statement: digest }),
    state,
    officer,
  ),
  Resolve: describe(
    'disputes:Resolve',
    'Record the finding, as a regulator or registrar that is not a party.',
    dispute.extend({
      finding: z.enum(['FOR_CLAIMANT', 'FOR_RESPONDENT', 'SETTLED']),
      outcome: text(400),
      executedBy: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be a transaction id')
        .optional(),
    }),
    state,
    { ...officer, whilePaused: true },
  ),
  Withdraw: describe('disputes:Withdraw', 'Withdraw one’s own dispute.', withReason, state, officer),
  Escalate: describe(
    'disputes:Escalate',
    'Take a dispute to a court or arbitrator.',
    withReason,
    state,
    officer,
  ),
};
