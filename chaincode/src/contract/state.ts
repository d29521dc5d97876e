import type { ChaincodeStub } from 'fabric-shim-api';
import type { Reader } from '../rules/index.js';
import {
  decodeReadBatch,
  encodeReadBatch,
  encodeWriteBatch,
  GET_STATE_MULTIPLE,
  WRITE_BATCH_STATE,
} from './batch-messages.js';
import { offerOf, type ChaincodeMessage, type Offer } from './negotiation.js';

/** The shim's message handler, through which a stub talks to its peer. */
interface PeerChannel {
  readonly _stream: object;
  _askPeerAndListen(message: ChaincodeMessage, method: string): Promise<Uint8Array>;
}

/** Reads and writes of one transaction, in as few round trips as the peer offers. */
export interface State {
  readonly read: Reader;
  /** What stands under a key, as bytes; `undefined` for nothing. */
  bytes(key: string): Promise<Uint8Array | undefined>;
  /** `null` deletes, which nothing does but a restoration. */
  write(writes: ReadonlyMap<string, string | null>): Promise<void>;
}

export function stateOf(stub: ChaincodeStub): State {
  const channel = (stub as unknown as { readonly handler?: PeerChannel }).handler;
  const offer = channel && offerOf(channel._stream);
  if (!channel || !offer) return new SingleState(stub);
  return new BatchedState(stub, channel, offer);
}

/** Committed text; a missing key is an empty value. Bytes that are not UTF-8 were not written by this contract. */
function textOf(value: Uint8Array): string | undefined {
  return value.length === 0 ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(value);
}

async function standingUnder(stub: ChaincodeStub, key: string): Promise<Uint8Array | undefined> {
  const value = await stub.getState(key);
  return value.length === 0 ? undefined : value;
}

/** One round trip per key: every peer can do this. */
class SingleState implements State {
  readonly #stub: ChaincodeStub;

  constructor(stub: ChaincodeStub) {
    this.#stub = stub;
  }

  readonly read = async (key: string): Promise<string | undefined> => textOf(await this.#stub.getState(key));

  readonly bytes = (key: string): Promise<Uint8Array | undefined> => standingUnder(this.#stub, key);

  async write(writes: ReadonlyMap<string, string | null>): Promise<void> {
    for (const [key, value] of writes)
      await (value === null ? this.#stub.deleteState(key) : this.#stub.putState(key, Buffer.from(value)));
  }
}

/**
 * Keys whose values one message of the peer may hold. A value is never larger than a transaction that an orderer takes (10 MB), whoever
 * wrote it, and a peer that has to send more than 100 MiB ends the stream of everybody instead.
 */
const READS_IN_A_MESSAGE = 9;

interface PendingRead {
  readonly key: string;
  readonly resolve: (value: string | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Reads asked for in one turn of the event loop, and all writes, travel together (Fabric 3.1, chaincode_shim.proto). */
class BatchedState implements State {
  readonly #stub: ChaincodeStub;
  readonly #channel: PeerChannel;
  readonly #offer: Offer;
  #pending: PendingRead[] = [];

  constructor(stub: ChaincodeStub, channel: PeerChannel, offer: Offer) {
    this.#stub = stub;
    this.#channel = channel;
    this.#offer = offer;
  }

  readonly read = (key: string): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => void this.#flushReads());
      this.#pending.push({ key, resolve, reject });
    });

  readonly bytes = (key: string): Promise<Uint8Array | undefined> => standingUnder(this.#stub, key);

  async write(writes: ReadonlyMap<string, string | null>): Promise<void> {
    const puts = [...writes].filter((each): each is [string, string] => each[1] !== null);
    if (this.#offer.maxWrites === 0 || puts.length < writes.size)
      return new SingleState(this.#stub).write(writes);
    for (const chunk of chunks(puts, this.#offer.maxWrites)) {
      await this.#ask(WRITE_BATCH_STATE, encodeWriteBatch(chunk), 'PutState');
    }
  }

  async #flushReads(): Promise<void> {
    const reads = this.#pending;
    this.#pending = [];
    try {
      const values = await this.#readAll(reads.map(({ key }) => key));
      reads.forEach(({ resolve }, index) => resolve(values[index]));
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  }

  async #readAll(keys: readonly string[]): Promise<(string | undefined)[]> {
    const [only] = keys;
    if (only !== undefined && (keys.length === 1 || this.#offer.maxReads === 0)) {
      return Promise.all(keys.map(async (key) => textOf(await this.#stub.getState(key))));
    }
    const values: (string | undefined)[] = [];
    for (const chunk of chunks(keys, Math.min(this.#offer.maxReads, READS_IN_A_MESSAGE)))
      values.push(...(await this.#readChunk(chunk)));
    return values;
  }

  async #readChunk(keys: readonly string[]): Promise<(string | undefined)[]> {
    const payload = await this.#ask(GET_STATE_MULTIPLE, encodeReadBatch(keys), 'GetState');
    const values = decodeReadBatch(payload).map(textOf);
    if (values.length !== keys.length) throw new Error(`${values.length} values for ${keys.length} keys`);
    return values;
  }

  #ask(type: number, payload: Uint8Array, method: string): Promise<Uint8Array> {
    const message = new this.#offer.Message();
    message.setType(type);
    message.setPayload(payload);
    message.setTxid(this.#stub.getTxID());
    message.setChannelId(this.#stub.getChannelID());
    return this.#channel._askPeerAndListen(message, method);
  }
}

function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
