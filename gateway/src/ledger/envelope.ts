import { common, msp, peer } from '@hyperledger/fabric-protos';
import type { Creator } from './creator.js';
import type { LedgerCreator } from './port.js';

/** What the headers of an entry of a block's data say. */
export interface EnvelopeHeaders {
  readonly txId: string;
  readonly creator?: LedgerCreator;
}

type CreatorParser = (bytes: Uint8Array) => Creator;

const NOTHING: EnvelopeHeaders = { txId: '' };
const NO_BYTES = new Uint8Array();
const CALL: number = common.HeaderType.ENDORSER_TRANSACTION;

interface Parsed {
  readonly envelope: common.Envelope;
  readonly payload: common.Payload;
  readonly channel: common.ChannelHeader;
}

function parse(bytes: Uint8Array): Parsed {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const channel = payload.getHeader()?.getChannelHeader_asU8() ?? NO_BYTES;
  return { envelope, payload, channel: common.ChannelHeader.deserializeBinary(channel) };
}

function creatorIn({ envelope, payload }: Parsed, creatorOf: CreatorParser): LedgerCreator {
  const signatureHeader = payload.getHeader()?.getSignatureHeader_asU8() ?? NO_BYTES;
  const creator = creatorOf(common.SignatureHeader.deserializeBinary(signatureHeader).getCreator_asU8());
  const signed = creator.isSigned(envelope.getPayload_asU8(), envelope.getSignature_asU8());
  return { mspId: creator.mspId, certificate: creator.certificate, signed };
}

/** `undefined` for bytes that mean nothing. */
function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Id and creator of a transaction. Never throws: whoever may reach an orderer can put any bytes into a block, and a majority can have
 * them flagged as valid, so nothing here may stop a follower.
 */
export function headersOf(bytes: Uint8Array, creatorOf: CreatorParser): EnvelopeHeaders {
  const parsed = unlessMalformed(() => parse(bytes));
  if (parsed === undefined) return NOTHING;
  const txId = parsed.channel.getTxId();
  if (parsed.channel.getType() !== CALL) return { txId };
  const creator = unlessMalformed(() => creatorIn(parsed, creatorOf));
  return { txId, ...(creator && { creator }) };
}

/** Who says that they submitted a transaction; `undefined` where that cannot be read. */
export function submitterOf(bytes: Uint8Array): Pick<LedgerCreator, 'mspId' | 'certificate'> | undefined {
  return unlessMalformed(() => {
    const header = parse(bytes).payload.getHeader()?.getSignatureHeader_asU8() ?? NO_BYTES;
    const creator = common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
    const identity = msp.SerializedIdentity.deserializeBinary(creator);
    const certificate = Buffer.from(identity.getIdBytes_asU8()).toString('utf8');
    return { mspId: identity.getMspid(), certificate };
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the contract returned in an endorser transaction; empty when it returned nothing, or nothing that is text. Never throws. */
export const resultIn = (bytes: Uint8Array): string =>
  unlessMalformed(() => utf8.decode(returnedBy(parse(bytes).payload.getData_asU8()))) ?? '';

function returnedBy(data: Uint8Array): Uint8Array {
  const [action] = peer.Transaction.deserializeBinary(data).getActionsList();
  const made = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? NO_BYTES);
  const response = made.getAction()?.getProposalResponsePayload_asU8() ?? NO_BYTES;
  const extension = peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8();
  return peer.ChaincodeAction.deserializeBinary(extension).getResponse()?.getPayload_asU8() ?? NO_BYTES;
}
