import * as z from 'zod';
import { id } from '../ids.js';
import { text } from '../schema.js';

/** Something stopped for a while: by whom, in which capacity, and why. Who may lift it follows from the capacity, not from the person. */
export const suspension = z.strictObject({
  by: id('participant'),
  as: z.enum(['OPERATOR', 'REGULATOR']),
  reason: text(400),
});
