import type { ChaincodeStub } from 'fabric-shim-api';
import {
  encode,
  instantOfTimestamp,
  Refusal,
  refuseUnless,
  type Digest,
  type Instant,
  type Opening,
} from '../model/index.js';
import {
  callerFrom,
  COUNCIL_KEY,
  councilOfSpace,
  CreatorError,
  decodeOpenings,
  execute,
  readRecords,
  restore,
  type Caller,
  type Council,
  type Edition,
} from '../rules/index.js';
import { stateOf } from './state.js';

/** Name of the one event a transaction emits; its payload is a canonical JSON list, one entry per request. */
const EVENT = 'tallystick';

/**
 * The one adapter between Fabric and the rules: decode the argument, decide over the stub, put the records, set the
 * event, return canonical JSON. It does not grow when a transaction is added.
 */
export async function transact(
  transaction: string,
  stub: ChaincodeStub,
  parameters: readonly string[],
  edition: Edition,
): Promise<string> {
  const argument = onlyParameter(parameters);
  const state = stateOf(stub);
  const call = { transaction, argument, caller: callerOf(stub), openings: openingsOf(stub) };
  const { writes, events, result } = await execute(edition, call, state.read);
  await state.write(writes);
  stub.setEvent(EVENT, Buffer.from(encode(events)));
  return result;
}

/** `records:Get`. Writes nothing and emits nothing. */
export const readRecord = async (stub: ChaincodeStub, parameters: readonly string[]): Promise<string> =>
  readRecords(onlyParameter(parameters), stateOf(stub).read);

/** `records:Restore`: what the rules wrote, put back where a forgery stands. */
export async function restoreRecord(
  stub: ChaincodeStub,
  parameters: readonly string[],
  pinned: Council | undefined,
): Promise<string> {
  const state = stateOf(stub);
  const { key, text, result, events } = await restore(onlyParameter(parameters), {
    channel: stub.getChannelID(),
    councils: async () =>
      [councilOfSpace(await state.bytes(COUNCIL_KEY)), pinned].filter((council) => council !== undefined),
    standing: (named) => state.bytes(named),
  });
  await state.write(new Map([[key, text]]));
  stub.setEvent(EVENT, Buffer.from(encode(events)));
  return result;
}

function onlyParameter(parameters: readonly string[]): string {
  const [argument, ...more] = parameters;
  const reason = 'a transaction takes one argument of canonical JSON';
  refuseUnless(argument !== undefined && more.length === 0, 'MALFORMED', {
    errors: [{ pointer: '', reason }],
  });
  return argument;
}

function callerOf(stub: ChaincodeStub): Caller {
  const { mspid, idBytes } = stub.getCreator();
  try {
    return callerFrom({ mspId: mspid, certificate: Buffer.from(idBytes).toString('utf8') }, timeOf(stub));
  } catch (error) {
    if (!(error instanceof CreatorError)) throw error;
    throw new Refusal('NOT_AUTHORISED', { reason: error.message });
  }
}

function timeOf(stub: ChaincodeStub): Instant {
  const { seconds, nanos } = stub.getTxTimestamp();
  return instantOfTimestamp(Number(seconds), nanos);
}

function openingsOf(stub: ChaincodeStub): ReadonlyMap<Digest, Opening> {
  const text = stub.getTransient().get('openings');
  return text === undefined ? new Map() : decodeOpenings(Buffer.from(text).toString('utf8'));
}
