import {
  BytesError,
  BytesReader,
  decode,
  digestOf,
  encode,
  EncodingError,
  evidenceFile,
  mapAnswer,
  mapHeader,
  MAX_EVIDENCE_BYTES,
  type CustodyEntry,
  type Digest,
  type EndorsedAnswer,
  type EvidenceBlock,
  type EvidenceFile,
  type EvidenceHeader,
  type EvidenceSubject,
  type Opening,
} from '@tallystick/chaincode/model';
import { textOf } from '../bytes/protobuf.js';
import type { AnswerParts } from '../fabric/answer.js';
import type { BlockHeader } from '../fabric/block.js';
import type { Version } from '../fabric/rwset.js';
import { Rejection, rejectUnless } from '../rejection.js';

/** Where a transaction stands: what a read version points at. */
export type Position = Version;

export const placeOf = ({ block, index }: Position): string => `${block}/${index}`;

export interface HeaderParts extends BlockHeader {
  /** common.Metadata of the orderers' signatures. */
  readonly signatures: Uint8Array;
}

export interface BlockParts extends HeaderParts {
  readonly data: readonly Uint8Array[];
}

export interface FiledTransaction {
  readonly txId: string;
  readonly position: Position;
  readonly envelope: Uint8Array | undefined;
  readonly answers: readonly AnswerParts[];
}

/** An evidence file with its bytes put together. Nothing in it has been checked but its form. */
export interface Evidence {
  readonly profile: 'compact' | 'full';
  readonly subject: EvidenceSubject;
  readonly channel: string;
  readonly chaincode: string;
  readonly config: readonly BlockParts[];
  readonly head: HeaderParts | undefined;
  readonly transactions: readonly FiledTransaction[];
  readonly blocks: readonly BlockParts[];
  readonly states: readonly AnswerParts[];
  readonly openings: readonly Opening[];
  readonly payloadSalt: string | undefined;
  readonly stated: readonly { readonly key: string; readonly position: Position; readonly value: string }[];
  readonly timestamps: readonly { readonly txId: string; readonly token: Uint8Array }[];
  readonly custody: readonly (CustodyEntry & {
    readonly signerBytes: Uint8Array;
    readonly signatureBytes: Uint8Array;
  })[];
  /** Of everything but the custody log: what its entries sign. */
  readonly contents: Digest;
}

/** Objects and lists within one another. The form needs eight; a parser that recurses must not be driven further. */
const MAX_DEPTH = 16;
/** Values in a list or object: what a file of the greatest size holds, with room. Millions of tiny ones cost seconds to parse. */
const MAX_VALUES = 1_000_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** How `[`, `{`, `]` and `}` change the depth. */
const STEP: Readonly<Record<number, number>> = { 0x5b: 1, 0x7b: 1, 0x5d: -1, 0x7d: -1 };

/**
 * Reads a file in the one form it may have: canonical JSON (RFC 8785), every member known and none twice, every shared entry used. Judged
 * in rising order of cost, so that a hostile file is let go early.
 * @throws Rejection MALFORMED, TOO_LARGE
 */
export function readEvidence(bytes: Uint8Array): Evidence {
  rejectUnless(bytes.length <= MAX_EVIDENCE_BYTES, 'TOO_LARGE', { bytes: `${bytes.length}` });
  assertBounded(bytes);
  const text = textOf(bytes);
  const evidence = expanded(filed(text));
  assertProfile(evidence);
  assertOnce(evidence);
  return evidence;
}

/** `full` promises the block of every transaction, `compact` that there is none. */
function assertProfile({ profile, blocks, transactions }: Evidence): void {
  const numbers = new Set(blocks.map(({ number }) => number));
  const isKept =
    profile === 'full'
      ? transactions.every(({ position }) => numbers.has(position.block))
      : blocks.length === 0;
  rejectUnless(isKept, 'NOT_WELL_FORMED', { profile, blocks: `${blocks.length}` });
}

/** A ledger holds an id once; here twice, one transaction would stand at two places and hide what stands there. */
function assertOnce({ transactions }: Evidence): void {
  const ids = new Set(transactions.map(({ txId }) => txId));
  rejectUnless(ids.size === transactions.length, 'NOT_WELL_FORMED', { what: 'a transaction twice' });
}

/** Before anything is parsed: how deep it goes, and how many values it can hold at most. @throws Rejection MALFORMED, TOO_LARGE */
function assertBounded(bytes: Uint8Array): void {
  let depth = 0;
  let commas = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length && depth <= MAX_DEPTH; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) commas += 1;
    else depth += STEP[byte] ?? 0;
  }
  rejectUnless(depth <= MAX_DEPTH, 'MALFORMED', { what: `more than ${MAX_DEPTH} levels` });
  rejectUnless(commas < MAX_VALUES, 'TOO_LARGE', { values: `${commas}` });
}

function filed(text: string): EvidenceFile {
  const parsed = evidenceFile.safeParse(parsedJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const pointer = issue?.path.map((part) => `/${String(part)}`).join('') ?? '';
    throw new Rejection('MALFORMED', { pointer, what: issue?.message ?? '' });
  }
  // Refuses duplicate members, white space and second spellings: one evidence, one file.
  assertCanonical(text);
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejection('MALFORMED', { what: 'not JSON' });
  }
}

function assertCanonical(text: string): void {
  try {
    decode(text);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new Rejection('MALFORMED', { pointer: error.pointer, what: error.code });
  }
}

function expanded(file: EvidenceFile): Evidence {
  try {
    return expand(file);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new Rejection(error.code === 'TOO_LARGE' ? 'TOO_LARGE' : 'MALFORMED', { what: error.message });
  }
}

function expand(file: EvidenceFile): Evidence {
  const { custody, ...contents } = file;
  const reader = new BytesReader(file.shared);
  const evidence: Evidence = {
    profile: file.profile,
    subject: file.subject,
    channel: file.channel,
    chaincode: file.chaincode,
    config: file.config.map((block) => blockOf(block, reader)),
    head: file.head && headerOf(file.head, reader),
    transactions: file.transactions.map(({ txId, position, envelope, answers }) => ({
      txId,
      position: positionOf(position),
      envelope: envelope && reader.read(envelope),
      answers: answers.map((answer) => answerOf(answer, reader)),
    })),
    blocks: file.blocks.map((block) => blockOf(block, reader)),
    states: file.states.map((state) => answerOf(state, reader)),
    openings: file.openings,
    payloadSalt: file.payloadSalt,
    stated: file.stated.map((stated) => ({ ...stated, position: positionOf(stated.position) })),
    timestamps: file.timestamps.map(({ txId, token }) => ({ txId, token: reader.read(token) })),
    custody: custody.map((entry) => ({
      ...entry,
      signerBytes: reader.read(entry.signer),
      signatureBytes: reader.read(entry.signature),
    })),
    contents: digestOf(encode(contents)),
  };
  reader.assertAllUsed();
  return evidence;
}

const positionOf = ({ block, index }: { block: string; index: number }): Position => ({
  block: BigInt(block),
  index,
});

const headerOf = (header: EvidenceHeader, reader: BytesReader): HeaderParts => ({
  number: BigInt(header.number),
  ...mapHeader(header, (pieces) => reader.read(pieces)),
});

const blockOf = (block: EvidenceBlock, reader: BytesReader): BlockParts => ({
  ...headerOf(block, reader),
  data: block.data.map((entry) => reader.read(entry)),
});

const answerOf = (answer: EndorsedAnswer, reader: BytesReader): AnswerParts =>
  mapAnswer(answer, (pieces) => reader.read(pieces));
