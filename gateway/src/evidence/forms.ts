import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BytesReader,
  mapAnswer,
  mapHeader,
  type EndorsedAnswer,
  type EvidenceBlock,
  type EvidenceHeader,
} from '@tallystick/chaincode/model';
import { BytesWriter } from './bytes-writer.js';
import type { EndorsedBytes } from '../ledger/endorsed-bytes.js';
import type { RawBlock } from '../ledger/raw-block.js';

export const answerForm = (writer: BytesWriter, answer: EndorsedBytes): EndorsedAnswer =>
  mapAnswer(answer, (bytes) => writer.write(bytes));

const answerOf = (reader: BytesReader, form: EndorsedAnswer): EndorsedBytes =>
  mapAnswer(form, (pieces) => reader.read(pieces));

export const headerForm = (writer: BytesWriter, header: Omit<RawBlock, 'data'>): EvidenceHeader => ({
  number: header.number.toString(),
  // Nobody signs block 0; what stands there differs from peer to peer, and proves nothing.
  ...mapHeader(header.number === 0n ? { ...header, signatures: new Uint8Array() } : header, (bytes) =>
    writer.write(bytes),
  ),
});

export const blockForm = (writer: BytesWriter, block: RawBlock): EvidenceBlock => ({
  ...headerForm(writer, block),
  data: block.data.map((envelope) => writer.write(envelope)),
});

const headerOf = (reader: BytesReader, form: EvidenceHeader): Omit<RawBlock, 'data'> => ({
  number: BigInt(form.number),
  ...mapHeader(form, (pieces) => reader.read(pieces)),
});

/** What the archive holds about a subject as a whole. */
export interface Statement {
  readonly head: Omit<RawBlock, 'data'>;
  readonly states: readonly EndorsedBytes[];
}

// Rows are in the form of the file, so that certificates and text pack well; only this module reads them.
function packed(made: (writer: BytesWriter) => object): Uint8Array {
  const writer = new BytesWriter();
  const content = made(writer);
  return gzipSync(JSON.stringify({ shared: writer.shared, ...content }));
}

interface Packed {
  readonly shared: readonly string[];
  readonly answers?: readonly EndorsedAnswer[];
  readonly head?: EvidenceHeader;
  readonly states?: readonly EndorsedAnswer[];
}

const unpacked = (packed: Uint8Array): Packed => JSON.parse(gunzipSync(packed).toString('utf8')) as Packed;

export const packAnswers = (answers: readonly EndorsedBytes[]): Uint8Array =>
  packed((writer) => ({ answers: answers.map((answer) => answerForm(writer, answer)) }));

export function unpackAnswers(bytes: Uint8Array): readonly EndorsedBytes[] {
  const { answers = [], shared } = unpacked(bytes);
  const reader = new BytesReader(shared);
  return answers.map((answer) => answerOf(reader, answer));
}

export const packStatement = ({ head, states }: Statement): Uint8Array =>
  packed((writer) => ({
    head: headerForm(writer, head),
    states: states.map((state) => answerForm(writer, state)),
  }));

export function unpackStatement(bytes: Uint8Array): Statement {
  const { head, states = [], shared } = unpacked(bytes);
  if (head === undefined) throw new Error('a statement was packed with a head');
  const reader = new BytesReader(shared);
  return { head: headerOf(reader, head), states: states.map((state) => answerOf(reader, state)) };
}

export const packBlock = (block: Uint8Array): Uint8Array => gzipSync(block);
export const unpackBlock = (packed: Uint8Array): Uint8Array => gunzipSync(packed);
