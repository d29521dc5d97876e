import * as z from 'zod';
import { listRange, mapProof } from '../trees/index.js';
import { evidenceBlock, evidenceCheckpoint, evidenceHeader } from './file.js';
import { bytes } from './bytes.js';

/** Media type of a completeness file, RFC 6838 vendor tree. The file is canonical JSON (RFC 8785). */
export const USES_MEDIA_TYPE = 'application/vnd.tallystick.uses+json';

/** Version of the form below. A reader refuses any other. */
export const USES_FORMAT = 1;

/** Most uses in one file: what a proof may name. */
export const MAX_USES = 100_000;

/** Largest completeness file that anybody reads. */
export const MAX_USES_BYTES = 400 * 1024 * 1024;

/** Whose uses: a key of a list in the map is made of these two (`listKey`). */
export const usesList = z.strictObject({
  kind: z.enum(['dataset', 'grant', 'participant']),
  id: z.string().regex(/^(?:dataset|grant|participant)-[a-z2-7]{52}$/),
});
export type UsesList = z.infer<typeof usesList>;

/** One end of the range: what the ledger was at that height, and how many uses the list had then. */
const end = z.strictObject({
  checkpoint: evidenceCheckpoint,
  /** Header of the block at the height. */
  head: evidenceHeader,
  /** The list in the map at that height: its count and root, or that there is none yet. */
  list: mapProof,
});

/**
 * All uses of a list between two heights, none left out: the range of the list leads from the count and root at the one to those at the
 * other, and the map at the later height shows each use as it stood then. Which heights belong to which days only the witnesses and
 * time tokens say.
 */
export const usesFile = z.strictObject({
  mediaType: z.literal(USES_MEDIA_TYPE),
  format: z.literal(USES_FORMAT),
  channel: z.string().min(1).max(249),
  chaincode: z.string().min(1).max(64),
  list: usesList,
  /** Byte strings that occur more than once; pieces elsewhere name them by index. */
  shared: z.array(z.string().min(1)).max(20_000),
  /** Every configuration block from block 0 to the later height, in order. */
  config: z.array(evidenceBlock).min(1).max(10_000),
  /** The height after which the range begins; `null`: it begins with the ledger. */
  from: end.nullable(),
  to: end,
  range: listRange,
  members: z.strictObject({
    /** The record of every use in the range, in the map of the later height. */
    proof: mapProof,
    /** Their texts, in the order of the range. */
    texts: z.array(z.string().min(1).max(1_000_000)).max(MAX_USES),
  }),
  /** RFC 3161 TimeStampTokens (DER) over the body of the later checkpoint. */
  timestamps: z.array(z.strictObject({ token: bytes })).max(20),
});
export type UsesFile = z.infer<typeof usesFile>;
export type UsesEnd = z.infer<typeof end>;
