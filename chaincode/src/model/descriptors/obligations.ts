import * as z from 'zod';
import { id } from '../ids.js';
import { obligationName } from '../records/index.js';
import { digest, text } from '../schema.js';
import { describe } from './descriptor.js';

const state = z.strictObject({
  obligationId: id('obligation'),
  state: z.enum(['DUE', 'FULFILLED', 'BREACHED']),
});

/** A duty found not done is listed with the grant, which then allows no use. */
const writes = ['obligation', 'breaches'];

export const obligationDescriptors = {
  Fulfil: describe(
    'obligations:Fulfil',
    'State that a duty was done. Signed by a key of a certified component of the party the duty names.',
    obligationName.extend({ component: id('component'), evidence: digest.optional() }),
    state,
    { by: 'component', whilePaused: true, writes },
  ),
  Escalate: describe(
    'obligations:Escalate',
    'Record that a duty is overdue: a breach, and its consequences fall due.',
    obligationName,
    state,
    { whilePaused: true, anyTime: true, clocked: true, writes },
  ),
  Impose: describe(
    'obligations:Impose',
    'Record, as a regulator, that a prohibition was violated: its remedies fall due.',
    z.strictObject({
      grant: id('grant'),
      /** Index of the prohibition in the policy. */
      prohibition: z.int().min(0).max(49),
      reason: text(400),
      statement: digest.optional(),
    }),
    z.strictObject({ grant: id('grant'), obligations: z.array(id('obligation')).max(10) }),
    { by: 'officer', whilePaused: true, anyTime: true, writes },
  ),
};
