import { Metadata, status, type Client, type ServiceError } from '@grpc/grpc-js';
import { GatewayError, type Gateway, type Proposal } from '@hyperledger/fabric-gateway';
import { gateway as gatewayProtos, peer } from '@hyperledger/fabric-protos';
import { decode } from '@tallystick/network/wire';
import type { EnrolledIdentity } from '../identities/index.js';

const PROCESS_PROPOSAL = '/protos.Endorser/ProcessProposal';
const PEER_FAILED = 500;
const UNIMPLEMENTED: number = status.UNIMPLEMENTED;

function signed(proposal: Proposal, gateway: Gateway, identity: EnrolledIdentity): peer.SignedProposal {
  const whole = gateway.newSignedProposal(proposal.getBytes(), identity.sign(proposal.getDigest()));
  const proposed = decode(gatewayProtos.ProposedTransaction, whole.getBytes());
  return proposed.getProposal() ?? new peer.SignedProposal();
}

function processed(
  client: Client,
  proposal: peer.SignedProposal,
  deadline: number,
): Promise<peer.ProposalResponse> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      PROCESS_PROPOSAL,
      (message: peer.SignedProposal) => Buffer.from(message.serializeBinary()),
      (bytes: Buffer) => decode(peer.ProposalResponse, bytes),
      proposal,
      { deadline },
      (error: ServiceError | null, response = new peer.ProposalResponse()) => {
        if (error === null) resolve(response);
        else reject(toGatewayError(error));
      },
    );
  });
}

const toGatewayError = (cause: ServiceError): GatewayError =>
  new GatewayError({ code: cause.code, message: cause.message, details: [], cause });

/** A chaincode that was asked and did not answer with 2xx or 3xx, in the words of the Gateway service. */
class ChaincodeFailure extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(`chaincode response ${code}, ${message}`);
    this.code = code;
  }
}

/** Not for lack of an answer: the peer can be reached, but has no such chaincode, or cannot reach it. The next peer may. */
function withoutChaincode(message: string, mspId: string): GatewayError {
  const cause = Object.assign(new Error(message), {
    code: status.UNAVAILABLE,
    details: message,
    metadata: new Metadata(),
  });
  return new GatewayError({
    code: status.UNAVAILABLE,
    message,
    details: [{ address: '', mspId, message }],
    cause,
  });
}

// A failure without a payload was made by the peer, not by the chaincode (fabric:internal/pkg/gateway/apiutils.go, responseStatus).
function payloadOf(answer: peer.ProposalResponse, mspId: string): Uint8Array {
  const response = answer.getResponse() ?? new peer.Response();
  const code = response.getStatus();
  if (code >= 200 && code < 400) return response.getPayload_asU8();
  if (code === PEER_FAILED && answer.getPayload_asU8().length === 0)
    throw withoutChaincode(response.getMessage(), mspId);
  throw new ChaincodeFailure(code, response.getMessage());
}

/**
 * What a chaincode answers on the state of this very peer. The Gateway service's Evaluate would not do: it picks the peer of the
 * organisation whose height, as gossip told it some time ago, is greatest, and that can be one that lacks the block which this peer has
 * just reported (measured with two peers under load); and it finds none at all for a while after a peer has started. A peer
 * without an Endorser service of its own (the embedded node: one peer for each organisation) is asked through Evaluate.
 * Throws GatewayError or an error with the words of the chaincode.
 */
export async function ownAnswer(
  client: Client,
  gateway: Gateway,
  identity: EnrolledIdentity,
  proposal: Proposal,
  deadline: number,
): Promise<Uint8Array> {
  try {
    const answer = await processed(client, signed(proposal, gateway, identity), deadline);
    return payloadOf(answer, identity.mspId);
  } catch (error) {
    if (error instanceof GatewayError && error.code === UNIMPLEMENTED) return proposal.evaluate({ deadline });
    throw error;
  }
}
