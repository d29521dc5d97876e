import * as z from 'zod';
import { checkpointBody, leaf, witnessStatement, writeOpening } from '../checkpoint/index.js';
import { digest, instant, opening } from '../schema.js';
import { hashText, mapProof } from '../trees/index.js';
import { bytes } from './bytes.js';

/** IANA-style media type of an evidence file, RFC 6838 vendor tree. The file is canonical JSON (RFC 8785). */
export const EVIDENCE_MEDIA_TYPE = 'application/vnd.tallystick.evidence+json';

/** Version of the form below. A reader refuses any other. */
export const EVIDENCE_FORMAT = 2;

/** Largest file that anybody reads. */
export const MAX_EVIDENCE_BYTES = 50 * 1024 * 1024;

const blockNumber = z.string().regex(/^(?:0|[1-9]\d{0,17})$/, 'must be a decimal block number');

/** A header with what orderers signed for it, without the transactions (common.BlockHeader, common.BlockMetadata index 0). */
export const evidenceHeader = z.strictObject({
  number: blockNumber,
  previousHash: bytes,
  dataHash: bytes,
  /** common.Metadata: value and signatures. */
  signatures: bytes,
});

/** A whole block. The metadata that nobody signs is left out. */
export const evidenceBlock = z.strictObject({
  ...evidenceHeader.shape,
  data: z.array(bytes).min(1).max(10_000),
});

/** A whole block with Fabric's validation codes (common.BlockMetadata index 2): a byte a transaction, signed by nobody. */
const flaggedBlock = z.strictObject({ ...evidenceBlock.shape, flags: bytes });

/** A signature of a witness under a checkpoint. */
const evidenceWitness = z.strictObject({
  statement: witnessStatement,
  /** msp.SerializedIdentity. */
  signer: bytes,
  /** Over `witnessedBytes(body, statement)`: ECDSA in DER, low S, or Ed25519. */
  signature: bytes,
});

/** What the ledger and the fold of the rules over it were at one height, and who signed that they had folded it themselves. */
export const evidenceCheckpoint = z.strictObject({
  body: checkpointBody,
  witnesses: z.array(evidenceWitness).max(100),
});

const recordText = z.strictObject({
  key: z.string().min(1).max(400),
  text: z.string().min(1).max(1_000_000),
});

/** A transaction of the log, with the envelope that somebody signed, and what of it took effect. */
const transaction = z.strictObject({
  leaf,
  /** Place in the log. */
  position: z.int().min(0),
  /** From the leaf to the root of the log, nearest sibling first (RFC 9162, section 2.1.3.1). */
  path: z.array(hashText).max(64),
  /** common.Envelope as it stands in its block. */
  envelope: bytes,
  /** Effective writes, each opened from the leaf alone; which ones is the exporter's choice. */
  writes: z.array(z.strictObject({ text: recordText.shape.text, opening: writeOpening })).max(1_000),
});

/** What stands newest, as the map at the height of the checkpoint says. */
const states = z.strictObject({
  /** Shows the subject's record and note at least; and `space`, whose rulebook says how long a use that was allowed may be contested. */
  proof: mapProof,
  /** Texts of records that the proof shows, where no transaction of the file has them among its `writes`. */
  texts: z.array(recordText).max(10_000),
});

/** An RFC 3161 TimeStampToken (DER). Its message imprint is the digest of the checkpoint's body (`bodyDigest`). */
const timestamp = z.strictObject({ token: bytes });

/**
 * What was there already at an earlier height: for signatures with a key that was declared compromised since, whose date can only lie
 * before the checkpoint that shows the declaration.
 */
const earlierCheckpoint = z.strictObject({
  checkpoint: evidenceCheckpoint,
  /** Over the body of this checkpoint. */
  timestamps: z.array(timestamp).max(20),
  /** Of transactions of the file: from their leaves to the root of its log. */
  paths: z
    .array(transaction.pick({ position: true, path: true }))
    .min(1)
    .max(2_000),
});

/** A hand-over: who had the file, when by their own clock, and that it was these contents. */
const custodyEntry = z.strictObject({
  at: instant,
  event: z.enum(['COLLECTED', 'EXPORTED']),
  /** Of the canonical text of everything in the file but `custody`. */
  digest,
  /** msp.SerializedIdentity of who signs. */
  signer: bytes,
  /** Over the canonical text of the entry without this member; ECDSA, DER. */
  signature: bytes,
});

export const evidenceSubject = z.strictObject({
  kind: z.enum(['usage', 'claim', 'grant', 'valuation']),
  id: z.string().regex(/^(?:usage|claim|grant|valuation)-[a-z2-7]{52}$/),
});
export type EvidenceSubject = z.infer<typeof evidenceSubject>;

/** A file of evidence. What each profile must hold beyond its form is the verifier's to judge (verifier/SPECIFICATION.md). */
export const evidenceFile = z.strictObject({
  mediaType: z.literal(EVIDENCE_MEDIA_TYPE),
  format: z.literal(EVIDENCE_FORMAT),
  /**
   * `compact`: the transactions that concern the subject, under one witnessed checkpoint; no `blocks`. `full`: every block from 0 to the
   * height, for a reader who folds them; then `config`, `transactions` and `records` are empty, `head` and `states` absent.
   */
  profile: z.enum(['compact', 'full']),
  subject: evidenceSubject,
  channel: z.string().min(1).max(249),
  chaincode: z.string().min(1).max(64),
  /** Byte strings that occur more than once; pieces elsewhere name them by index. */
  shared: z.array(z.string().min(1)).max(20_000),
  /** Every configuration block from block 0 to the height, in order. */
  config: z.array(evidenceBlock).max(10_000),
  /** Header of the block at the height: its hash is the one in the checkpoint's body. */
  head: evidenceHeader.optional(),
  checkpoint: evidenceCheckpoint.optional(),
  /** In the order of the log. */
  transactions: z.array(transaction).max(2_000),
  states: states.optional(),
  /** Records that the decision looked at, as they stood then: each matches a digest among the facts of the effective answer. */
  records: z.array(recordText).max(1_000),
  blocks: z.array(flaggedBlock).max(100_000),
  /** Openings of sealed fields, by whom has them. */
  openings: z.array(opening).max(200),
  /** Salt of the commitment to the plaintext of the version used (HKDF of the file key): opens the commitment, not the payload. */
  payloadSalt: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  timestamps: z.array(timestamp).max(20),
  earlier: z.array(earlierCheckpoint).max(16).optional(),
  custody: z.array(custodyEntry).max(50),
});
export type EvidenceFile = z.infer<typeof evidenceFile>;
export type EvidenceBlock = z.infer<typeof evidenceBlock>;
export type EvidenceFlaggedBlock = z.infer<typeof flaggedBlock>;
export type EvidenceHeader = z.infer<typeof evidenceHeader>;
export type EvidenceCheckpoint = z.infer<typeof evidenceCheckpoint>;
export type EvidenceEarlier = z.infer<typeof earlierCheckpoint>;
export type EvidenceTransaction = z.infer<typeof transaction>;
export type EvidenceStates = z.infer<typeof states>;
export type EvidenceRecord = z.infer<typeof recordText>;
export type CustodyEntry = z.infer<typeof custodyEntry>;
