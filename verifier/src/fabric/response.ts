import { Message } from '../bytes/protobuf.js';
import { readChaincodeId } from './proposal.js';
import { readReadWriteSet, type NamespaceSet } from './rwset.js';

/** What a chaincode did with a proposal (peer.ProposalResponsePayload): what endorsers sign. */
export interface EndorsedResponse {
  readonly proposalHash: Uint8Array;
  readonly response: { readonly status: number; readonly message: string; readonly payload: Uint8Array };
  readonly chaincodeId: { readonly name: string; readonly version: string };
  readonly namespaces: readonly NamespaceSet[];
  /** peer.ChaincodeEvent, the bytes; empty without one. */
  readonly events: Uint8Array;
}

function readStatus(bytes: Uint8Array): EndorsedResponse['response'] {
  const response = Message.read(bytes, { fields: [1, 2, 3] });
  return { status: Number(response.number(1)), message: response.text(2), payload: response.bytes(3) };
}

/** @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, NOT_WELL_FORMED */
export function readResponse(bytes: Uint8Array): EndorsedResponse {
  const payload = Message.read(bytes, { fields: [1, 2] });
  const action = Message.read(payload.bytes(2), { fields: [1, 2, 3, 4] });
  return {
    proposalHash: payload.bytes(1),
    response: readStatus(action.bytes(3)),
    chaincodeId: readChaincodeId(action.bytes(4)),
    namespaces: readReadWriteSet(action.bytes(1)),
    events: action.bytes(2),
  };
}
