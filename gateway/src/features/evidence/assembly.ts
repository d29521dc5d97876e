import {
  encode,
  EVIDENCE_FORMAT,
  EVIDENCE_MEDIA_TYPE,
  evidenceFile,
  MAX_EVIDENCE_BYTES,
  type CustodyEntry,
  type EvidenceEarlier,
  type EvidenceFile,
  type EvidenceFlaggedBlock,
  type EvidenceSubject,
  type Instant,
  type Opening,
} from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../../identities/index.js';
import { BytesWriter } from './bytes-writer.js';
import { CanonicalMembers } from './canonical-members.js';
import type { Compact } from './compact.js';
import type { Configuration } from '../channel/port.js';
import type { Earlier } from './earlier.js';
import { EvidenceError } from './errors.js';
import { serializedIdentity } from '@tallystick/network/wire';
import { blockForm, checkpointForm, headerForm } from './forms.js';
import type { SignedCheckpoint } from './checkpoint-choice.js';
import { textDigest } from './text-digest.js';

/** What every file holds. */
export interface Contents {
  readonly subject: EvidenceSubject;
  readonly channel: string;
  readonly chaincode: string;
  readonly ground: SignedCheckpoint;
  readonly openings: readonly Opening[];
  readonly earlier: readonly Earlier[];
  readonly payloadSalt?: string | undefined;
}

/** Who hands it over, and when by their own clock. */
export interface Exporter {
  readonly identity: EnrolledIdentity;
  readonly at: Instant;
}

type Body = Omit<EvidenceFile, 'custody'>;
type Profiled = Pick<Body, 'profile' | 'config' | 'transactions' | 'records' | 'blocks'> &
  Partial<Pick<Body, 'head' | 'states'>>;

/** A compact file as canonical text. @throws EvidenceError TOO_LARGE */
export function assembleCompact(
  contents: Contents,
  { transactions, states, records }: Omit<Compact, 'selection'>,
  { head, blocks }: Configuration,
  exporter: Exporter,
): string {
  const writer = new BytesWriter();
  const profiled: Profiled = {
    profile: 'compact',
    config: blocks.map((block) => blockForm(writer, block)),
    head: headerForm(writer, head),
    transactions: transactions.map(({ envelope, ...rest }) => ({
      ...rest,
      envelope: writer.write(envelope),
    })),
    states,
    records: [...records],
    blocks: [],
  };
  return signed(contents, profiled, writer, exporter);
}

/** A full file as canonical text; the blocks were written by the same writer. @throws EvidenceError TOO_LARGE */
export function assembleFull(
  contents: Contents,
  blocks: readonly EvidenceFlaggedBlock[],
  writer: BytesWriter,
  exporter: Exporter,
): string {
  const profiled: Profiled = {
    profile: 'full',
    config: [],
    transactions: [],
    records: [],
    blocks: [...blocks],
  };
  return signed(contents, profiled, writer, exporter);
}

const tokensForm = (writer: BytesWriter, tokens: SignedCheckpoint['tokens']): EvidenceFile['timestamps'] =>
  tokens.map(({ token }) => ({ token: writer.write(token) }));

const earlierForm = (writer: BytesWriter, { ground, paths }: Earlier): EvidenceEarlier => ({
  checkpoint: checkpointForm(writer, ground.body, ground.witnesses),
  timestamps: tokensForm(writer, ground.tokens),
  paths,
});

function signed(
  contents: Contents,
  profiled: Profiled,
  writer: BytesWriter,
  { identity, at }: Exporter,
): string {
  const { subject, channel, chaincode, ground, openings, earlier, payloadSalt } = contents;
  const { body, witnesses, tokens } = ground;
  const parts = {
    checkpoint: checkpointForm(writer, body, witnesses),
    timestamps: tokensForm(writer, tokens),
    ...(earlier.length > 0 && { earlier: earlier.map((each) => earlierForm(writer, each)) }),
  };
  const signer = writer.write(serializedIdentity(identity));
  const unsigned: Body = {
    mediaType: EVIDENCE_MEDIA_TYPE,
    format: EVIDENCE_FORMAT,
    subject,
    channel,
    chaincode,
    ...profiled,
    ...parts,
    openings: [...openings],
    ...(payloadSalt !== undefined && { payloadSalt }),
    shared: [...writer.shared],
  };
  const members = new CanonicalMembers(unsigned);
  const entry = { at, event: 'EXPORTED', digest: textDigest(members.text()), signer } as const;
  const signature = new BytesWriter().write(identity.sign(Buffer.from(encode(entry))));
  const custody: CustodyEntry[] = [{ ...entry, signature }];
  evidenceFile.parse({ ...unsigned, custody });
  const text = members.text({ custody });
  const size = Buffer.byteLength(text);
  if (size > MAX_EVIDENCE_BYTES)
    throw new EvidenceError('TOO_LARGE', `${size} bytes do not fit into one file`);
  return text;
}
