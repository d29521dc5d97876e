import type { ChaincodeStub } from 'fabric-shim';
import protobuf from 'google-protobuf';
import {
  decodeReadBatch,
  encodeReadBatch,
  GET_STATE_MULTIPLE,
  WRITE_BATCH_STATE,
} from '../../../chaincode/src/contract/batch-messages.js';
import { offerOf, type ChaincodeMessage } from '../../../chaincode/src/contract/negotiation.js';

// Types of a WriteRecord (fabric-protos:peer/chaincode_shim.proto).
const PUT_STATE = 9;
const DEL_STATE = 10;

export interface RawWrite {
  readonly key: string;
  /** Absent: the key is deleted. */
  readonly value: Uint8Array | undefined;
}

interface PeerChannel {
  readonly _stream: object;
  _askPeerAndListen(message: ChaincodeMessage, method: string): Promise<Uint8Array>;
}

/** Sends a message of Fabric 3.1, which fabric-shim 2.5.8 has no method for. */
function ask(stub: ChaincodeStub, type: number, payload: Uint8Array, method: string): Promise<Uint8Array> {
  const { handler } = stub as unknown as { readonly handler: PeerChannel };
  const offer = offerOf(handler._stream);
  if (!offer) throw new Error('the peer takes no batches');
  const message = new offer.Message();
  message.setType(type);
  message.setPayload(payload);
  message.setTxid(stub.getTxID());
  message.setChannelId(stub.getChannelID());
  return handler._askPeerAndListen(message, method);
}

export async function writeMany(stub: ChaincodeStub, writes: readonly RawWrite[]): Promise<void> {
  const writer = new protobuf.BinaryWriter();
  for (const { key, value } of writes)
    writer.writeMessage(1, {}, () => {
      writer.writeString(1, key);
      if (value) writer.writeBytes(2, value);
      writer.writeEnum(5, value ? PUT_STATE : DEL_STATE);
    });
  await ask(stub, WRITE_BATCH_STATE, writer.getResultBuffer(), 'PutState');
}

export async function readMany(stub: ChaincodeStub, keys: readonly string[]): Promise<readonly Uint8Array[]> {
  return decodeReadBatch(await ask(stub, GET_STATE_MULTIPLE, encodeReadBatch(keys), 'GetState'));
}
