import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { MembershipError } from './membership-errors.js';
import { decode, openChannelHeader, openEnvelope, openPayload } from '../wire/index.js';

/**
 * An update on its way from organisation to organisation, with the signatures so far. As a file it is Fabric's own envelope,
 * which `peer channel signconfigtx` and others read and sign, too.
 */
export interface UpdateFile {
  readonly channel: string;
  /** What is signed: the bytes of a `common.ConfigUpdate`, kept as they came. */
  readonly bytes: Uint8Array;
  readonly update: common.ConfigUpdate;
  readonly signatures: readonly ConfigSignature[];
}

export interface ConfigSignature {
  /** Bytes of a `common.SignatureHeader`: who signed. */
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
}

/** `sha256:<hex>` of what is signed: by it a reviewer knows again at signing what was reviewed. */
export const digestOf = ({ bytes }: Pick<UpdateFile, 'bytes'>): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const unreadable = (why: string, cause?: unknown): MembershipError =>
  new MembershipError('UPDATE_UNREADABLE', `no update that can be reviewed: ${why}`, {}, { cause });

function decodedUpdate(bytes: Uint8Array): common.ConfigUpdate {
  const update = decode(common.ConfigUpdate, bytes);
  if (update.getIsolatedDataMap().getLength() > 0)
    throw unreadable('it carries data beside the configuration');
  // Decoding drops what it does not know. A signature would cover that, too, and nobody would have seen it.
  if (update.serializeBinary().length !== bytes.length)
    throw unreadable('it holds fields that are not known here');
  return update;
}

/** A new update, not yet signed. */
export const newUpdateFile = (update: common.ConfigUpdate): UpdateFile => ({
  channel: update.getChannelId(),
  bytes: update.serializeBinary(),
  update,
  signatures: [],
});

function headerBytes(channel: string): common.Header {
  const inner = new common.ChannelHeader();
  inner.setType(common.HeaderType.CONFIG_UPDATE);
  inner.setChannelId(channel);
  inner.setTimestamp(timestamps.Timestamp.fromDate(new Date()));
  const header = new common.Header();
  header.setChannelHeader(inner.serializeBinary());
  return header;
}

/** The bytes of the file: an envelope, which whoever submits it signs as a whole. */
export function encodeUpdateFile({ channel, bytes, signatures }: UpdateFile): Uint8Array {
  const inner = new common.ConfigUpdateEnvelope();
  inner.setConfigUpdate(bytes);
  for (const { header, signature } of signatures) {
    const made = new common.ConfigSignature();
    made.setSignatureHeader(header);
    made.setSignature(signature);
    inner.addSignatures(made);
  }
  const payload = new common.Payload();
  payload.setHeader(headerBytes(channel));
  payload.setData(inner.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

function opened(envelope: Uint8Array): UpdateFile {
  const { channelHeader, data } = openPayload(openEnvelope(envelope).payload);
  const { type, channelId } = openChannelHeader(channelHeader);
  if (type !== common.HeaderType.CONFIG_UPDATE) throw unreadable(`its type is ${type}`);
  const inner = decode(common.ConfigUpdateEnvelope, data);
  const bytes = inner.getConfigUpdate_asU8();
  const update = decodedUpdate(bytes);
  if (update.getChannelId() !== channelId) throw unreadable('it names two channels');
  const signatures = inner.getSignaturesList().map((each) => ({
    header: each.getSignatureHeader_asU8(),
    signature: each.getSignature_asU8(),
  }));
  return { channel: update.getChannelId(), bytes, update, signatures };
}

/** Reads the bytes of a file. @throws MembershipError UPDATE_UNREADABLE */
export function decodeUpdateFile(bytes: Uint8Array): UpdateFile {
  try {
    return opened(bytes);
  } catch (cause) {
    if (cause instanceof MembershipError) throw cause;
    throw unreadable('it is no envelope of one', cause);
  }
}

/**
 * One file of several that were signed side by side.
 * @throws MembershipError NOT_REVIEWED when they are not of one and the same update
 */
export function mergeSignatures(files: readonly [UpdateFile, ...UpdateFile[]]): UpdateFile {
  const [first, ...others] = files;
  const other = others.find((each) => digestOf(each) !== digestOf(first));
  if (other !== undefined) {
    throw new MembershipError(
      'NOT_REVIEWED',
      `${digestOf(other)} and ${digestOf(first)} are two different updates`,
    );
  }
  const keyed = files.flatMap(({ signatures }) =>
    signatures.map((each) => [Buffer.concat([each.header, each.signature]).toString('hex'), each] as const),
  );
  return { ...first, signatures: [...new Map(keyed).values()] };
}
