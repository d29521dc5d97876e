import protobuf from 'google-protobuf';
import { Refusal, refuseUnless } from '../model/index.js';

/** Wire types of protobuf (encoding, "Message structure"). */
const VARINT = 0;
const DELIMITED = 2;
type Value = number | Uint8Array;

/** Fields by their number, and how each is written. */
type Form = ReadonlyMap<number, typeof VARINT | typeof DELIMITED>;

const delimited = (...numbers: readonly number[]): Form => new Map(numbers.map((each) => [each, DELIMITED]));

/** fabric-protos:common/common.proto, Header: channel_header, signature_header. */
const HEADER = delimited(1, 2);
/** ChannelHeader: type, version, timestamp, channel_id, tx_id, epoch, extension, tls_cert_hash. */
const CHANNEL_HEADER: Form = new Map([...delimited(3, 4, 5, 7, 8), [1, VARINT], [2, VARINT], [6, VARINT]]);
/** SignatureHeader: creator, nonce. */
const SIGNATURE_HEADER = delimited(1, 2);
/** msp/identities.proto, SerializedIdentity: mspid, id_bytes. */
const IDENTITY = delimited(1, 2);
/** google.protobuf.Timestamp: seconds, nanos. */
const TIMESTAMP: Form = new Map([
  [1, VARINT],
  [2, VARINT],
]);
/** peer/proposal.proto, ChaincodeHeaderExtension: chaincode_id. */
const EXTENSION = delimited(2);
/** peer/chaincode.proto, ChaincodeID: path, name, version. */
const CHAINCODE_ID = delimited(1, 2, 3);

/** What the submitter signed of a call, as every reader takes it. */
export interface SignedHeader {
  /** The chaincode that the proposal names. */
  readonly chaincode: string;
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * Reads the header of a proposal. Fabric merges a message that is given twice, and the shim takes the last one alone: two times from
 * the same bytes. A field given twice is therefore refused, and so is one in another form. So is a creator with anything beside its two
 * fields: it could end with another identity, and a transaction id is the hash of nonce and creator, wherever the one ends and the other
 * begins. The envelope would then be somebody else's than the one that is executed for. Refuses with PROPOSAL_AMBIGUOUS.
 */
export function readSignedHeader(header: Uint8Array): SignedHeader {
  const parts = fieldsOf(header, HEADER);
  fieldsOf(nested(fieldsOf(nested(parts, 2), SIGNATURE_HEADER), 1), IDENTITY, true);
  const channelHeader = fieldsOf(nested(parts, 1), CHANNEL_HEADER);
  const timestamp = fieldsOf(nested(channelHeader, 3), TIMESTAMP);
  const id = fieldsOf(nested(fieldsOf(nested(channelHeader, 7), EXTENSION), 2), CHAINCODE_ID);
  return {
    chaincode: Buffer.from(nested(id, 2)).toString('utf8'),
    seconds: numeric(timestamp, 1),
    nanos: numeric(timestamp, 2),
  };
}

/** @param isWhole whether fields that the form does not name are refused, too */
function fieldsOf(bytes: Uint8Array, form: Form, isWhole = false): ReadonlyMap<number, Value> {
  const fields = new Map<number, Value>();
  try {
    const reader = new protobuf.BinaryReader(bytes);
    while (reader.nextField()) readField(reader, form, fields, isWhole);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('PROPOSAL_AMBIGUOUS', { reason: 'bytes that are no message' });
  }
  return fields;
}

function readField(
  reader: protobuf.BinaryReader,
  form: Form,
  fields: Map<number, Value>,
  isWhole: boolean,
): void {
  const field = reader.getFieldNumber();
  const type = form.get(field);
  refuseUnless(type !== undefined || !isWhole, 'PROPOSAL_AMBIGUOUS', { field, reason: 'not of an identity' });
  if (type === undefined) {
    reader.skipField();
    return;
  }
  const isOnce = !fields.has(field) && (reader.getWireType() as number) === type;
  refuseUnless(isOnce, 'PROPOSAL_AMBIGUOUS', { field, reason: 'given twice, or in another form' });
  fields.set(field, type === VARINT ? reader.readInt64() : reader.readBytes());
}

/** An absent message is an empty one, and absent text empty too. */
function nested(fields: ReadonlyMap<number, Value>, field: number): Uint8Array {
  const value = fields.get(field) ?? new Uint8Array();
  if (typeof value === 'number') throw new Error(`field ${field} is a number`);
  return value;
}

function numeric(fields: ReadonlyMap<number, Value>, field: number): number {
  const value = fields.get(field) ?? 0;
  if (typeof value !== 'number') throw new Error(`field ${field} is no number`);
  return value;
}
