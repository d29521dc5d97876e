import {
  BytesReader,
  digestOf,
  encode,
  EVIDENCE_FORMAT,
  EVIDENCE_MEDIA_TYPE,
  mapAnswer,
  mapHeader,
  type Bytes,
  type EndorsedAnswer,
  type EvidenceBlock,
  type EvidenceFile,
  type EvidenceHeader,
  type EvidenceSubject,
  type Instant,
  type Opening,
} from '@tallystick/chaincode/model';
import { BytesWriter } from '../../gateway/src/evidence/bytes-writer.js';
import type { Person } from './parties.js';

/** An evidence file with its bytes as bytes, so that they can be changed and spelled again. */
export interface Draft {
  profile: 'compact' | 'full';
  subject: EvidenceSubject;
  channel: string;
  chaincode: string;
  config: DraftBlock[];
  head?: DraftHeader;
  transactions: DraftTransaction[];
  blocks: DraftBlock[];
  states: DraftAnswer[];
  openings: Opening[];
  payloadSalt?: string;
  stated: { key: string; position: Place; value: string }[];
  timestamps: { txId: string; token: Uint8Array }[];
}

export interface Place {
  block: string;
  index: number;
}

export interface DraftAnswer {
  channelHeader: Uint8Array;
  signatureHeader: Uint8Array;
  proposal: Uint8Array;
  response: Uint8Array;
  endorsements: { endorser: Uint8Array; signature: Uint8Array }[];
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

export interface DraftTransaction {
  txId: string;
  position: Place;
  envelope?: Uint8Array;
  answers: DraftAnswer[];
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

  readonly answer = (answer: DraftAnswer): EndorsedAnswer => mapAnswer(answer, this.bytes);
}

type Body = Omit<EvidenceFile, 'custody'>;

function bodyOf(draft: Draft, spelling: Spelling): Body {
  const { config, head, transactions, blocks, states, timestamps, payloadSalt, ...plain } = draft;
  const parts = {
    config: config.map(spelling.block),
    ...(head && { head: spelling.header(head) }),
    transactions: transactions.map(({ txId, position, envelope, answers }) => ({
      txId,
      position,
      ...(envelope && { envelope: spelling.bytes(envelope) }),
      answers: answers.map(spelling.answer),
    })),
    blocks: blocks.map(spelling.block),
    states: states.map(spelling.answer),
    timestamps: timestamps.map(({ txId, token }) => ({ txId, token: spelling.bytes(token) })),
  };
  return {
    mediaType: EVIDENCE_MEDIA_TYPE,
    format: EVIDENCE_FORMAT,
    ...plain,
    ...parts,
    ...(payloadSalt !== undefined && { payloadSalt }),
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

  readonly answer = (answer: EndorsedAnswer): DraftAnswer => mapAnswer(answer, this.bytes);
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
  const reading = new Reading(shared);
  const { head, payloadSalt, ...rest } = file;
  return {
    ...rest,
    config: file.config.map(reading.block),
    ...(head && { head: reading.header(head) }),
    transactions: file.transactions.map(({ txId, position, envelope, answers }) => ({
      txId,
      position,
      ...(envelope && { envelope: reading.bytes(envelope) }),
      answers: answers.map(reading.answer),
    })),
    blocks: file.blocks.map(reading.block),
    states: file.states.map(reading.answer),
    ...(payloadSalt !== undefined && { payloadSalt }),
    timestamps: file.timestamps.map(({ txId, token }) => ({ txId, token: reading.bytes(token) })),
  };
}
