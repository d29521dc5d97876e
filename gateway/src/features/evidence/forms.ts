import {
  mapHeader,
  type CheckpointBody,
  type EvidenceBlock,
  type EvidenceCheckpoint,
  type EvidenceFlaggedBlock,
  type EvidenceHeader,
  type Witnessing,
} from '@tallystick/chaincode/model';
import { serializedIdentity } from '@tallystick/network/wire';
import type { RawBlock } from '../../ledger/raw-block.js';
import type { RawHeader } from '../channel/port.js';
import type { BytesWriter } from './bytes-writer.js';

export const headerForm = (writer: BytesWriter, header: RawHeader): EvidenceHeader => ({
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

export const flaggedForm = (writer: BytesWriter, block: RawBlock): EvidenceFlaggedBlock => ({
  ...blockForm(writer, block),
  flags: writer.write(block.flags),
});

export const checkpointForm = (
  writer: BytesWriter,
  body: CheckpointBody,
  witnesses: readonly Witnessing[],
): EvidenceCheckpoint => ({
  body,
  witnesses: witnesses.map(({ statement, signature, ...signer }) => ({
    statement,
    signer: writer.write(serializedIdentity(signer)),
    signature: writer.write(Buffer.from(signature, 'base64')),
  })),
});
