import { fieldsOf, Message } from '../bytes/protobuf.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { varint } from './framing.js';

/** common.HeaderType, as far as ledgers hold them. */
export type Kind = 'ENDORSER_TRANSACTION' | 'CONFIG' | 'OTHER';

const KINDS: ReadonlyMap<bigint, Kind> = new Map([
  [1n, 'CONFIG'],
  [3n, 'ENDORSER_TRANSACTION'],
]);

/** common.Envelope and the parts of its common.Payload; slices of the envelope. */
export interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly data: Uint8Array;
}

const PAIR = { fields: [1, 2] };

/** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD */
export function readEnvelope(envelope: Uint8Array): Envelope {
  const outer = Message.read(envelope, PAIR);
  const payload = Message.read(outer.bytes(1), PAIR);
  const header = Message.read(payload.bytes(1), PAIR);
  return {
    payload: outer.bytes(1),
    signature: outer.bytes(2),
    channelHeader: header.bytes(1),
    signatureHeader: header.bytes(2),
    data: payload.bytes(2),
  };
}

/** The kind a channel header states. @throws Rejection MALFORMED, DUPLICATE_FIELD */
export function kindOfHeader(channelHeader: Uint8Array): Kind {
  return KINDS.get(Message.readKnown(channelHeader, { fields: [1] }).number(1)) ?? 'OTHER';
}

/** What an envelope holds, without reading the rest; `OTHER` also for bytes that are no envelope. */
export function kindOf(envelope: Uint8Array): Kind {
  try {
    const known = { fields: [1] };
    const payload = Message.readKnown(envelope, known).bytes(1);
    const header = Message.readKnown(payload, known).bytes(1);
    return kindOfHeader(Message.readKnown(header, known).bytes(1));
  } catch (error) {
    if (error instanceof Rejection) return 'OTHER';
    throw error;
  }
}

function isPrefix(start: Uint8Array, bytes: Uint8Array): boolean {
  return start.length <= bytes.length && start.every((byte, index) => bytes[index] === byte);
}

/** The head of a framed field at `at`; whether it stands there. */
function isFramed(envelope: Uint8Array, at: number, number: number, length: number): boolean {
  return isPrefix(Uint8Array.from([(number << 3) | 2, ...varint(length)]), envelope.subarray(at));
}

/**
 * The rule that keeps block data from being cut anew at other places with the same hash (fabric:protoutil/blockutils.go,
 * VerifyTransactionsAreWellFormed): payload and signature are there, and the envelope is just them, framed in order. Fabric lets unknown
 * fields follow; they are returned, so that whoever asks decides. @throws Rejection MALFORMED, NOT_WELL_FORMED
 */
export function unusualTail(envelope: Uint8Array): Uint8Array {
  const [payload, signature, ...rest] = fieldsOf(envelope);
  const isPair = payload?.number === 1 && signature?.number === 2;
  rejectUnless(isPair, 'NOT_WELL_FORMED', { what: 'an envelope without payload and signature in order' });
  const { value: signed } = payload;
  const { value: mark } = signature;
  const areBytes = typeof signed !== 'bigint' && typeof mark !== 'bigint' && signed.length * mark.length > 0;
  rejectUnless(areBytes, 'NOT_WELL_FORMED', { what: 'an envelope without payload or signature' });
  const second = 1 + varint(signed.length).length + signed.length;
  const isExact = isFramed(envelope, 0, 1, signed.length) && isFramed(envelope, second, 2, mark.length);
  rejectUnless(isExact, 'NOT_WELL_FORMED', { what: 'an envelope framed in another way' });
  rejectUnless(!rest.some(({ number }) => number <= 2), 'NOT_WELL_FORMED', {
    what: 'a second payload or signature',
  });
  return envelope.subarray(second + 1 + varint(mark.length).length + mark.length);
}
