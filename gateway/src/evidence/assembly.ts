import { createHash } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import {
  digestOf,
  encode,
  EVIDENCE_FORMAT,
  EVIDENCE_MEDIA_TYPE,
  evidenceFile,
  type CustodyEntry,
  type EvidenceFile,
  type EvidenceSubject,
  type Instant,
  type Opening,
} from '@tallystick/chaincode/model';
import { BytesWriter } from './bytes-writer.js';
import type { EnrolledIdentity } from '../identities/index.js';
import type { RawBlock } from '../ledger/raw-block.js';
import type { EvidenceToken } from '../state/evidence-port.js';
import { answerForm, blockForm, headerForm } from './forms.js';
import type { Gathered } from './collection.js';
import type { Place } from './recorded.js';

/** Everything that goes into a file. */
export interface Contents {
  readonly subject: EvidenceSubject;
  readonly channel: string;
  readonly chaincode: string;
  readonly gathered: Gathered;
  /** Configuration blocks up to the head, oldest first. */
  readonly config: readonly RawBlock[];
  /** Whole blocks; only in a full file. */
  readonly blocks?: readonly RawBlock[];
  readonly openings: readonly Opening[];
  readonly payloadSalt?: string | undefined;
  readonly tokens: readonly EvidenceToken[];
}

const placeForm = ({ block, index }: Place): { block: string; index: number } => ({
  block: block.toString(),
  index,
});

/** The file as canonical text, exported by `exporter` at that time. Throws what the schema of the file throws: it cannot happen. */
export function assemble(contents: Contents, exporter: EnrolledIdentity, at: Instant): string {
  const writer = new BytesWriter();
  const signer = writer.write(serialized(exporter));
  const body = bodyOf(contents, writer);
  const unsigned = { at, event: 'EXPORTED', digest: digestOf(encode(body)), signer } as const;
  const signature = writer.write(exporter.sign(Buffer.from(encode(unsigned))));
  const custody: CustodyEntry[] = [{ ...unsigned, signature }];
  const file: EvidenceFile = { ...body, custody };
  return encode(evidenceFile.parse(file));
}

/** Everything but `custody`, which says what this was. */
function bodyOf(contents: Contents, writer: BytesWriter): Omit<EvidenceFile, 'custody'> {
  const { gathered, blocks, payloadSalt, subject, channel, chaincode } = contents;
  const { head, states, closure } = gathered;
  const parts = {
    config: contents.config.map((block) => blockForm(writer, block)),
    head: headerForm(writer, head),
    transactions: closure.transactions.map(({ txId, place, answers }) => ({
      txId,
      position: placeForm(place),
      answers: answers.map((answer) => answerForm(writer, answer)),
    })),
    blocks: (blocks ?? []).map((block) => blockForm(writer, block)),
    states: states.map((state) => answerForm(writer, state)),
    timestamps: contents.tokens.map(({ txId, token }) => ({ txId, token: writer.write(token) })),
  };
  return {
    mediaType: EVIDENCE_MEDIA_TYPE,
    format: EVIDENCE_FORMAT,
    profile: blocks === undefined ? 'compact' : 'full',
    subject,
    channel,
    chaincode,
    ...parts,
    openings: [...contents.openings],
    ...(payloadSalt !== undefined && { payloadSalt }),
    stated: closure.stated.map(({ key, place, value }) => ({ key, position: placeForm(place), value })),
    shared: [...writer.shared],
  };
}

/** msp.SerializedIdentity. */
function serialized({ mspId, certificate }: EnrolledIdentity): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

/** What an authority stamps: SHA-256 of an envelope. */
export const envelopeHash = (envelope: Uint8Array): Buffer => createHash('sha256').update(envelope).digest();
