import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, instant } from '../schema.js';
import { decided } from './usage.js';

/**
 * A use allowed for one more window, decided anew from the ledger's facts. Lease 0 is in the answer itself. A denied one
 * is written, too: after it there is no further lease.
 */
export const leaseType = recordType('lease', 1, {
  usage: id('usage'),
  number: z.int().min(1).max(1_000_000),
  component: id('component'),
  signedBy: digest,
  ...decided.shape,
  /** End of the window; absent when denied. */
  until: instant.optional(),
});
export type Lease = RecordOf<typeof leaseType>;
