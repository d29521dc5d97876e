import type { Duplex } from 'node:stream';
import { decodeBatchSizes, type BatchSizes } from './batch-messages.js';

/** The setters of a chaincode message that we need; fabric-shim's own class, whose instances alone it sends. */
export interface ChaincodeMessage {
  getType(): number;
  getPayload_asU8(): Uint8Array;
  setType(type: number): void;
  setPayload(payload: Uint8Array): void;
  setTxid(txId: string): void;
  setChannelId(channel: string): void;
}

/** What a Fabric 3.1 peer offers in its READY message; a 2.5 peer offers nothing. */
export interface Offer extends BatchSizes {
  readonly Message: new () => ChaincodeMessage;
}

/** fabric-protos:peer/chaincode_shim.proto, ChaincodeMessage.Type. */
const READY = 4;

const offers = new WeakMap<object, Offer>();

/**
 * Watch a peer's stream for the READY message and remember what it offers. fabric-shim 2.5.8 ignores it
 * (fabric-chaincode-node#453), so every state operation costs a round trip of its own unless we batch.
 */
export function watchOffers(stream: Duplex): void {
  stream.on('data', (message: ChaincodeMessage) => {
    if (message.getType() !== READY || message.getPayload_asU8().length === 0) return;
    const Message = message.constructor as new () => ChaincodeMessage;
    offers.set(stream, { Message, ...decodeBatchSizes(message.getPayload_asU8()) });
  });
}

export const offerOf = (stream: object): Offer | undefined => offers.get(stream);
