import { instantOfTimestamp, type Instant } from '@tallystick/chaincode/model';
import { Message, shape, Unreadable } from './wire.js';

/** common.HeaderType, as far as a channel's blocks may hold them. */
const CONFIG = 1;
const ENDORSER_TRANSACTION = 3;

type EnvelopeKind = 'CONFIG' | 'ENDORSER_TRANSACTION' | 'OTHER';

/** What an envelope says of itself, before its transaction is read. */
export interface EnvelopeHeader {
  readonly kind: EnvelopeKind;
  readonly txId: string;
  readonly channel: string;
  /** Chaincode that the header names: it is the one that peers execute, and whose policy they apply. */
  readonly chaincode: string;
  /** Absent where the chaincode gets none, or one that it refuses. */
  readonly time?: Instant;
  /** common.SignatureHeader of whoever signed the envelope. */
  readonly signatureHeader: Uint8Array;
  /** peer.Transaction. */
  readonly data: Uint8Array;
}

const ENVELOPE = shape({ 1: 'bytes', 2: 'bytes' });
const PAYLOAD = shape({ 1: 'message', 2: 'bytes' });
const HEADER = shape({ 1: 'bytes', 2: 'bytes' });
const CHANNEL_HEADER = shape({
  1: 'number',
  2: 'number',
  3: 'message',
  4: 'string',
  5: 'string',
  6: 'number',
  7: 'bytes',
  8: 'bytes',
});
const EXTENSION = shape({ 2: 'message' });
const CHAINCODE_ID = shape({ 1: 'string', 2: 'string', 3: 'string' });
const TIMESTAMP = shape({ 1: 'number', 2: 'number' });
const SIGNATURE_HEADER = shape({ 1: 'bytes', 2: 'bytes' });
const IDENTITY = shape({ 1: 'string', 2: 'bytes' });

const KINDS: ReadonlyMap<number, EnvelopeKind> = new Map([
  [CONFIG, 'CONFIG'],
  [ENDORSER_TRANSACTION, 'ENDORSER_TRANSACTION'],
]);

/**
 * Headers of a common.Envelope (fabric:core/common/validation/msgvalidation.go for the order of reading).
 * @throws Unreadable
 */
export function readHeader(envelope: Uint8Array, lint: Set<string>): EnvelopeHeader {
  const payload = Message.read(Message.read(envelope, ENVELOPE, lint).bytes(1), PAYLOAD, lint);
  const header = Message.read(payload.list(1), HEADER, lint);
  const channel = Message.read(header.bytes(1), CHANNEL_HEADER, lint);
  const time = instantIn(channel.list(3), lint);
  return {
    kind: KINDS.get(channel.int32(1)) ?? 'OTHER',
    txId: channel.text(5),
    channel: channel.text(4),
    chaincode: chaincodeIn(channel.bytes(7), lint),
    ...(time !== undefined && { time }),
    signatureHeader: header.bytes(2),
    data: payload.bytes(2),
  };
}

function chaincodeIn(extension: Uint8Array, lint: Set<string>): string {
  return readChaincodeName(Message.read(extension, EXTENSION, lint).list(2), lint);
}

/** @param parts of a peer.ChaincodeID @throws Unreadable */
export const readChaincodeName = (parts: readonly Uint8Array[], lint: Set<string>): string =>
  Message.read(parts, CHAINCODE_ID, lint).text(2);

/**
 * Time as the chaincode reads it: its shim takes the last of several timestamps whole, where Fabric's parser would merge them. What the
 * chaincode refuses is no time: fractions of a second outside 0..999999999, years outside 1970 to 9999.
 */
function instantIn(timestamps: readonly Uint8Array[], lint: Set<string>): Instant | undefined {
  // Each of them is read: one that is broken breaks the header.
  const read = timestamps.map((each) => Message.read(each, TIMESTAMP, lint)).at(-1);
  if (!read) return undefined;
  const seconds = Number(BigInt.asIntN(64, read.number(1)));
  const nanos = read.int32(2);
  if (nanos < 0 || nanos > 999_999_999) return undefined;
  try {
    return instantOfTimestamp(seconds, nanos);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Who signed: msp.SerializedIdentity, as the chaincode is told of it. */
export interface Signer {
  readonly mspId: string;
  /** PEM where it is a certificate at all. */
  readonly certificate: string;
}

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as text, whatever they are: what is no UTF-8 becomes U+FFFD. */
export const anyText = (bytes: Uint8Array): string => lossy.decode(bytes);

/** The creator in a common.SignatureHeader. @throws Unreadable */
export function readSigner(signatureHeader: Uint8Array, lint: Set<string>): Signer {
  const creator = Message.read(signatureHeader, SIGNATURE_HEADER, lint).bytes(1);
  if (creator.length === 0) throw new Unreadable('no creator');
  const identity = Message.read(creator, IDENTITY, lint);
  return { mspId: identity.text(1), certificate: anyText(identity.bytes(2)) };
}
