import { common, peer } from '@hyperledger/fabric-protos';
import { messageOf } from './errors.js';
import { proposalHash } from './transaction.js';

/** A signed proposal, unpacked. Byte fields are the bytes that were signed. */
export interface Proposal {
  readonly signed: peer.SignedProposal;
  readonly header: common.Header;
  readonly type: number;
  readonly epoch: number;
  readonly channelId: string;
  readonly txId: string;
  /** Milliseconds since 1970; chosen by the client. */
  readonly timestamp: number;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly chaincode: string;
  readonly input: peer.ChaincodeInput;
  /** The proposal payload as it is recorded: without the transient map, which must never reach a block. */
  readonly recordedPayload: Uint8Array;
  /** Hash of the headers and of `recordedPayload`. */
  readonly hash: Uint8Array;
}

/** A proposal that cannot be read; the text is meant for its sender. */
export class MalformedProposal extends Error {}

function chaincodeName(extension: Uint8Array): string {
  const id = peer.ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId();
  if (!id) throw new Error('ChaincodeHeaderExtension.ChaincodeId is nil');
  const name = id.getName();
  if (name === '') throw new Error('ChaincodeHeaderExtension.ChaincodeId.Name is empty');
  return name;
}

function chaincodeInput(input: Uint8Array): peer.ChaincodeInput {
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(input).getChaincodeSpec();
  if (!spec) throw new Error('chaincode invocation spec did not contain chaincode spec');
  const found = spec.getInput();
  if (!found) throw new Error('chaincode input did not contain any input');
  return found;
}

function withoutTransient(payload: peer.ChaincodeProposalPayload): Uint8Array {
  const recorded = new peer.ChaincodeProposalPayload();
  recorded.setInput(payload.getInput_asU8());
  return recorded.serializeBinary();
}

function timestampOf(channel: common.ChannelHeader): number {
  const at = channel.getTimestamp();
  return at ? at.getSeconds() * 1000 + at.getNanos() / 1e6 : 0;
}

function unpack(signed: peer.SignedProposal): Proposal {
  const proposal = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const channel = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signature = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const recordedPayload = withoutTransient(payload);
  return {
    signed,
    header,
    type: channel.getType(),
    epoch: channel.getEpoch(),
    channelId: channel.getChannelId(),
    txId: channel.getTxId(),
    timestamp: timestampOf(channel),
    creator: signature.getCreator_asU8(),
    nonce: signature.getNonce_asU8(),
    chaincode: chaincodeName(channel.getExtension_asU8()),
    input: chaincodeInput(payload.getInput_asU8()),
    recordedPayload,
    hash: proposalHash(header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), recordedPayload),
  };
}

/**
 * Unpacks a signed proposal (core/endorser/msgvalidation.go, UnpackProposal). Checks its form, not its right.
 * @throws MalformedProposal
 */
export function openProposal(signed: peer.SignedProposal | undefined): Proposal {
  if (!signed || signed.getProposalBytes().length === 0)
    throw new MalformedProposal('the proposed transaction must contain a signed proposal');
  try {
    return unpack(signed);
  } catch (cause) {
    throw new MalformedProposal(messageOf(cause));
  }
}
