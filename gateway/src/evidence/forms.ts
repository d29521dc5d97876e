import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BytesReader,
  type EndorsedAnswer,
  type EvidenceBlock,
  type EvidenceHeader,
} from '@tallystick/chaincode/model';
import { BytesWriter } from './bytes-writer.js';
import type { EndorsedBytes } from '../ledger/endorsed-bytes.js';
import type { RawBlock } from '../ledger/raw-block.js';

export function answerForm(writer: BytesWriter, answer: EndorsedBytes): EndorsedAnswer {
  return {
    channelHeader: writer.write(answer.channelHeader),
    signatureHeader: writer.write(answer.signatureHeader),
    proposal: writer.write(answer.proposal),
    response: writer.write(answer.response),
    endorsements: answer.endorsements.map(({ endorser, signature }) => ({
      endorser: writer.write(endorser),
      signature: writer.write(signature),
    })),
  };
}

function answerOf(reader: BytesReader, form: EndorsedAnswer): EndorsedBytes {
  return {
    channelHeader: reader.read(form.channelHeader),
    signatureHeader: reader.read(form.signatureHeader),
    proposal: reader.read(form.proposal),
    response: reader.read(form.response),
    endorsements: form.endorsements.map(({ endorser, signature }) => ({
      endorser: reader.read(endorser),
      signature: reader.read(signature),
    })),
  };
}

export const headerForm = (writer: BytesWriter, header: Omit<RawBlock, 'data'>): EvidenceHeader => ({
  number: header.number.toString(),
  previousHash: writer.write(header.previousHash),
  dataHash: writer.write(header.dataHash),
  // Nobody signs block 0; what stands there differs from peer to peer, and proves nothing.
  signatures: header.number === 0n ? [] : writer.write(header.signatures),
});

export const blockForm = (writer: BytesWriter, block: RawBlock): EvidenceBlock => ({
  ...headerForm(writer, block),
  data: block.data.map((envelope) => writer.write(envelope)),
});

function headerOf(reader: BytesReader, form: EvidenceHeader): Omit<RawBlock, 'data'> {
  return {
    number: BigInt(form.number),
    previousHash: reader.read(form.previousHash),
    dataHash: reader.read(form.dataHash),
    signatures: reader.read(form.signatures),
  };
}

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
