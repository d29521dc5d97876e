import { peer } from '@hyperledger/fabric-protos';
import type { Duplex } from 'node:stream';

/** What a Fabric 3.1 peer offers in its READY message; a 2.5 peer offers nothing. */
export interface Offer {
  /** Class of the shim's own chaincode messages: it refuses those of another copy of fabric-protos. */
  readonly Message: new () => peer.ChaincodeMessage;
  readonly maxWrites: number;
  readonly maxReads: number;
}

const offers = new WeakMap<object, Offer>();

/**
 * Watch a peer's stream for the READY message and remember what it offers. fabric-shim 2.5.8 ignores it
 * (fabric-chaincode-node#453), so every state operation costs a round trip of its own unless we batch.
 */
export function watchOffers(stream: Duplex): void {
  stream.on('data', (message: peer.ChaincodeMessage) => {
    if (message.getType() !== peer.ChaincodeMessage.Type.READY || message.getPayload_asU8().length === 0)
      return;
    const parameters = peer.ChaincodeAdditionalParams.deserializeBinary(message.getPayload_asU8());
    offers.set(stream, {
      Message: message.constructor as new () => peer.ChaincodeMessage,
      maxWrites: parameters.getUseWriteBatch() ? parameters.getMaxSizeWriteBatch() : 0,
      maxReads: parameters.getUseGetMultipleKeys() ? parameters.getMaxSizeGetMultipleKeys() : 0,
    });
  });
}

export const offerOf = (stream: object): Offer | undefined => offers.get(stream);
