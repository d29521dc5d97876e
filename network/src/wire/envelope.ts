import { common } from '@hyperledger/fabric-protos';
import { decode } from './decode.js';

const NO_BYTES = new Uint8Array();

/** An entry of a block's data. Byte fields are the bytes that were hashed and signed. */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** What an envelope signs. */
export interface EnvelopePayload {
  /** Empty where there is no header. */
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly header: common.Header | undefined;
  readonly data: Uint8Array;
}

export interface ChannelHeader {
  /** Of `common.HeaderType`. */
  readonly type: number;
  readonly epoch: number;
  readonly channelId: string;
  /** Empty in configuration transactions. */
  readonly txId: string;
  /** Milliseconds since 1970, chosen by the client; `undefined` where there is none. */
  readonly timestamp: number | undefined;
  readonly extension: Uint8Array;
}

export interface SignatureHeader {
  /** A SerializedIdentity. */
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
}

/** @throws MalformedMessage or another error for bytes that are no such message; so do all of these */
export function openEnvelope(bytes: Uint8Array): Envelope {
  const envelope = decode(common.Envelope, bytes);
  return { payload: envelope.getPayload_asU8(), signature: envelope.getSignature_asU8() };
}

export function openPayload(bytes: Uint8Array): EnvelopePayload {
  const payload = decode(common.Payload, bytes);
  const header = payload.getHeader();
  return {
    header,
    channelHeader: header?.getChannelHeader_asU8() ?? NO_BYTES,
    signatureHeader: header?.getSignatureHeader_asU8() ?? NO_BYTES,
    data: payload.getData_asU8(),
  };
}

function millisecondsOf(channel: common.ChannelHeader): number | undefined {
  const at = channel.getTimestamp();
  return at && at.getSeconds() * 1000 + at.getNanos() / 1e6;
}

export function openChannelHeader(bytes: Uint8Array): ChannelHeader {
  const channel = decode(common.ChannelHeader, bytes);
  return {
    type: channel.getType(),
    epoch: channel.getEpoch(),
    channelId: channel.getChannelId(),
    txId: channel.getTxId(),
    timestamp: millisecondsOf(channel),
    extension: channel.getExtension_asU8(),
  };
}

export function openSignatureHeader(bytes: Uint8Array): SignatureHeader {
  const signature = decode(common.SignatureHeader, bytes);
  return { creator: signature.getCreator_asU8(), nonce: signature.getNonce_asU8() };
}
