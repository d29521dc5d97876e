import { status } from '@grpc/grpc-js';
import { gateway, type peer } from '@hyperledger/fabric-protos';
import { accessDenied, isAllowed, NotAdmitted } from './admission.js';
import { checkBroadcast } from './broadcast.js';
import { POLICY, type ChannelConfig } from './channel-config.js';
import { endorsable, type Endorser, type Execution } from './endorser.js';
import { endorse, prepareTransaction } from './endorsed-transaction.js';
import { planEndorsement, type Peer } from './endorsement-plan.js';
import { applicationPolicy, type ChaincodeDefinition } from './lifecycle.js';
import type { Ordering } from './ordering.js';
import { decode, MalformedProposal, openProposal, type Proposal } from '../wire/index.js';
import { QSCC } from './qscc.js';
import { RpcFailure, type ErrorDetail } from './rpc-status.js';

/** The unary calls of Fabric's Gateway service, for the clients of one organisation. */
export interface Gateway {
  endorse(request: gateway.EndorseRequest): Promise<gateway.EndorseResponse>;
  evaluate(request: gateway.EvaluateRequest): Promise<gateway.EvaluateResponse>;
  submit(request: gateway.SubmitRequest): gateway.SubmitResponse;
  commitStatus(
    request: gateway.SignedCommitStatusRequest,
    signal: AbortSignal,
  ): Promise<gateway.CommitStatusResponse>;
}

export interface GatewayParts {
  readonly channel: string;
  readonly config: ChannelConfig;
  readonly definition: ChaincodeDefinition;
  readonly endorser: Endorser;
  readonly ordering: Ordering;
  /** All organisations' peers, and the one whose listener this is. */
  readonly peers: readonly Peer[];
  readonly own: Peer;
}

function detailOf({ address, mspId }: Peer, message: string): ErrorDetail {
  return { address, mspId, message };
}

/** What a Gateway tells about an execution that nobody may sign (internal/pkg/gateway/apiutils.go, responseStatus). */
function failureText({ response, payload }: Execution): string {
  if (payload === undefined && response.getStatus() === 500) return response.getMessage();
  return `chaincode response ${response.getStatus()}, ${response.getMessage()}`;
}

function readProposal(signed: peer.SignedProposal | undefined): Proposal {
  try {
    return openProposal(signed);
  } catch (cause) {
    if (cause instanceof MalformedProposal) throw new RpcFailure(status.INVALID_ARGUMENT, cause.message);
    throw cause;
  }
}

/** The result as the endorsers saw it, under the status and message of the response. */
function evaluated({ response, payload }: Execution): gateway.EvaluateResponse {
  if (payload === undefined) throw new Error('only endorsable executions are evaluated');
  const answer = new gateway.EvaluateResponse();
  answer.setResult(response);
  return answer;
}

/** What a Gateway says when discovery knows no such chaincode; without a channel it says nothing. */
function noMetadata(channelId: string, chaincode: string): string {
  if (channelId === '') return '';
  return (
    'no combination of peers can be derived which satisfy the endorsement policy: ' +
    `No metadata was found for chaincode ${chaincode} in channel ${channelId}`
  );
}

class OrganisationGateway implements Gateway {
  readonly #parts: GatewayParts;
  readonly #planned: readonly Peer[] | undefined;

  constructor(parts: GatewayParts) {
    const { config, definition, own, peers } = parts;
    const policy = applicationPolicy(definition.policy, config);
    this.#parts = parts;
    this.#planned = planEndorsement(policy, own, peers, ({ signer }) =>
      config.identities.find(signer.identity),
    );
  }

  async endorse(request: gateway.EndorseRequest): Promise<gateway.EndorseResponse> {
    const proposal = readProposal(request.getProposedTransaction());
    const chosen = request.getEndorsingOrganizationsList();
    const peers = chosen.length > 0 ? this.#peersOf(chosen, proposal) : this.#plan(proposal);
    const failed =
      chosen.length > 0
        ? 'failed to collect enough transaction endorsements'
        : 'failed to endorse transaction';
    const asked = chosen.length > 0 ? peers : [this.#parts.own];
    const payload = await this.#endorsable(proposal, asked, `${failed}, see attached details for more info`);
    const endorsements = peers.map(({ signer }) => endorse(payload, signer));
    const response = new gateway.EndorseResponse();
    response.setPreparedTransaction(prepareTransaction(proposal, payload, endorsements));
    return response;
  }

  /** True when the peers have the channel and the chaincode that a proposal is for. */
  #isServed({ channelId, invoked }: Proposal): boolean {
    const { channel, definition } = this.#parts;
    return channelId === channel && [definition.name, QSCC].includes(invoked);
  }

  #peersOf(mspIds: readonly string[], proposal: Proposal): readonly Peer[] {
    const peers = this.#isServed(proposal) ? this.#parts.peers : [];
    const wanted = [...new Set(mspIds)];
    const missing = wanted.filter((mspId) => !peers.some((each) => each.mspId === mspId));
    if (missing.length > 0)
      throw new RpcFailure(
        status.UNAVAILABLE,
        `failed to find any endorsing peers for org(s): ${missing.join(', ')}`,
      );
    return peers.filter(({ mspId }) => wanted.includes(mspId));
  }

  #plan({ channelId, invoked }: Proposal): readonly Peer[] {
    const { channel, definition } = this.#parts;
    if (channelId !== channel || invoked !== definition.name)
      throw new RpcFailure(status.FAILED_PRECONDITION, noMetadata(channelId, invoked));
    if (this.#planned) return this.#planned;
    throw new RpcFailure(
      status.FAILED_PRECONDITION,
      'no peer combination can satisfy the endorsement policy',
    );
  }

  /** One simulation for everybody: one operator runs all these peers, so asking each would prove nothing more. */
  async #endorsable(proposal: Proposal, asked: readonly Peer[], failed: string): Promise<Uint8Array> {
    let problem: string;
    try {
      const execution = await this.#parts.endorser.execute(proposal);
      const payload = endorsable(execution);
      if (payload) return payload;
      problem = failureText(execution);
    } catch (cause) {
      if (!(cause instanceof NotAdmitted)) throw cause;
      problem = cause.message;
    }
    throw new RpcFailure(
      status.ABORTED,
      failed,
      asked.map((each) => detailOf(each, problem)),
    );
  }

  async evaluate(request: gateway.EvaluateRequest): Promise<gateway.EvaluateResponse> {
    const proposal = readProposal(request.getProposedTransaction());
    const at = this.#evaluator(proposal, request.getTargetOrganizationsList());
    try {
      const execution = await this.#parts.endorser.execute(proposal);
      if (endorsable(execution)) return evaluated(execution);
      throw this.#evaluateFailure(execution, at);
    } catch (cause) {
      if (!(cause instanceof NotAdmitted)) throw cause;
      throw this.#notAdmitted(cause, at);
    }
  }

  #evaluator(proposal: Proposal, targets: readonly string[]): Peer {
    const { own, peers } = this.#parts;
    const allowed = peers.filter(({ mspId }) => targets.length === 0 || targets.includes(mspId));
    const at = allowed.includes(own) ? own : allowed[0];
    if (this.#isServed(proposal) && at) return at;
    throw new RpcFailure(
      status.FAILED_PRECONDITION,
      `no peers available to evaluate chaincode ${proposal.invoked} in channel ${proposal.channelId}`,
    );
  }

  #evaluateFailure(execution: Execution, at: Peer): RpcFailure {
    const text = failureText(execution);
    const details = [detailOf(at, text)];
    if (execution.payload !== undefined)
      return new RpcFailure(status.UNKNOWN, `evaluate call to endorser returned error: ${text}`, details);
    const message = 'failed to evaluate transaction, see attached details for more info';
    return new RpcFailure(status.ABORTED, message, details);
  }

  #notAdmitted({ kind, message }: NotAdmitted, at: Peer): RpcFailure {
    const details = [detailOf(at, message)];
    if (kind === 'filter') {
      const text = 'failed to evaluate transaction, see attached details for more info';
      return new RpcFailure(status.UNAVAILABLE, text, details);
    }
    const text = `evaluate call to endorser returned error: ${message}`;
    return new RpcFailure(status.FAILED_PRECONDITION, text, details);
  }

  submit(request: gateway.SubmitRequest): gateway.SubmitResponse {
    const { channel, config, ordering } = this.#parts;
    const envelope = request.getPreparedTransaction();
    if (!envelope) throw new RpcFailure(status.INVALID_ARGUMENT, 'a prepared transaction is required');
    if (envelope.getSignature().length === 0)
      throw new RpcFailure(status.INVALID_ARGUMENT, 'prepared transaction must be signed');
    const bytes = envelope.serializeBinary();
    checkBroadcast(bytes, channel, config, Date.now());
    ordering.submit(bytes);
    return new gateway.SubmitResponse();
  }

  async commitStatus(
    request: gateway.SignedCommitStatusRequest,
    signal: AbortSignal,
  ): Promise<gateway.CommitStatusResponse> {
    const wanted = this.#readStatusRequest(request);
    const found = await this.#parts.ordering.status(wanted.getTransactionId(), signal);
    const response = new gateway.CommitStatusResponse();
    response.setResult(found.code);
    response.setBlockNumber(found.block);
    return response;
  }

  #readStatusRequest(request: gateway.SignedCommitStatusRequest): gateway.CommitStatusRequest {
    const data = request.getRequest_asU8();
    if (data.length === 0)
      throw new RpcFailure(status.INVALID_ARGUMENT, 'a commit status request is required');
    const wanted = decodeStatusRequest(data);
    if (wanted.getIdentity().length === 0)
      throw new RpcFailure(status.INVALID_ARGUMENT, 'no identity provided');
    if (wanted.getTransactionId() === '')
      throw new RpcFailure(status.INVALID_ARGUMENT, 'transaction ID should not be empty');
    const { channel, config } = this.#parts;
    const signed = { identity: wanted.getIdentity_asU8(), data, signature: request.getSignature_asU8() };
    if (wanted.getChannelId() !== channel || !isAllowed(signed, POLICY.readers, config))
      throw new RpcFailure(status.PERMISSION_DENIED, accessDenied(POLICY.readers));
    return wanted;
  }
}

function decodeStatusRequest(data: Uint8Array): gateway.CommitStatusRequest {
  try {
    return decode(gateway.CommitStatusRequest, data);
  } catch (cause) {
    throw new RpcFailure(status.INVALID_ARGUMENT, `invalid status request: ${String(cause)}`);
  }
}

/** The gateway that one organisation's clients talk to. */
export function newGateway(parts: GatewayParts): Gateway {
  return new OrganisationGateway(parts);
}
