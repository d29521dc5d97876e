import * as z from 'zod';
import { keyText } from '../keys.js';
import { describe } from './descriptor.js';

export const recordDescriptors = {
  Get: describe(
    'records:Get',
    'Read committed records by their ledger keys.',
    z.strictObject({ key: z.string().regex(keyText, 'must be a ledger key') }),
    /** The record, or `null` when nothing stands under the key. */
    z.strictObject({ record: z.json() }),
    { by: 'anyone', standing: 'NONE', whilePaused: true },
  ),
};
