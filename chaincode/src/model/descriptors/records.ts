import * as z from 'zod';
import { checkpointBody, witnessStatement } from '../checkpoint/index.js';
import { keyText } from '../keys.js';
import { publicKey } from '../schema.js';
import { hashText, mapEntry } from '../trees/index.js';
import { describe } from './descriptor.js';

/** A key of Fabric's state. Longer than any the rules write: a forger chooses its own. */
const anyKey = z.string().min(1).max(400);

/** Proof of one key of the map: one path, no longer than a hash has bits. */
const proofOfOne = z.strictObject({
  shape: z
    .string()
    .max(513)
    .regex(/^[NLHE]+$/),
  hashes: z.array(hashText).max(256),
  leaves: z.array(mapEntry).max(1),
});

const anyone = { by: 'anyone', standing: 'NONE', whilePaused: true } as const;

export const recordDescriptors = {
  Get: describe(
    'records:Get',
    'Read committed records by their ledger keys.',
    z.strictObject({ key: z.string().regex(keyText, 'must be a ledger key') }),
    /** The record, or `null` when nothing stands under the key. */
    z.strictObject({ record: z.json() }),
    anyone,
  ),
  Restore: describe(
    'records:Restore',
    'Bring a record on Fabric back to what the rules wrote, proven by a checkpoint that named witnesses signed.',
    z.strictObject({
      key: anyKey,
      /** What the rules wrote, verbatim; `null`: nothing. */
      text: z.string().min(1).max(1_000_000).nullable(),
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
    z.strictObject({ key: anyKey }),
    anyone,
  ),
};
