import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { encode } from '../canonical.js';
import type { Digest } from '../digest.js';
import { digest } from '../schema.js';
import {
  checkInclusion,
  digestOfHash,
  hashOfDigest,
  hashOfText,
  hashText,
  LogFrontier,
  logLeafHash,
  logRoot,
  proveInclusion,
  type Hash,
} from '../trees/index.js';

/**
 * What the rules say of a transaction. REPLAYED: they give what the endorsers gave. CORRECTED: they give something else, which takes
 * effect. VOID: they refuse, and nothing takes effect. INVALID: Fabric's code is not VALID. CONFIG: a configuration. FOREIGN: of another
 * chaincode, without a touch on ours.
 */
export const verdict = z.enum(['REPLAYED', 'CORRECTED', 'VOID', 'INVALID', 'CONFIG', 'FOREIGN']);
export type FoldVerdict = z.infer<typeof verdict>;

/** UNOPENED: a check that needs the opening of a sealed field was left out, for everybody alike. */
export const leafFlag = z.enum(['UNOPENED']);

/** A transaction in the log, at its place in the order of the ledger. */
export const leaf = z.strictObject({
  block: z.int().min(0),
  index: z.int().min(0),
  /** As the channel header claims; empty where it claims none or cannot be read. */
  txId: z.string().max(200),
  /** SHA-256 of the envelope as it stands in the block. */
  envelope: digest,
  /** Fabric's validation code (peer.TxValidationCode). */
  code: z.int().min(0).max(255),
  verdict,
  flags: z.array(leafFlag).max(1),
  /** Root over the effective writes, in the order of their keys (`writesRoot`). */
  writes: digest,
});
export type Leaf = z.infer<typeof leaf>;

export const leafHash = (value: Leaf): Hash => logLeafHash(utf8ToBytes(encode(value)));

/** An effective write: a key and the digest of the record's text. */
export type WriteDigest = readonly [key: string, text: Digest];

const writeHash = (write: WriteDigest): Hash => logLeafHash(utf8ToBytes(encode(write)));

/** In the order of UTF-16 code units, as everything canonical here. */
const inOrder = (writes: Iterable<WriteDigest>): WriteDigest[] =>
  [...writes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Root over effective writes; of none, SHA-256 of nothing. */
export const writesRoot = (writes: Iterable<WriteDigest>): Digest =>
  digestOfHash(logRoot(inOrder(writes).map(writeHash)));

/**
 * Shows one effective write of a transaction. `index` and `count` only say how `path` is to be read: it binds the write, and neither its
 * place nor how many others there are.
 */
export const writeOpening = z.strictObject({
  key: z.string().min(1).max(400),
  index: z.int().min(0),
  count: z.int().min(1).max(100_000),
  path: z.array(hashText).max(64),
});
export type WriteOpening = z.infer<typeof writeOpening>;

/** @throws RangeError when there is no such write */
export function openWrite(writes: Iterable<WriteDigest>, key: string): WriteOpening {
  const ordered = inOrder(writes);
  const index = ordered.findIndex(([each]) => each === key);
  if (index < 0) throw new RangeError(`no effective write of ${key}`);
  const levels = new Map<string, Hash>();
  const frontier = new LogFrontier();
  for (const write of ordered)
    for (const node of frontier.append(writeHash(write)))
      levels.set(`${node.level}/${node.index}`, node.hash);
  const read = (level: number, at: number): Hash => {
    const hash = levels.get(`${level}/${at}`);
    if (hash === undefined) throw new Error('a proof is made of complete subtrees');
    return hash;
  };
  const path = proveInclusion(read, index, ordered.length).map(bytesToHex);
  return { key, index, count: ordered.length, path };
}

/**
 * Checks that a text was written, effectively, under that key. Nothing else: the root does not bind how many writes there are, so that
 * `index` and `count` are no statement. @throws TreeError PROOF_INVALID
 */
export function checkWrite({ key, index, count, path }: WriteOpening, text: Digest, root: Digest): void {
  checkInclusion(writeHash([key, text]), index, count, path.map(hashOfText), hashOfDigest(root));
}
