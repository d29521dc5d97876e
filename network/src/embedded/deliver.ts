import { once } from 'node:events';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import { BinaryWriter } from 'google-protobuf';
import { isAllowed, TIME_WINDOW_MS } from './admission.js';
import type { Chain } from './chain.js';
import { POLICY, type ChannelConfig } from './channel-config.js';
import {
  configOf,
  decode,
  decodeBlock,
  openChannelHeader,
  openPayload,
  openSignatureHeader,
} from '../wire/index.js';
import type { Log } from './log.js';

type Status = common.StatusMap[keyof common.StatusMap];
const STATUS = common.Status;

/** Responses travel as bytes: a block is framed, never decoded and encoded again. */
export type DeliverCall = ServerDuplexStream<common.Envelope, Uint8Array>;

export interface DeliverParts {
  readonly channel: string;
  readonly config: ChannelConfig;
  readonly chain: Chain;
  readonly log: Log;
}

function statusFrame(status: Status): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeEnum(1, status);
  return writer.getResultBuffer();
}

function blockFrame(block: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  writer.writeBytes(2, block);
  return writer.getResultBuffer();
}

/** Header and metadata only; configuration blocks stay whole, so that signatures can be followed without the data. */
function attestation(bytes: Uint8Array): Uint8Array {
  if (configOf(decodeBlock(bytes).envelopes)) return bytes;
  const block = decode(common.Block, bytes);
  block.clearData();
  return block.serializeBinary();
}

/** A request that is answered with a status and nothing else. */
class Refused extends Error {
  readonly status: Status;

  constructor(status: Status, reason: string) {
    super(reason);
    this.status = status;
  }
}

interface Seek {
  readonly info: orderer.SeekInfo;
  /** Milliseconds since 1970 at which the caller's certificate ends. */
  readonly expiry: number;
}

function openSeek(envelope: common.Envelope, { channel, config }: DeliverParts): Seek {
  const bytes = envelope.getPayload_asU8();
  const { header, channelHeader, signatureHeader, data } = openPayload(bytes);
  if (!header) throw new Refused(STATUS.BAD_REQUEST, 'envelope has no header');
  const { timestamp, channelId } = openChannelHeader(channelHeader);
  if (timestamp === undefined || Math.abs(timestamp - Date.now()) > TIME_WINDOW_MS)
    throw new Refused(STATUS.BAD_REQUEST, 'envelope timestamp is missing or outside the time window');
  if (channelId !== channel) throw new Refused(STATUS.NOT_FOUND, 'channel not found');
  const info = decode(orderer.SeekInfo, data);
  const identity = openSignatureHeader(signatureHeader).creator;
  const signed = { identity, data: bytes, signature: envelope.getSignature_asU8() };
  if (!isAllowed(signed, POLICY.readers, config))
    throw new Refused(STATUS.FORBIDDEN, 'not a reader of the channel');
  return { info, expiry: config.identities.find(identity)?.certificate.notAfter ?? 0 };
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function position(
  seek: orderer.SeekPosition | undefined,
  oldest: number,
  newest: number,
  next: number,
): number {
  if (!seek) throw new Refused(STATUS.BAD_REQUEST, 'start or stop is missing');
  if (seek.hasOldest()) return oldest;
  if (seek.hasNewest()) return newest;
  return seek.hasSpecified() ? (seek.getSpecified()?.getNumber() ?? 0) : next;
}

/** First and last block of a request (common/deliver/deliver.go). */
function rangeOf(info: orderer.SeekInfo, height: number): Range {
  const first = position(info.getStart(), 0, height - 1, height);
  if (first > height) throw new Refused(STATUS.NOT_FOUND, 'start is beyond the end of the chain');
  const last = position(info.getStop(), first, height - 1, Infinity);
  if (last < first) throw new Refused(STATUS.BAD_REQUEST, 'stop is before start');
  return { first, last };
}

function nextBlock(chain: Chain, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = chain.onBlock(() => {
      signal.removeEventListener('abort', giveUp);
      stop();
      resolve();
    });
    const giveUp = (): void => {
      stop();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

async function send(call: DeliverCall, frame: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!call.write(frame)) await once(call, 'drain', { signal });
}

async function deliver(
  call: DeliverCall,
  seek: Seek,
  parts: DeliverParts,
  signal: AbortSignal,
): Promise<void> {
  const { chain } = parts;
  const { first, last } = rangeOf(seek.info, chain.height);
  const isHeadersOnly = seek.info.getContentType() === orderer.SeekInfo.SeekContentType.HEADER_WITH_SIG;
  const mustBeReady = seek.info.getBehavior() === orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY;
  for (let number = first; number <= last; number += 1) {
    if (mustBeReady && number >= chain.height)
      throw new Refused(STATUS.NOT_FOUND, 'the block is not there yet');
    while (number >= chain.height) await nextBlock(chain, signal);
    if (Date.now() > seek.expiry) throw new Refused(STATUS.FORBIDDEN, 'client identity expired');
    const block = chain.block(number) ?? new Uint8Array();
    await send(call, blockFrame(isHeadersOnly ? attestation(block) : block), signal);
  }
}

async function answer(
  call: DeliverCall,
  envelope: common.Envelope,
  parts: DeliverParts,
  signal: AbortSignal,
): Promise<Status> {
  try {
    await deliver(call, openSeek(envelope, parts), parts, signal);
    return STATUS.SUCCESS;
  } catch (cause) {
    if (signal.aborted) throw cause;
    parts.log('info', 'deliver.refused', { reason: String(cause) });
    return cause instanceof Refused ? cause.status : STATUS.BAD_REQUEST;
  }
}

/**
 * Serves the blocks a client seeks, request after request, as a peer's Deliver service does; a tail without end waits
 * for new blocks until the client leaves or `signal` aborts.
 */
export async function serveDeliver(
  call: DeliverCall,
  parts: DeliverParts,
  signal: AbortSignal,
): Promise<void> {
  // Ending the loop must not destroy the call, which still has a status to send.
  for await (const envelope of call.iterator({ destroyOnReturn: false }) as AsyncIterable<common.Envelope>) {
    const status = await answer(call, envelope, parts, signal);
    await send(call, statusFrame(status), signal);
    if (status !== STATUS.SUCCESS) break;
  }
}
