import { p256 } from '@noble/curves/nist.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { witnessedBytes, type CheckpointBody } from '../../model/index.js';
import type { Restoring } from './argument.js';

/** Keys that speak for a checkpoint, and how many of them it takes. */
export interface Council {
  readonly needed: number;
  /** Compressed P-256 points in hex, each once. */
  readonly keys: readonly string[];
}

type Signed = Restoring['witnesses'][number];

/** Whether enough distinct keys of a council signed the checkpoint, each with a statement of its own. */
export function isWitnessed(council: Council, body: CheckpointBody, witnesses: readonly Signed[]): boolean {
  const named = new Set(council.keys);
  const signers = new Set(
    witnesses.filter((each) => named.has(each.key) && isSigned(each, body)).map(({ key }) => key),
  );
  return council.needed > 0 && signers.size >= council.needed;
}

/** ECDSA on P-256 over SHA-256, low S: of the two forms of a signature only one counts (as in Fabric, bccsp/utils/ecdsa.go). */
function isSigned({ key, statement, signature }: Signed, body: CheckpointBody): boolean {
  const bytes = z.util.base64ToUint8Array(signature);
  if (z.util.uint8ArrayToBase64(bytes) !== signature) return false;
  try {
    return p256.verify(bytes, witnessedBytes(body, statement), hexToBytes(key), {
      prehash: true,
      lowS: true,
      format: 'der',
    });
  } catch {
    // Not DER, or no point of the curve.
    return false;
  }
}
