import * as z from 'zod';
import { checkpointBody, witnessStatement } from '../checkpoint/index.js';
import { keyText } from '../keys.js';
import { LIMITS } from '../limits.js';
import { jsonUpTo, publicKey, recordKey } from '../schema.js';
import { hashText, mapEntry } from '../trees/index.js';
import { describe } from './descriptor.js';

/** Bytes of what the map holds under a key: digests, and numbers. */
const MAX_VALUE = 4096;

/** Proof of one key of the map: one path, no longer than a hash has bits. */
const proofOfOne = z.strictObject({
  shape: z
    .string()
    .max(513)
    .regex(/^[NLHE]+$/),
  hashes: z.array(hashText).max(256),
  leaves: z.array(mapEntry.extend({ value: jsonUpTo(MAX_VALUE) })).max(1),
});

const anyone = { by: 'anyone', standing: 'NONE', whilePaused: true } as const;

export const recordDescriptors = {
  Get: describe(
    'records:Get',
    'Read committed records by their ledger keys.',
    z.strictObject({ key: recordKey.regex(keyText, 'must be a ledger key') }),
    /** The record, or `null` when nothing stands under the key. */
    z.strictObject({ record: jsonUpTo(LIMITS.answer) }),
    anyone,
  ),
  Restore: describe(
    'records:Restore',
    'Bring a record on Fabric back to what the rules wrote, proven by a checkpoint that named witnesses signed.',
    z.strictObject({
      key: recordKey,
      /** What the rules wrote, verbatim; `null`: nothing. */
      text: z.string().min(1).max(LIMITS.record).nullable(),
      checkpoint: checkpointBody,
      witnesses: z
        .array(
          z.strictObject({
            key: publicKey,
            statement: witnessStatement,
            /** ECDSA over SHA-256 in DER, low S. */
            signature: z.base64().max(200),
          }),
        )
        .min(1)
        .max(50),
      proof: proofOfOne,
    }),
    z.strictObject({ key: recordKey }),
    anyone,
  ),
};
