import { common } from '@hyperledger/fabric-protos';
import {
  configOf,
  decode,
  decodeBlock,
  headerHash,
  openChannelHeader,
  openEnvelope,
  openPayload,
} from '../wire/index.js';
import { MembershipError } from './membership-errors.js';

/** A block that carries a channel's configuration. */
export interface ConfigBlock {
  readonly bytes: Uint8Array;
  readonly number: number;
  /** `sha256:<hex>` of its header, by which the next block names it. */
  readonly hash: string;
  readonly channel: string;
  readonly config: common.Config;
  /** Bytes of the update (`common.ConfigUpdate`) that brought it about; empty in a genesis block. */
  readonly lastUpdate: Uint8Array;
}

interface Opened {
  readonly channel: string;
  readonly lastUpdate: Uint8Array;
}

function opened(envelope: Uint8Array): Opened {
  const { channelHeader, data } = openPayload(openEnvelope(envelope).payload);
  const last = decode(common.ConfigEnvelope, data).getLastUpdate();
  const lastUpdate =
    last === undefined
      ? new Uint8Array()
      : decode(common.ConfigUpdateEnvelope, openPayload(last.getPayload_asU8()).data).getConfigUpdate_asU8();
  return { channel: openChannelHeader(channelHeader).channelId, lastUpdate };
}

const unreadable = (why: string, cause?: unknown): MembershipError =>
  new MembershipError('UPDATE_UNREADABLE', `no config block: ${why}`, {}, { cause });

/** Reads a config block. @throws MembershipError UPDATE_UNREADABLE */
export function readConfigBlock(bytes: Uint8Array): ConfigBlock {
  try {
    const { header, envelopes } = decodeBlock(bytes);
    const config = configOf(envelopes);
    const [envelope] = envelopes;
    if (config === undefined || envelope === undefined)
      throw unreadable(`block ${header.number} carries no configuration`);
    const hash = `sha256:${headerHash(header).toString('hex')}`;
    return { bytes, number: header.number, hash, config, ...opened(envelope) };
  } catch (cause) {
    throw cause instanceof MembershipError ? cause : unreadable(String(cause), cause);
  }
}
