import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { encode } from '../canonical.js';
import { digestOf, type Digest } from '../digest.js';
import { digest, instant, mspId } from '../schema.js';

/** What the ledger and the fold of the rules over it are at one height: equal for everybody. */
export const checkpointBody = z.strictObject({
  channel: z.string().min(1).max(249),
  /** SHA-256 of the DER header of block 0. */
  genesis: digest,
  /** Number of the last block that counts. */
  height: z.int().min(0),
  /** SHA-256 of the DER header of that block. */
  block: digest,
  /** Transactions in the log. */
  size: z.int().min(1),
  /** Root of the log. */
  log: digest,
  /** Root of the map. */
  map: digest,
  /** Digest of the table from versions of the chaincode definition to editions of the rules. */
  editions: digest,
});
export type CheckpointBody = z.infer<typeof checkpointBody>;

/** What a witness says of itself with its signature. Bodies are compared without it, and one may be signed again with another. */
export const witnessStatement = z.strictObject({
  signedAt: instant,
  /** First block that this witness folded itself; 0: all of them. */
  replayedFrom: z.int().min(0),
  /** Digest of the software that folded. */
  software: digest,
  /** Number of the newest block that the own peer had when this was signed; absent where that was not asked. */
  newest: z.int().min(0).optional(),
});
export type WitnessStatement = z.infer<typeof witnessStatement>;

/** A signature of a witness under a body. */
export const witnessing = z.strictObject({
  statement: witnessStatement,
  mspId,
  /** PEM. */
  certificate: z.string().min(1).max(10_000),
  /** ECDSA in DER, low S, or Ed25519; base64. */
  signature: z.base64().max(400),
});
export type Witnessing = z.infer<typeof witnessing>;

export const checkpoint = z.strictObject({ body: checkpointBody, witnesses: z.array(witnessing).max(100) });
export type Checkpoint = z.infer<typeof checkpoint>;

const PURPOSE = 'tallystick/checkpoint/v1';

export const bodyDigest = (body: CheckpointBody): Digest => digestOf(encode(body));

/** The bytes that a witness signs: the purpose, then the digest of the body together with the statement, canonical. */
export const witnessedBytes = (body: CheckpointBody, statement: WitnessStatement): Uint8Array =>
  utf8ToBytes(`${PURPOSE}\n${encode({ body: bodyDigest(body), ...statement })}`);
