import { common, peer } from '@hyperledger/fabric-protos';
import type { Signer } from './signer.js';

/** The parts of a proposal that its results and the transaction made of them carry. */
export interface Proposed {
  readonly header: common.Header;
  readonly txId: string;
  readonly chaincode: string;
  /** The proposal payload without the transient map. */
  readonly recordedPayload: Uint8Array;
  readonly hash: Uint8Array;
}

/** What executing a proposal gave. */
export interface Executed {
  readonly response: peer.Response;
  readonly event: peer.ChaincodeEvent | undefined;
  /** Read-write set; empty for system chaincode. */
  readonly results: Uint8Array;
  /** Version of the chaincode that ran. */
  readonly version: string;
}

function eventBytes(event: peer.ChaincodeEvent | undefined, proposal: Proposed): Uint8Array {
  if (!event) return new Uint8Array();
  event.setChaincodeId(proposal.chaincode);
  event.setTxId(proposal.txId);
  return event.serializeBinary();
}

/** The ProposalResponsePayload: what every endorser signs. */
export function responsePayload(proposal: Proposed, executed: Executed): Uint8Array {
  const id = new peer.ChaincodeID();
  id.setName(proposal.chaincode);
  id.setVersion(executed.version);
  const action = new peer.ChaincodeAction();
  action.setResults(executed.results);
  action.setEvents(eventBytes(executed.event, proposal));
  action.setResponse(executed.response);
  action.setChaincodeId(id);
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(proposal.hash);
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

/** One organisation's endorsement of a result: its peer signs the payload and its own identity. */
export function endorse(payload: Uint8Array, signer: Signer): peer.Endorsement {
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(signer.identity);
  endorsement.setSignature(signer.sign(Buffer.concat([payload, signer.identity])));
  return endorsement;
}

/** The envelope that the client has to sign (internal/pkg/gateway/endorse.go, prepareTransaction). */
export function prepareTransaction(
  proposal: Proposed,
  payload: Uint8Array,
  endorsements: peer.Endorsement[],
): common.Envelope {
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(payload);
  endorsed.setEndorsementsList(endorsements);
  const actionPayload = new peer.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(proposal.recordedPayload);
  actionPayload.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setHeader(proposal.header.getSignatureHeader_asU8());
  action.setPayload(actionPayload.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.addActions(action);
  const whole = new common.Payload();
  whole.setHeader(proposal.header);
  whole.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(whole.serializeBinary());
  return envelope;
}
