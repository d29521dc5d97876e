import { hexToBytes } from '@noble/hashes/utils.js';
import {
  BytesError,
  BytesReader,
  decode,
  encode,
  EncodingError,
  evidenceFile,
  mapHeader,
  MAX_EVIDENCE_BYTES,
  type CheckpointBody,
  type CustodyEntry,
  type EvidenceBlock,
  type EvidenceCheckpoint,
  type EvidenceEarlier,
  type EvidenceFile,
  type EvidenceHeader,
  type EvidenceRecord,
  type EvidenceStates,
  type EvidenceSubject,
  type EvidenceTransaction,
  type Hash,
  type Leaf,
  type Opening,
  type WitnessStatement,
  type WriteOpening,
} from '@tallystick/chaincode/model';
import type * as z from 'zod';
import { textOf } from '../bytes/protobuf.js';
import type { BlockHeader } from '../fabric/block.js';
import { hasByteOrderMark } from '../intake/index.js';
import { Rejection, rejectUnless } from '../rejection.js';

export interface HeaderParts extends BlockHeader {
  /** common.Metadata of the orderers' signatures. */
  readonly signatures: Uint8Array;
}

export interface BlockParts extends HeaderParts {
  readonly data: readonly Uint8Array[];
}

/** A block with Fabric's validation codes, which nobody signs. */
export interface FlaggedBlock extends BlockParts {
  readonly flags: Uint8Array;
}

export interface FiledWitness {
  readonly statement: WitnessStatement;
  /** msp.SerializedIdentity. */
  readonly signer: Uint8Array;
  readonly signature: Uint8Array;
}

export interface FiledCheckpoint {
  readonly body: CheckpointBody;
  readonly witnesses: readonly FiledWitness[];
}

/** A checkpoint from before the one that the file rests on. */
export interface FiledEarlier {
  readonly checkpoint: FiledCheckpoint;
  readonly timestamps: readonly Uint8Array[];
  readonly paths: readonly Pick<FiledTransaction, 'position' | 'path'>[];
}

export interface FiledTransaction {
  readonly leaf: Leaf;
  /** In the log. */
  readonly position: number;
  readonly path: readonly Hash[];
  readonly envelope: Uint8Array;
  readonly writes: readonly { readonly text: string; readonly opening: WriteOpening }[];
}

/** An evidence file with its bytes put together. Nothing in it has been checked but its form. */
export interface Evidence {
  readonly profile: 'compact' | 'full';
  readonly subject: EvidenceSubject;
  readonly channel: string;
  readonly chaincode: string;
  /** Of a full file, those among its blocks. */
  readonly config: readonly BlockParts[];
  readonly head: HeaderParts | undefined;
  readonly checkpoint: FiledCheckpoint | undefined;
  readonly transactions: readonly FiledTransaction[];
  readonly states: EvidenceStates | undefined;
  readonly records: readonly EvidenceRecord[];
  readonly blocks: readonly FlaggedBlock[];
  readonly openings: readonly Opening[];
  readonly payloadSalt: string | undefined;
  readonly timestamps: readonly Uint8Array[];
  readonly earlier: readonly FiledEarlier[];
  readonly custody: readonly (CustodyEntry & {
    readonly signerBytes: Uint8Array;
    readonly signatureBytes: Uint8Array;
  })[];
  /** Canonical text of everything but the custody log: its digest is what the entries sign. */
  contents(): string;
}

/** Objects and lists within one another. The form needs eight; a parser that recurses must not be driven further. */
const MAX_DEPTH = 16;
/** Values in a list or object: what a file of the greatest size holds, with room. Millions of tiny ones cost seconds to parse. */
const MAX_VALUES = 1_000_000;
/** Bytes of all envelopes of a compact file, put together: a few shared entries named very often must not keep a reader busy. */
const MAX_ENVELOPES = 24 * 1024 * 1024;
/** Characters of all openings: each is encoded and hashed, whether it opens anything or not. */
const MAX_OPENINGS = 8 * 1024 * 1024;
/** Signatures of witnesses under all checkpoints: each is checked, whoever made it, and by a key that costs most. */
const MAX_WITNESSES = 400;
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
  const text = evidenceText(bytes);
  const value = parsedJson(text);
  const file = inForm(value, evidenceFile);
  assertCanonical(value, text);
  assertProfile(file);
  assertInOrder(file);
  const signed = [file.checkpoint, ...(file.earlier ?? []).map(({ checkpoint }) => checkpoint)];
  const witnesses = signed.reduce((sum, each) => sum + (each?.witnesses.length ?? 0), 0);
  rejectUnless(witnesses <= MAX_WITNESSES, 'TOO_LARGE', { witnesses: `${witnesses}` });
  rejectUnless(JSON.stringify(file.openings).length <= MAX_OPENINGS, 'TOO_LARGE', { what: 'openings' });
  const parts = expanded(file);
  const bytesOfCalls = parts.transactions.reduce((sum, { envelope }) => sum + envelope.length, 0);
  rejectUnless(bytesOfCalls <= MAX_ENVELOPES, 'TOO_LARGE', { envelopes: `${bytesOfCalls}` });
  return { ...parts, contents: () => contentsOf(value as EvidenceFile) };
}

/** A compact file stands on configuration blocks and transactions, a full one on whole blocks and on nothing else. */
function assertProfile({ profile, config, head, transactions, states, records, blocks }: EvidenceFile): void {
  const isKept =
    profile === 'full'
      ? blocks.length > 0 &&
        [config, transactions, records].every(({ length }) => length === 0) &&
        head === undefined &&
        states === undefined
      : blocks.length === 0 && config.length > 0;
  rejectUnless(isKept, 'NOT_WELL_FORMED', { profile, blocks: `${blocks.length}` });
}

/** One transaction, one place: each stands there once, in the order of the log. */
function assertInOrder({ transactions }: EvidenceFile): void {
  const isInOrder = transactions.every(
    ({ position }, index) => index === 0 || position > (transactions[index - 1]?.position ?? 0),
  );
  rejectUnless(isInOrder, 'NOT_WELL_FORMED', { what: 'transactions out of order' });
}

/** Before anything is parsed: how deep it goes, and how many values it can hold at most. @throws Rejection MALFORMED, TOO_LARGE */
export function assertBounded(bytes: Uint8Array, most = MAX_VALUES): void {
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
  rejectUnless(commas < most, 'TOO_LARGE', { values: `${commas}` });
}

/** @throws Rejection MALFORMED */
export function inForm<T extends z.ZodType>(value: unknown, schema: T): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const pointer = issue?.path.map((part) => `/${String(part)}`).join('') ?? '';
  throw new Rejection('MALFORMED', { pointer, what: issue?.message ?? '' });
}

/** @throws Rejection MALFORMED */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejection('MALFORMED', { what: 'not JSON' });
  }
}

/** What custody entries sign: canonical text of everything else, members in the order of the file. */
function contentsOf({ custody: _custody, ...contents }: EvidenceFile): string {
  return isOrdered(contents) ? JSON.stringify(contents) : encode(contents);
}

/**
 * Refuses duplicate members, white space and second spellings: one evidence, one file. A file that says the same in another spelling was
 * saved anew by some program, which is told apart from one in which a member stands twice: there two readers could see two things.
 * @throws Rejection MALFORMED, NOT_CANONICAL
 */
export function assertCanonical(value: unknown, text: string): void {
  // Told quickly for what is: `JSON.stringify` spells strings and numbers as RFC 8785 does.
  if (isOrdered(value) && JSON.stringify(value) === text) return;
  try {
    decode(text);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    rejectUnless(error.code === 'NOT_CANONICAL', 'MALFORMED', { pointer: error.pointer, what: error.code });
    rejectUnless(membersIn(value) === colonsIn(text), 'MALFORMED', { what: 'a member stands twice' });
    throw new Rejection('NOT_CANONICAL');
  }
}

function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return members.reduce<number>(
    (sum, member) => sum + membersIn(member),
    Array.isArray(value) ? 0 : members.length,
  );
}

/** Of JSON: one for each member, parsed or not. Sign by sign: a string may be of any length, and patterns end where their stack does. */
function colonsIn(text: string): number {
  let colons = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') isInString = !isInString;
    else if (isInString) at += sign === '\\' ? 1 : 0;
    else if (sign === ':') colons += 1;
  }
  return colons;
}

/** UTF-8 behind a byte-order mark, and UTF-16, are what editors make of a file that they save. @throws Rejection MALFORMED, NOT_CANONICAL */
export function evidenceText(bytes: Uint8Array): string {
  rejectUnless(!hasByteOrderMark(bytes), 'NOT_CANONICAL', { what: 'a byte-order mark' });
  return textOf(bytes);
}

/** Whether members stand in canonical order and values have a canonical form. Names that look like numbers change places when parsed. */
function isOrdered(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isOrdered);
  if (typeof value !== 'object' || value === null) return isPlain(value);
  let before = '';
  for (const [name, member] of Object.entries(value)) {
    if (name < before || name === '__proto__' || !isPlain(name) || !isOrdered(member)) return false;
    before = name;
  }
  return true;
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  return typeof value !== 'number' || (Number.isSafeInteger(value) && !Object.is(value, -0));
}

function expanded(file: EvidenceFile): Omit<Evidence, 'contents'> {
  try {
    return expand(file);
  } catch (error) {
    if (!(error instanceof BytesError)) throw error;
    throw new Rejection(error.code === 'TOO_LARGE' ? 'TOO_LARGE' : 'MALFORMED', { what: error.message });
  }
}

function expand(file: EvidenceFile): Omit<Evidence, 'contents'> {
  const reader = new BytesReader(file.shared);
  const blocks = file.blocks.map(({ flags, ...block }) => ({
    ...blockOf(block, reader),
    flags: reader.read(flags),
  }));
  const evidence: Omit<Evidence, 'contents'> = {
    profile: file.profile,
    subject: file.subject,
    channel: file.channel,
    chaincode: file.chaincode,
    config: file.config.map((block) => blockOf(block, reader)),
    head: file.head && headerOf(file.head, reader),
    checkpoint: file.checkpoint && checkpointOf(file.checkpoint, reader),
    transactions: file.transactions.map((each) => transactionOf(each, reader)),
    states: file.states,
    records: file.records,
    blocks,
    openings: file.openings,
    payloadSalt: file.payloadSalt,
    timestamps: file.timestamps.map(({ token }) => reader.read(token)),
    earlier: (file.earlier ?? []).map((each) => earlierOf(each, reader)),
    custody: file.custody.map((entry) => ({
      ...entry,
      signerBytes: reader.read(entry.signer),
      signatureBytes: reader.read(entry.signature),
    })),
  };
  reader.assertAllUsed();
  return evidence;
}

/** @throws BytesError */
export const headerOf = (header: EvidenceHeader, reader: BytesReader): HeaderParts => ({
  number: BigInt(header.number),
  ...mapHeader(header, (pieces) => reader.read(pieces)),
});

/** @throws BytesError */
export const blockOf = (block: EvidenceBlock, reader: BytesReader): BlockParts => ({
  ...headerOf(block, reader),
  data: block.data.map((entry) => reader.read(entry)),
});

/** @throws BytesError */
export const checkpointOf = (
  { body, witnesses }: EvidenceCheckpoint,
  reader: BytesReader,
): FiledCheckpoint => ({
  body,
  witnesses: witnesses.map(({ statement, signer, signature }) => ({
    statement,
    signer: reader.read(signer),
    signature: reader.read(signature),
  })),
});

const earlierOf = (
  { checkpoint, timestamps, paths }: EvidenceEarlier,
  reader: BytesReader,
): FiledEarlier => ({
  checkpoint: checkpointOf(checkpoint, reader),
  timestamps: timestamps.map(({ token }) => reader.read(token)),
  paths: paths.map(({ position, path }) => ({ position, path: path.map((hash) => hexToBytes(hash)) })),
});

const transactionOf = (
  { path, envelope, ...transaction }: EvidenceTransaction,
  reader: BytesReader,
): FiledTransaction => ({
  ...transaction,
  path: path.map((hash) => hexToBytes(hash)),
  envelope: reader.read(envelope),
});
