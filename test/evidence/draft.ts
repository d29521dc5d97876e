import {
  BytesReader,
  digestOf,
  encode,
  EVIDENCE_FORMAT,
  EVIDENCE_MEDIA_TYPE,
  mapHeader,
  type Bytes,
  type CheckpointBody,
  type EvidenceBlock,
  type EvidenceFile,
  type EvidenceFlaggedBlock,
  type EvidenceHeader,
  type EvidenceSubject,
  type Instant,
  type Leaf,
  type MapProof,
  type Opening,
  type WitnessStatement,
  type WriteOpening,
} from '@tallystick/chaincode/model';
import { BytesWriter } from '../../gateway/src/features/evidence/bytes-writer.js';
import type { Person } from './parties.js';

/** An evidence file with its bytes as bytes, so that they can be changed and spelled again. */
export interface Draft {
  profile: 'compact' | 'full';
  subject: EvidenceSubject;
  channel: string;
  chaincode: string;
  config: DraftBlock[];
  head?: DraftHeader;
  checkpoint?: DraftCheckpoint;
  transactions: DraftTransaction[];
  states?: DraftStates;
  records: DraftRecord[];
  blocks: DraftFlaggedBlock[];
  openings: Opening[];
  payloadSalt?: string;
  timestamps: { token: Uint8Array }[];
  earlier?: DraftEarlier[];
}

export interface DraftEarlier {
  checkpoint: DraftCheckpoint;
  timestamps: { token: Uint8Array }[];
  paths: { position: number; path: string[] }[];
}

export interface DraftHeader {
  number: string;
  previousHash: Uint8Array;
  dataHash: Uint8Array;
  signatures: Uint8Array;
}

export interface DraftBlock extends DraftHeader {
  data: Uint8Array[];
}

export interface DraftFlaggedBlock extends DraftBlock {
  flags: Uint8Array;
}

export interface DraftWitness {
  statement: WitnessStatement;
  signer: Uint8Array;
  signature: Uint8Array;
}

export interface DraftCheckpoint {
  body: CheckpointBody;
  witnesses: DraftWitness[];
}

export interface DraftRecord {
  key: string;
  text: string;
}

interface DraftStates {
  proof: MapProof;
  texts: DraftRecord[];
}

export interface DraftTransaction {
  leaf: Leaf;
  position: number;
  path: string[];
  envelope: Uint8Array;
  writes: { text: string; opening: WriteOpening }[];
}

class Spelling {
  readonly writer = new BytesWriter();
  readonly bytes: (bytes: Uint8Array) => Bytes;

  constructor(write?: (bytes: Uint8Array) => Bytes) {
    this.bytes = write ?? ((bytes) => this.writer.write(bytes));
  }

  readonly header = (header: DraftHeader): EvidenceHeader => ({
    number: header.number,
    ...mapHeader(header, this.bytes),
  });

  readonly block = (block: DraftBlock): EvidenceBlock => ({
    ...this.header(block),
    data: block.data.map(this.bytes),
  });

  readonly flagged = (block: DraftFlaggedBlock): EvidenceFlaggedBlock => ({
    ...this.block(block),
    flags: this.bytes(block.flags),
  });
}

type Body = Omit<EvidenceFile, 'custody'>;

const checkpointWith = <From, To>(
  { body, witnesses }: { readonly body: CheckpointBody; readonly witnesses: readonly SignedAs<From>[] },
  bytes: (from: From) => To,
): { body: CheckpointBody; witnesses: SignedAs<To>[] } => ({
  body,
  witnesses: witnesses.map(({ statement, signer, signature }) => ({
    statement,
    signer: bytes(signer),
    signature: bytes(signature),
  })),
});

interface SignedAs<T> {
  statement: WitnessStatement;
  signer: T;
  signature: T;
}

function bodyOf(draft: Draft, { bytes, ...spelling }: Spelling): Body {
  const { config, head, checkpoint, transactions, blocks, timestamps, earlier, ...plain } = draft;
  const parts = {
    config: config.map(spelling.block),
    ...(head && { head: spelling.header(head) }),
    ...(checkpoint && { checkpoint: checkpointWith(checkpoint, bytes) }),
    ...(earlier && {
      earlier: earlier.map((each) => ({
        checkpoint: checkpointWith(each.checkpoint, bytes),
        timestamps: each.timestamps.map(({ token }) => ({ token: bytes(token) })),
        paths: each.paths,
      })),
    }),
    transactions: transactions.map((each) => ({ ...each, envelope: bytes(each.envelope) })),
    blocks: blocks.map(spelling.flagged),
    timestamps: timestamps.map(({ token }) => ({ token: bytes(token) })),
  };
  return {
    mediaType: EVIDENCE_MEDIA_TYPE,
    format: EVIDENCE_FORMAT,
    ...plain,
    ...parts,
    shared: [...spelling.writer.shared],
  };
}

/** The file without a custody log: a log's digest of everything would hide what else is not covered. */
export const spell = (draft: Draft): string => spelledWith(draft);

/** The same, with bytes spelled in a way of its own. */
export const spelledWith = (draft: Draft, write?: (bytes: Uint8Array) => Bytes): string =>
  encode({ ...bodyOf(draft, new Spelling(write)), custody: [] });

/** The file, handed over by somebody who signs for its contents. */
export function spellSigned(draft: Draft, by: Person, at: Instant): EvidenceFile {
  const spelling = new Spelling();
  const signer = spelling.bytes(by.serialized);
  const body = bodyOf(draft, spelling);
  const entry = { at, event: 'EXPORTED', digest: digestOf(encode(body)), signer } as const;
  const signature = spelling.bytes(by.sign(new TextEncoder().encode(encode(entry))));
  return { ...body, custody: [{ ...entry, signature }] };
}

class Reading {
  readonly #reader: BytesReader;

  constructor(shared: readonly string[]) {
    this.#reader = new BytesReader(shared);
  }

  readonly bytes = (pieces: Bytes): Uint8Array => this.#reader.read(pieces);

  readonly header = (header: EvidenceHeader): DraftHeader => ({
    number: header.number,
    ...mapHeader(header, this.bytes),
  });

  readonly block = (block: EvidenceBlock): DraftBlock => ({
    ...this.header(block),
    data: block.data.map(this.bytes),
  });

  readonly flagged = (block: EvidenceFlaggedBlock): DraftFlaggedBlock => ({
    ...this.block(block),
    flags: this.bytes(block.flags),
  });
}

/** The draft that a file was spelled from; its custody log is left out. */
export function draftOf(text: string): Draft {
  const {
    shared,
    custody: _custody,
    mediaType: _mediaType,
    format: _format,
    ...file
  } = JSON.parse(text) as EvidenceFile;
  const { bytes, ...reading } = new Reading(shared);
  const { head, checkpoint, states, payloadSalt, earlier, ...rest } = file;
  return {
    ...rest,
    config: file.config.map(reading.block),
    ...(head && { head: reading.header(head) }),
    ...(checkpoint && { checkpoint: checkpointWith(checkpoint, bytes) }),
    ...(earlier && {
      earlier: earlier.map((each) => ({
        checkpoint: checkpointWith(each.checkpoint, bytes),
        timestamps: each.timestamps.map(({ token }) => ({ token: bytes(token) })),
        paths: each.paths,
      })),
    }),
    transactions: file.transactions.map((each) => ({ ...each, envelope: bytes(each.envelope) })),
    ...(states && { states }),
    blocks: file.blocks.map(reading.flagged),
    ...(payloadSalt !== undefined && { payloadSalt }),
    timestamps: file.timestamps.map(({ token }) => ({ token: bytes(token) })),
  };
}
