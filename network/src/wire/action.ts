import { peer } from '@hyperledger/fabric-protos';
import { decode } from './decode.js';

const NO_BYTES = new Uint8Array();

/** One action of an endorser transaction. Byte fields are the bytes that were hashed and signed. */
export interface Action {
  /** The signature header of the proposal. */
  readonly header: Uint8Array;
  /** A ChaincodeActionPayload. */
  readonly payload: Uint8Array;
}

/** What was proposed, what came of it, and who says so. */
export interface EndorsedAction {
  /** The proposal payload as it is recorded: without the transient map. */
  readonly proposalPayload: Uint8Array;
  /** A ProposalResponsePayload, which each endorser signed with its identity; `undefined` where nobody did. */
  readonly response: Uint8Array | undefined;
  readonly endorsements: readonly Endorsement[];
}

export interface Endorsement {
  /** A SerializedIdentity. */
  readonly identity: Uint8Array;
  readonly signature: Uint8Array;
}

/** A result, and the proposal that it is the result of. */
export interface ProposalResponse {
  readonly proposalHash: Uint8Array;
  /** A ChaincodeAction. */
  readonly extension: Uint8Array;
}

/** What a chaincode did. */
export interface ChaincodeAction {
  /** A TxReadWriteSet. */
  readonly results: Uint8Array;
  /** A ChaincodeEvent; empty where there is none. */
  readonly event: Uint8Array;
  /** What it returned. */
  readonly payload: Uint8Array;
  readonly chaincode: { readonly name: string; readonly version: string } | undefined;
}

/** Reads the data of an endorser transaction. @throws MalformedMessage or another error; so do all of these */
export const openActions = (data: Uint8Array): readonly Action[] =>
  decode(peer.Transaction, data)
    .getActionsList()
    .map((action) => ({ header: action.getHeader_asU8(), payload: action.getPayload_asU8() }));

export function openEndorsedAction(payload: Uint8Array): EndorsedAction {
  const opened = decode(peer.ChaincodeActionPayload, payload);
  const endorsed = opened.getAction();
  return {
    proposalPayload: opened.getChaincodeProposalPayload_asU8(),
    response: endorsed?.getProposalResponsePayload_asU8(),
    endorsements: (endorsed?.getEndorsementsList() ?? []).map((each) => ({
      identity: each.getEndorser_asU8(),
      signature: each.getSignature_asU8(),
    })),
  };
}

export function openResponse(response: Uint8Array): ProposalResponse {
  const opened = decode(peer.ProposalResponsePayload, response);
  return { proposalHash: opened.getProposalHash_asU8(), extension: opened.getExtension_asU8() };
}

export function openChaincodeAction(extension: Uint8Array): ChaincodeAction {
  const action = decode(peer.ChaincodeAction, extension);
  const id = action.getChaincodeId();
  return {
    results: action.getResults_asU8(),
    event: action.getEvents_asU8(),
    payload: action.getResponse()?.getPayload_asU8() ?? NO_BYTES,
    chaincode: id && { name: id.getName(), version: id.getVersion() },
  };
}
