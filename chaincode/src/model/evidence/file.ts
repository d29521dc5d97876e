import * as z from 'zod';
import { digest, instant, opening } from '../schema.js';
import { bytes } from './bytes.js';

/** IANA-style media type of an evidence file, RFC 6838 vendor tree. The file is canonical JSON (RFC 8785). */
export const EVIDENCE_MEDIA_TYPE = 'application/vnd.tallystick.evidence+json';

/** Version of the form below. A reader refuses any other. */
export const EVIDENCE_FORMAT = 1;

/** Largest file that anybody reads. */
export const MAX_EVIDENCE_BYTES = 50 * 1024 * 1024;

const blockNumber = z.string().regex(/^(?:0|[1-9]\d{0,17})$/, 'must be a decimal block number');
const txId = z.string().regex(/^[0-9a-f]{64}$/, 'must be a Fabric transaction id');

/** Where a transaction stands: what a read version in an endorsed read set points at. */
const position = z.strictObject({ block: blockNumber, index: z.int().min(0).max(1_000_000) });

/** A header with what orderers signed for it, without the transactions (common.BlockHeader, common.BlockMetadata index 0). */
const signedHeader = z.strictObject({
  number: blockNumber,
  previousHash: bytes,
  dataHash: bytes,
  /** common.Metadata: value and signatures. */
  signatures: bytes,
});

/** A whole block. The metadata that nobody signs is left out. */
const block = z.strictObject({
  ...signedHeader.shape,
  data: z.array(bytes).min(1).max(10_000),
});

/**
 * What peers of several organisations answered to one proposal, each with its signature: parts of a transaction that was never
 * submitted (fabric:docs, Gateway Endorse). All of them signed `response` (peer.ProposalResponsePayload).
 */
const endorsedAnswer = z.strictObject({
  channelHeader: bytes,
  signatureHeader: bytes,
  /** peer.ChaincodeProposalPayload, without the transient field. */
  proposal: bytes,
  response: bytes,
  endorsements: z.array(z.strictObject({ endorser: bytes, signature: bytes })).max(50),
});

/** A transaction, as its creator signed it, and which organisations say that it is valid. */
const transaction = z.strictObject({
  txId,
  position,
  /** common.Envelope; absent where an answer holds it already. */
  envelope: bytes.optional(),
  /** Endorsed answers of `qscc` to GetTransactionByID: the same envelope with its validation code. */
  answers: z.array(endorsedAnswer).max(20),
});

/** An RFC 3161 TimeStampToken (DER) over the SHA-256 of the envelope of a transaction. */
const timestamp = z.strictObject({ txId, token: bytes });

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

export const evidenceFile = z.strictObject({
  mediaType: z.literal(EVIDENCE_MEDIA_TYPE),
  format: z.literal(EVIDENCE_FORMAT),
  /** `compact`: the transactions that concern the subject, no whole block. `full`: with the blocks that hold them. */
  profile: z.enum(['compact', 'full']),
  subject: evidenceSubject,
  channel: z.string().min(1).max(249),
  chaincode: z.string().min(1).max(64),
  /** Byte strings that occur more than once; pieces elsewhere name them by index. */
  shared: z.array(z.string().min(1)).max(20_000),
  /** Every configuration block from block 0 on, in order. */
  config: z.array(block).min(1).max(500),
  /** A later header: its signed `last_config` shows that no configuration block up to it is missing. */
  head: signedHeader.optional(),
  transactions: z.array(transaction).min(1).max(20_000),
  /** Whole blocks that hold some of the transactions. */
  blocks: z.array(block).max(20_000),
  /** Endorsed answers to `records:Get`: which version of which keys stood there, and what it held. */
  states: z.array(endorsedAnswer).max(100),
  /** Openings of sealed fields, by whom has them. */
  openings: z.array(opening).max(200),
  /** Salt of the commitment to the plaintext of the version used (HKDF of the file key): opens the commitment, not the payload. */
  payloadSalt: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /**
   * Values that only transactions about other things show, stated by the exporter so that those stay out of the file: counters, and
   * other uses that were asked for by the same consumer and answered in one transaction with this one.
   */
  stated: z
    .array(z.strictObject({ key: z.string().min(1).max(200), position, value: z.string().max(8000) }))
    .max(200),
  timestamps: z.array(timestamp).max(20),
  custody: z.array(custodyEntry).max(50),
});
export type EvidenceFile = z.infer<typeof evidenceFile>;
export type EvidenceBlock = z.infer<typeof block>;
export type EvidenceHeader = z.infer<typeof signedHeader>;
export type EndorsedAnswer = z.infer<typeof endorsedAnswer>;
export type EvidenceTransaction = z.infer<typeof transaction>;
export type CustodyEntry = z.infer<typeof custodyEntry>;
