import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { instantOfTimestamp } from '@tallystick/chaincode/model';
import type { Creator } from './creator.js';
import type { LedgerCall, LedgerWrite } from './port.js';

/** What one entry of a block's data holds. */
export interface DecodedEnvelope {
  readonly txId: string;
  readonly call?: LedgerCall;
}

export interface EnvelopeContext {
  /** Name of our chaincode: the only namespace whose writes are read. */
  readonly chaincode: string;
  readonly creatorOf: (bytes: Uint8Array) => Creator;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOrEmpty(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '';
  }
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`The transaction has no ${what}`);
  return value;
}

// Fabric deletes a key when an empty value is put (fabric:core/ledger/.../rwsetutil, IsDelete).
function toWrite(write: ledger.rwset.kvrwset.KVWrite): LedgerWrite {
  const value = write.getValue_asU8();
  const isDelete = write.getIsDelete() || value.length === 0;
  return { key: write.getKey(), value: isDelete ? null : utf8.decode(value) };
}

function writesOf(results: Uint8Array, namespace: string): LedgerWrite[] {
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList();
  return sets
    .filter((set) => set.getNamespace() === namespace)
    .flatMap((set) => ledger.rwset.kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8()).getWritesList())
    .map(toWrite);
}

interface Invocation {
  readonly transaction: string;
  readonly argument: string;
}

function specOf(proposalPayload: Uint8Array): peer.ChaincodeSpec {
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposalPayload);
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  return required(spec, 'chaincode spec');
}

// The chaincode's name is part of what is told: another chaincode may have functions named like our transactions.
function invocationOf(proposalPayload: Uint8Array, ours: string): Invocation {
  const spec = specOf(proposalPayload);
  const name = required(spec.getChaincodeId(), 'chaincode').getName();
  const [called, ...args] = required(spec.getInput(), 'input').getArgsList_asU8().map(textOrEmpty);
  return {
    transaction: name === ours ? (called ?? '') : `${name}/${called ?? ''}`,
    argument: (args.length === 1 ? args[0] : undefined) ?? '',
  };
}

type Outcome = Invocation & Pick<LedgerCall, 'result' | 'writes'>;

function outcomeOf(data: Uint8Array, chaincode: string): Outcome {
  const [action] = peer.Transaction.deserializeBinary(data).getActionsList();
  const payload = peer.ChaincodeActionPayload.deserializeBinary(required(action, 'action').getPayload_asU8());
  const response = required(payload.getAction(), 'endorsed action').getProposalResponsePayload_asU8();
  const extension = peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8();
  const chaincodeAction = peer.ChaincodeAction.deserializeBinary(extension);
  return {
    ...invocationOf(payload.getChaincodeProposalPayload_asU8(), chaincode),
    result: textOrEmpty(chaincodeAction.getResponse()?.getPayload_asU8() ?? new Uint8Array()),
    writes: writesOf(chaincodeAction.getResults_asU8(), chaincode),
  };
}

function timeOf(header: common.ChannelHeader): string {
  const timestamp = required(header.getTimestamp(), 'timestamp');
  return instantOfTimestamp(timestamp.getSeconds(), timestamp.getNanos());
}

interface Parsed {
  readonly envelope: common.Envelope;
  readonly payload: common.Payload;
  readonly channel: common.ChannelHeader;
}

function parse(bytes: Uint8Array): Parsed {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = required(payload.getHeader(), 'header');
  return {
    envelope,
    payload,
    channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
  };
}

function callOf({ envelope, payload, channel }: Parsed, context: EnvelopeContext): LedgerCall {
  const signatureHeader = required(payload.getHeader(), 'header').getSignatureHeader_asU8();
  const creator = context.creatorOf(
    common.SignatureHeader.deserializeBinary(signatureHeader).getCreator_asU8(),
  );
  return {
    mspId: creator.mspId,
    certificate: creator.certificate,
    signed: creator.isSigned(envelope.getPayload_asU8(), envelope.getSignature_asU8()),
    time: timeOf(channel),
    ...outcomeOf(payload.getData_asU8(), context.chaincode),
  };
}

/** Decodes an endorser transaction, or the id of any other one. Throws on bytes that do not parse. */
export function decodeEnvelope(bytes: Uint8Array, context: EnvelopeContext): DecodedEnvelope {
  const parsed = parse(bytes);
  const txId = parsed.channel.getTxId();
  const isCall = parsed.channel.getType() === (common.HeaderType.ENDORSER_TRANSACTION as number);
  return isCall ? { txId, call: callOf(parsed, context) } : { txId };
}

/**
 * The same for a transaction that the peer marked invalid: whoever may reach an orderer can put any bytes into a block,
 * so nothing here may stop a follower.
 */
export function decodeInvalidEnvelope(bytes: Uint8Array, context: EnvelopeContext): DecodedEnvelope {
  try {
    return decodeEnvelope(bytes, context);
  } catch {
    try {
      return { txId: parse(bytes).channel.getTxId() };
    } catch {
      return { txId: '' };
    }
  }
}
