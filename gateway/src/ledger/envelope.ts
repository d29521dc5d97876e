import { common } from '@hyperledger/fabric-protos';
import {
  openActions,
  openChaincodeAction,
  openChannelHeader,
  openEndorsedAction,
  openEnvelope,
  openIdentity,
  openPayload,
  openResponse,
  openSignatureHeader,
  type ChannelHeader,
  type Envelope,
  type EnvelopePayload,
} from '@tallystick/network/wire';
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
  readonly envelope: Envelope;
  readonly payload: EnvelopePayload;
  readonly channel: ChannelHeader;
}

function parse(bytes: Uint8Array): Parsed {
  const envelope = openEnvelope(bytes);
  const payload = openPayload(envelope.payload);
  return { envelope, payload, channel: openChannelHeader(payload.channelHeader) };
}

function creatorIn({ envelope, payload }: Parsed, creatorOf: CreatorParser): LedgerCreator {
  const creator = creatorOf(openSignatureHeader(payload.signatureHeader).creator);
  const signed = creator.isSigned(envelope.payload, envelope.signature);
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
  const txId = parsed.channel.txId;
  if (parsed.channel.type !== CALL) return { txId };
  const creator = unlessMalformed(() => creatorIn(parsed, creatorOf));
  return { txId, ...(creator && { creator }) };
}

/** Who says that they submitted a transaction; `undefined` where that cannot be read. */
export function submitterOf(bytes: Uint8Array): Pick<LedgerCreator, 'mspId' | 'certificate'> | undefined {
  return unlessMalformed(() => {
    const { creator } = openSignatureHeader(parse(bytes).payload.signatureHeader);
    const { mspId, certificate } = openIdentity(creator);
    return { mspId, certificate: Buffer.from(certificate).toString('utf8') };
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the contract returned in an endorser transaction; empty when it returned nothing, or nothing that is text. Never throws. */
export const resultIn = (bytes: Uint8Array): string =>
  unlessMalformed(() => utf8.decode(returnedBy(parse(bytes).payload.data))) ?? '';

function returnedBy(data: Uint8Array): Uint8Array {
  const [action] = openActions(data);
  const { response = NO_BYTES } = openEndorsedAction(action?.payload ?? NO_BYTES);
  return openChaincodeAction(openResponse(response).extension).payload;
}
