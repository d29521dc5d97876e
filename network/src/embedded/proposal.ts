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
  /** Why no endorser takes it though it can be read. */
  readonly problem: string | undefined;
  /** What the header says is called: the chaincode that runs. Empty with a `problem`. */
  readonly chaincode: string;
  /** What the invocation says is called: whose endorsers a Gateway looks for. */
  readonly invoked: string;
  readonly input: peer.ChaincodeInput;
  /** The proposal payload as it is recorded: without the transient map, which must never reach a block. */
  readonly recordedPayload: Uint8Array;
  /** Hash of the headers and of `recordedPayload`. */
  readonly hash: Uint8Array;
}

/** A proposal that cannot be read; the text is meant for its sender. */
export class MalformedProposal extends Error {}

/** Why the extension names no chaincode, in Fabric's words. A Gateway does not look at it; an endorser refuses for it. */
function extensionProblem(extension: Uint8Array): string | undefined {
  try {
    const id = peer.ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId();
    if (!id) return 'ChaincodeHeaderExtension.ChaincodeId is nil';
    return id.getName() === '' ? 'ChaincodeHeaderExtension.ChaincodeId.Name is empty' : undefined;
  } catch {
    return 'error unmarshalling ChaincodeHeaderExtension: proto: cannot parse invalid wire-format data';
  }
}

function chaincodeName(extension: Uint8Array): string {
  return peer.ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId()?.getName() ?? '';
}

function chaincodeSpec(input: Uint8Array): peer.ChaincodeSpec {
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(input).getChaincodeSpec();
  if (!spec) throw new Error('chaincode invocation spec did not contain chaincode spec');
  return spec;
}

function chaincodeInput(spec: peer.ChaincodeSpec): peer.ChaincodeInput {
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
  const spec = chaincodeSpec(payload.getInput_asU8());
  const problem = extensionProblem(channel.getExtension_asU8());
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
    problem,
    chaincode: problem === undefined ? chaincodeName(channel.getExtension_asU8()) : '',
    invoked: spec.getChaincodeId()?.getName() ?? '',
    input: chaincodeInput(spec),
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
