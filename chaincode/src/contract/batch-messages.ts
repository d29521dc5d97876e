import protobuf from 'google-protobuf';

/**
 * Messages of Fabric 3.1 that the protobuf copy inside fabric-shim 2.5.8 lacks (fabric-protos:peer/chaincode_shim.proto),
 * written field by field. Loading a newer copy of fabric-protos beside it is no way out: both register their classes in
 * one global name space, and the shim then refuses its own messages.
 */
export const WRITE_BATCH_STATE = 24;
export const GET_STATE_MULTIPLE = 25;

const PUT_STATE = 9;
/** Protobuf wire type of bool and uint32. */
const VARINT = 0;

/** What a peer offers in the payload of READY: ChaincodeAdditionalParams. Zero means: not at all. */
export interface BatchSizes {
  readonly maxWrites: number;
  readonly maxReads: number;
}

export function decodeBatchSizes(payload: Uint8Array): BatchSizes {
  const fields = new Map<number, number>();
  const reader = new protobuf.BinaryReader(payload);
  while (reader.nextField()) {
    const wireType: number = reader.getWireType();
    if (wireType === VARINT) fields.set(reader.getFieldNumber(), reader.readUint32());
    else reader.skipField();
  }
  const size = (use: number, max: number): number => (fields.get(use) === 1 ? (fields.get(max) ?? 0) : 0);
  return { maxWrites: size(1, 2), maxReads: size(3, 4) };
}

/** WriteBatchState of puts. */
export function encodeWriteBatch(writes: readonly (readonly [key: string, value: string])[]): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  for (const [key, value] of writes) {
    writer.writeMessage(1, {}, () => {
      writer.writeString(1, key);
      writer.writeBytes(2, Buffer.from(value));
      writer.writeEnum(5, PUT_STATE);
    });
  }
  return writer.getResultBuffer();
}

/** GetStateMultiple. */
export function encodeReadBatch(keys: readonly string[]): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  writer.writeRepeatedString(1, [...keys]);
  return writer.getResultBuffer();
}

/** GetStateMultipleResult: one value per key, in order; empty where nothing stands. */
export function decodeReadBatch(payload: Uint8Array): readonly Uint8Array[] {
  const values: Uint8Array[] = [];
  const reader = new protobuf.BinaryReader(payload);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) values.push(reader.readBytes());
    else reader.skipField();
  }
  return values;
}
