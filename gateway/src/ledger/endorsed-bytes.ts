import { common, gateway, peer } from '@hyperledger/fabric-protos';

/** Parts of an endorsed answer, each as it was signed or hashed. */
export interface EndorsedBytes {
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  /** peer.ChaincodeProposalPayload, without the transient field. */
  readonly proposal: Uint8Array;
  /** peer.ProposalResponsePayload, which all signed. */
  readonly response: Uint8Array;
  readonly endorsements: readonly { readonly endorser: Uint8Array; readonly signature: Uint8Array }[];
}

/**
 * Takes a prepared transaction apart (`gateway.PreparedTransaction`, as Endorse returns it). Every part is a bytes field, so none is
 * encoded anew. Throws RangeError when one is missing.
 */
export function endorsedOf(prepared: Uint8Array): EndorsedBytes {
  const envelope = gateway.PreparedTransaction.deserializeBinary(prepared).getEnvelope();
  return partsOf(common.Payload.deserializeBinary(required(envelope).getPayload_asU8()));
}

function partsOf(payload: common.Payload): EndorsedBytes {
  const header = required(payload.getHeader());
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const made = peer.ChaincodeActionPayload.deserializeBinary(required(action).getPayload_asU8());
  const endorsed = required(made.getAction());
  return {
    channelHeader: header.getChannelHeader_asU8(),
    signatureHeader: header.getSignatureHeader_asU8(),
    proposal: made.getChaincodeProposalPayload_asU8(),
    response: endorsed.getProposalResponsePayload_asU8(),
    endorsements: endorsed.getEndorsementsList().map((each) => ({
      endorser: each.getEndorser_asU8(),
      signature: each.getSignature_asU8(),
    })),
  };
}

function required<T>(part: T | undefined): T {
  if (part === undefined) throw new RangeError('A part of the endorsed answer is missing');
  return part;
}

/** What the chaincode answered: the payload of its response. */
export function answeredBy({ response }: Pick<EndorsedBytes, 'response'>): Uint8Array {
  const extension = peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8();
  return (
    peer.ChaincodeAction.deserializeBinary(extension).getResponse()?.getPayload_asU8() ?? new Uint8Array()
  );
}
