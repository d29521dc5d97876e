import * as z from 'zod';
import { digest } from '../schema.js';

/** What the map holds under a record key. */
export const recordEntry = z.strictObject({
  /** Digest of the effective text; `null`: no record, by the rules. */
  text: digest.nullable(),
  /** Place in the log of the transaction that gave it; `null` where `text` is. */
  leaf: z.int().min(0).nullable(),
  /** Digest of what stands on Fabric where that is something else (`null`: nothing stands); absent where both agree. */
  standing: digest.nullable().optional(),
});
export type RecordEntry = z.infer<typeof recordEntry>;

/** What the map holds in the space of notes: the last CORRECTED or VOID transaction whose endorsers wrote the key. */
export const noteEntry = z.strictObject({ leaf: z.int().min(0) });
export type NoteEntry = z.infer<typeof noteEntry>;
