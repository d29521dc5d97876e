import { concatBytes } from '@noble/hashes/utils.js';
import { instantOfTimestamp, sha256Hex as hexOf, type Instant } from '@tallystick/chaincode/model';
import { Message, textOf } from '../bytes/protobuf.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { kindOfHeader } from './envelope.js';

/** The three byte strings that a proposal hash covers. */
export interface ProposalParts {
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  /** peer.ChaincodeProposalPayload without its transient field. */
  readonly proposal: Uint8Array;
}

/** What somebody asked a chaincode to do. */
export interface Proposal extends ProposalParts {
  readonly txId: string;
  readonly channel: string;
  /** By the clock of whoever proposed, cut to milliseconds. */
  readonly time: Instant;
  /** msp.SerializedIdentity, the bytes. */
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly submitter: SerializedIdentity;
  readonly chaincode: string;
  /** The first is the function's name. */
  readonly args: readonly Uint8Array[];
}

/** msp.SerializedIdentity read. */
export interface SerializedIdentity {
  readonly mspId: string;
  /** PEM text as it stands there. */
  readonly certificate: string;
}

/** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD */
export function readSerializedIdentity(bytes: Uint8Array): SerializedIdentity {
  const identity = Message.read(bytes, { fields: [1, 2] });
  return { mspId: identity.text(1), certificate: identity.text(2) };
}

/** MSP id of a signer as it says; empty where it cannot be read. */
export function mspIdIn(signer: Uint8Array): string {
  try {
    return readSerializedIdentity(signer).mspId;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return '';
  }
}

/** Seconds and nanoseconds of a google.protobuf.Timestamp as an instant. @throws Rejection MALFORMED */
function instantIn(timestamp: Uint8Array): Instant {
  const read = Message.read(timestamp, { fields: [1, 2] });
  const nanos = Number(read.number(2));
  try {
    rejectUnless(nanos < 1e9, 'MALFORMED', { what: 'a timestamp' });
    return instantOfTimestamp(Number(read.number(1)), nanos);
  } catch (error) {
    if (error instanceof RangeError)
      throw new Rejection('MALFORMED', { what: 'a timestamp' }, { cause: error });
    throw error;
  }
}

/** The name in a peer.ChaincodeID. */
export function readChaincodeId(bytes: Uint8Array): { readonly name: string; readonly version: string } {
  const id = Message.read(bytes, { fields: [1, 2, 3] });
  return { name: id.text(2), version: id.text(3) };
}

function readChannelHeader(bytes: Uint8Array): Pick<Proposal, 'txId' | 'channel' | 'time' | 'chaincode'> {
  rejectUnless(kindOfHeader(bytes) === 'ENDORSER_TRANSACTION', 'NOT_WELL_FORMED', {
    what: 'no endorser transaction',
  });
  const header = Message.read(bytes, { fields: [1, 2, 3, 4, 5, 6, 7, 8] });
  rejectUnless(header.number(6) === 0n, 'NOT_WELL_FORMED', { what: 'an epoch' });
  const extension = Message.read(header.bytes(7), { fields: [2] });
  return {
    txId: header.text(5),
    channel: header.text(4),
    time: instantIn(header.bytes(3)),
    chaincode: readChaincodeId(extension.bytes(2)).name,
  };
}

function readSignatureHeader(bytes: Uint8Array): Pick<Proposal, 'creator' | 'nonce' | 'submitter'> {
  const header = Message.read(bytes, { fields: [1, 2] });
  const creator = header.bytes(1);
  const nonce = header.bytes(2);
  rejectUnless(nonce.length > 0, 'NOT_WELL_FORMED', { what: 'no nonce' });
  return { creator, nonce, submitter: readSerializedIdentity(creator) };
}

/** peer.ChaincodeInvocationSpec, down to what is called. */
function readInvocation(proposal: Uint8Array): {
  readonly chaincode: string;
  readonly args: readonly Uint8Array[];
} {
  const payload = Message.read(proposal, { fields: [1] });
  const spec = Message.read(Message.read(payload.bytes(1), { fields: [1] }).bytes(1), {
    fields: [1, 2, 3, 4],
  });
  const input = Message.read(spec.bytes(3), { fields: [3], repeated: [1] });
  return { chaincode: readChaincodeId(spec.bytes(2)).name, args: input.repeated(1) };
}

/**
 * Reads a proposal. A transient field is refused: it never belongs in a record, and the proposal hash leaves it out.
 * @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, NOT_WELL_FORMED, WRONG_CHAINCODE (header and call name two chaincodes)
 */
export function readProposal(parts: ProposalParts): Proposal {
  const header = readChannelHeader(parts.channelHeader);
  const { chaincode, args } = readInvocation(parts.proposal);
  rejectUnless(chaincode === header.chaincode && chaincode !== '', 'WRONG_CHAINCODE', {
    header: header.chaincode,
    called: chaincode,
  });
  const { channelHeader, signatureHeader, proposal } = parts;
  return {
    channelHeader,
    signatureHeader,
    proposal,
    ...header,
    ...readSignatureHeader(signatureHeader),
    args,
  };
}

/** The name of the function that is called; empty when there are no arguments. @throws Rejection MALFORMED */
export function functionOf({ args: [name] }: Pick<Proposal, 'args'>): string {
  return name === undefined ? '' : textOf(name);
}

/** Hex SHA-256 over the parts, one after the other. */
export const sha256Hex = (...parts: readonly Uint8Array[]): string => hexOf(concatBytes(...parts));

/**
 * A transaction id is the hash of nonce and creator (fabric:protoutil/proputils.go, ComputeTxID).
 * @throws Rejection TRANSACTION_ID_DIFFERS
 */
export function checkTransactionId({
  txId,
  nonce,
  creator,
}: Pick<Proposal, 'txId' | 'nonce' | 'creator'>): void {
  rejectUnless(txId === sha256Hex(nonce, creator), 'TRANSACTION_ID_DIFFERS', { txId });
}
