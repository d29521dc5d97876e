import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { decode } from './decode.js';
import { openChannelHeader, openSignatureHeader } from './envelope.js';

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
export class MalformedProposal extends Error {
  override readonly name = 'MalformedProposal';
  readonly code = 'MALFORMED_PROPOSAL';
}

/** A transaction id is the hex SHA-256 of nonce and creator (protoutil/proputils.go, ComputeTxID). */
export function transactionId(nonce: Uint8Array, creator: Uint8Array): string {
  return createHash('sha256').update(nonce).update(creator).digest('hex');
}

/** What endorsers signed: the hash of headers and of the proposal payload without its transient part. */
export function proposalHash(
  channelHeader: Uint8Array,
  signatureHeader: Uint8Array,
  payload: Uint8Array,
): Buffer {
  return createHash('sha256').update(channelHeader).update(signatureHeader).update(payload).digest();
}

/** The chaincode that a header extension names. */
export const chaincodeIn = (extension: Uint8Array): string | undefined =>
  decode(peer.ChaincodeHeaderExtension, extension).getChaincodeId()?.getName();

/** Why the extension names no chaincode, in Fabric's words. A Gateway does not look at it; an endorser refuses for it. */
function extensionProblem(extension: Uint8Array): string | undefined {
  try {
    const name = chaincodeIn(extension);
    if (name === undefined) return 'ChaincodeHeaderExtension.ChaincodeId is nil';
    return name === '' ? 'ChaincodeHeaderExtension.ChaincodeId.Name is empty' : undefined;
  } catch {
    return 'error unmarshalling ChaincodeHeaderExtension: proto: cannot parse invalid wire-format data';
  }
}

function chaincodeSpec(input: Uint8Array): peer.ChaincodeSpec {
  const spec = decode(peer.ChaincodeInvocationSpec, input).getChaincodeSpec();
  if (!spec) throw new MalformedProposal('chaincode invocation spec did not contain chaincode spec');
  return spec;
}

function chaincodeInput(spec: peer.ChaincodeSpec): peer.ChaincodeInput {
  const found = spec.getInput();
  if (!found) throw new MalformedProposal('chaincode input did not contain any input');
  return found;
}

function withoutTransient(payload: peer.ChaincodeProposalPayload): Uint8Array {
  const recorded = new peer.ChaincodeProposalPayload();
  recorded.setInput(payload.getInput_asU8());
  return recorded.serializeBinary();
}

function unpack(signed: peer.SignedProposal): Proposal {
  const proposal = decode(peer.Proposal, signed.getProposalBytes_asU8());
  const header = decode(common.Header, proposal.getHeader_asU8());
  const { extension, timestamp, ...channel } = openChannelHeader(header.getChannelHeader_asU8());
  const signature = openSignatureHeader(header.getSignatureHeader_asU8());
  const payload = decode(peer.ChaincodeProposalPayload, proposal.getPayload_asU8());
  const recordedPayload = withoutTransient(payload);
  const spec = chaincodeSpec(payload.getInput_asU8());
  const problem = extensionProblem(extension);
  return {
    signed,
    header,
    ...channel,
    timestamp: timestamp ?? 0,
    ...signature,
    problem,
    chaincode: problem === undefined ? (chaincodeIn(extension) ?? '') : '',
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
    throw new MalformedProposal(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
