import { peer } from '@hyperledger/fabric-protos';
import { messageOf } from './errors.js';
import type { ChaincodeState } from './simulator.js';
import { decode, type MessageType } from '../wire/index.js';

const TYPE = peer.ChaincodeMessage.Type;

/** Records in one batch message; offered to the chaincode in READY, as Fabric 3.1 does. */
export const BATCH_LIMIT = 10_000;

/** A state operation that the node does not have, or that is malformed; the chaincode gets the message as its error. */
export class StateRefused extends Error {
  override readonly name = 'StateRefused';
  readonly code = 'STATE_REFUSED';
}

/** @throws StateRefused in Fabric's words when the payload is malformed */
function read<T>(payload: Uint8Array, type: MessageType<T>): T {
  try {
    return decode(type, payload);
  } catch (cause) {
    throw new StateRefused(`unmarshal failed: ${messageOf(cause)}`);
  }
}

function refuseCollection(collection: string): void {
  if (collection !== '') throw new StateRefused('unsupported by the embedded node: private data collections');
}

function getState(payload: Uint8Array, state: ChaincodeState): Uint8Array {
  const request = read(payload, peer.GetState);
  refuseCollection(request.getCollection());
  return state.get(request.getKey()) ?? new Uint8Array();
}

function putState(payload: Uint8Array, state: ChaincodeState): Uint8Array {
  const request = read(payload, peer.PutState);
  refuseCollection(request.getCollection());
  state.put(request.getKey(), request.getValue_asU8());
  return new Uint8Array();
}

function deleteState(payload: Uint8Array, state: ChaincodeState): Uint8Array {
  const request = read(payload, peer.DelState);
  refuseCollection(request.getCollection());
  state.delete(request.getKey());
  return new Uint8Array();
}

function getMultiple(payload: Uint8Array, state: ChaincodeState): Uint8Array {
  const request = read(payload, peer.GetStateMultiple);
  refuseCollection(request.getCollection());
  const result = new peer.GetStateMultipleResult();
  result.setValuesList(request.getKeysList().map((key) => state.get(key) ?? new Uint8Array()));
  return result.serializeBinary();
}

function applyRecord(record: peer.WriteRecord, state: ChaincodeState): void {
  refuseCollection(record.getCollection());
  if (record.getType() === peer.WriteRecord.Type.PUT_STATE)
    state.put(record.getKey(), record.getValue_asU8());
  else if (record.getType() === peer.WriteRecord.Type.DEL_STATE) state.delete(record.getKey());
  else throw new StateRefused('unsupported by the embedded node: key-level policies and purges');
}

function writeBatch(payload: Uint8Array, state: ChaincodeState): Uint8Array {
  const records = read(payload, peer.WriteBatchState).getRecList();
  if (records.length > BATCH_LIMIT) throw new StateRefused(`a batch of more than ${BATCH_LIMIT} records`);
  for (const record of records) applyRecord(record, state);
  return new Uint8Array();
}

type Handler = (payload: Uint8Array, state: ChaincodeState) => Uint8Array;

function unsupported(what: string): Handler {
  return () => {
    throw new StateRefused(`unsupported by the embedded node: ${what}`);
  };
}

/** The requests a chaincode may make while it runs; everything else is a breach of the protocol. */
const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [TYPE.GET_STATE, getState],
  [TYPE.PUT_STATE, putState],
  [TYPE.DEL_STATE, deleteState],
  [TYPE.GET_STATE_MULTIPLE, getMultiple],
  [TYPE.WRITE_BATCH_STATE, writeBatch],
  [TYPE.INVOKE_CHAINCODE, unsupported('calls from chaincode to chaincode')],
  [TYPE.GET_STATE_BY_RANGE, unsupported('range queries')],
  [TYPE.GET_QUERY_RESULT, unsupported('rich queries')],
  [TYPE.QUERY_STATE_NEXT, unsupported('range queries')],
  [TYPE.QUERY_STATE_CLOSE, unsupported('range queries')],
  [TYPE.GET_HISTORY_FOR_KEY, unsupported('history of keys')],
  [TYPE.GET_STATE_METADATA, unsupported('key-level policies')],
  [TYPE.PUT_STATE_METADATA, unsupported('key-level policies')],
  [TYPE.GET_PRIVATE_DATA_HASH, unsupported('private data collections')],
  [TYPE.PURGE_PRIVATE_DATA, unsupported('private data collections')],
]);

/** The handler of a request type, or nothing when the type is no request. */
export function stateHandler(type: number): Handler | undefined {
  return HANDLERS.get(type);
}
