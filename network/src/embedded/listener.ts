import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tlsFilesIn } from '../identity/index.js';
import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { gateway, peer } from '@hyperledger/fabric-protos';
import { NotAdmitted } from './admission.js';
import { serveDeliver, type DeliverCall, type DeliverParts } from './deliver.js';
import { endorsable, type Endorser } from './endorser.js';
import { endorse } from './endorsed-transaction.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import type { Gateway } from './gateway.js';
import { MalformedProposal, openProposal, strictly } from '../wire/index.js';
import { asServiceError, RpcFailure } from './rpc-status.js';
import type { Signer } from './signer.js';

/** A proposal is handed to the chaincode with its arguments twice, and both must fit into what a peer sends. */
const MAX_RECEIVED_BYTES = 32 * 1024 * 1024;
const MAX_SENT_BYTES = 100 * 1024 * 1024;
const STOP_GRACE_MS = 2_000;

/** What one organisation's listener serves. */
export interface Services {
  readonly gateway: Gateway;
  readonly endorser: Endorser;
  readonly signer: Signer;
  readonly deliver: DeliverParts;
}

/** A listening gRPC server of one organisation. */
export interface Listener {
  /** host:port, with the port that was really taken. */
  readonly address: string;
  /** Ends streams, lets calls finish for a moment, then closes. */
  stop(): Promise<void>;
}

function unary<Q, R>(run: (request: Q) => R | Promise<R>): handleUnaryCall<Q, R> {
  return (call: ServerUnaryCall<Q, R>, callback: sendUnaryData<R>) => {
    void (async () => run(call.request))().then(
      (response) => callback(null, response),
      (cause: unknown) => callback(asServiceError(cause)),
    );
  };
}

// One object for all: grpc-js tells of a cancellation at the end of every call, and a stack trace each costs more than
// the rest of the call.
const CLIENT_LEFT = new RpcFailure(status.CANCELLED, 'the client left');

/** A signal that aborts when the client cancels or its deadline passes. */
function leaveOf(call: { on(event: 'cancelled', listener: () => void): unknown }): AbortSignal {
  const abort = new AbortController();
  call.on('cancelled', () => abort.abort(CLIENT_LEFT));
  return abort.signal;
}

function commitStatus(
  own: Gateway,
): handleUnaryCall<gateway.SignedCommitStatusRequest, gateway.CommitStatusResponse> {
  return (call, callback) => {
    own.commitStatus(call.request, leaveOf(call)).then(
      (response) => callback(null, response),
      (cause: unknown) => callback(asServiceError(cause)),
    );
  };
}

/** ProcessProposal of one organisation's peer (core/endorser/endorser.go). */
async function processProposal(
  signed: peer.SignedProposal,
  endorser: Endorser,
  signer: Signer,
): Promise<peer.ProposalResponse> {
  try {
    const execution = await endorser.execute(openProposal(signed));
    const answer = new peer.ProposalResponse();
    answer.setResponse(execution.response);
    if (execution.payload) answer.setPayload(execution.payload);
    const payload = endorsable(execution);
    if (!payload) return answer;
    answer.setVersion(1);
    answer.setEndorsement(endorse(payload, signer));
    return answer;
  } catch (cause) {
    if (cause instanceof NotAdmitted || cause instanceof MalformedProposal)
      throw new RpcFailure(status.UNKNOWN, cause.message);
    throw cause;
  }
}

interface RefusableCall {
  emit(event: 'error', error: unknown): boolean;
}

function unsupported(what: string): (call: RefusableCall) => void {
  const refusal = new RpcFailure(status.UNIMPLEMENTED, `unsupported by the embedded node: ${what}`);
  return (call) => void call.emit('error', asServiceError(refusal));
}

/** The Deliver service with responses as bytes. */
const DELIVER_BYTES = {
  ...strictly(peer.DeliverService),
  deliver: {
    ...strictly(peer.DeliverService).deliver,
    responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
  },
};

class GrpcListener implements Listener {
  readonly address: string;
  readonly #server: Server;
  readonly #stopping: AbortController;

  constructor(server: Server, address: string, stopping: AbortController) {
    this.#server = server;
    this.address = address;
    this.#stopping = stopping;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new RpcFailure(status.UNAVAILABLE, 'the node is stopping'));
    const timer = setTimeout(() => this.#server.forceShutdown(), STOP_GRACE_MS);
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    clearTimeout(timer);
  }
}

function deliverHandler(parts: DeliverParts, stopping: AbortSignal): (call: DeliverCall) => void {
  return (call) => {
    const signal = AbortSignal.any([leaveOf(call), stopping]);
    serveDeliver(call, parts, signal).then(
      () => call.end(),
      (cause: unknown) => call.emit('error', asServiceError(signal.aborted ? signal.reason : cause)),
    );
  };
}

function newServer(services: Services, stopping: AbortSignal): Server {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_RECEIVED_BYTES,
    'grpc.max_send_message_length': MAX_SENT_BYTES,
  });
  const { gateway: own, endorser, signer, deliver } = services;
  server.addService(strictly(gateway.GatewayService), {
    endorse: unary((request: gateway.EndorseRequest) => own.endorse(request)),
    evaluate: unary((request: gateway.EvaluateRequest) => own.evaluate(request)),
    submit: unary((request: gateway.SubmitRequest) => own.submit(request)),
    commitStatus: commitStatus(own),
    chaincodeEvents: unsupported('chaincode events; read the blocks instead'),
  });
  server.addService(strictly(peer.EndorserService), {
    processProposal: unary((request: peer.SignedProposal) => processProposal(request, endorser, signer)),
  });
  server.addService(DELIVER_BYTES, {
    deliver: deliverHandler(deliver, stopping),
    deliverFiltered: unsupported('filtered blocks; read whole blocks instead'),
    deliverWithPrivateData: unsupported('private data'),
  });
  return server;
}

/** TLS as a peer serves it: the server is authenticated, clients are by their signatures. */
async function tlsCredentials(peerDir: string): Promise<ServerCredentials> {
  const files = tlsFilesIn(join(peerDir, 'tls'));
  const [root, cert, key] = await Promise.all([
    readFile(files.root),
    readFile(files.certificate),
    readFile(files.key),
  ]);
  return ServerCredentials.createSsl(root, [{ cert_chain: cert, private_key: key }], false);
}

/**
 * Listens at `listen` (port 0: any) with TLS from `<peerDir>/tls`, or without when `peerDir` is not given.
 * @throws EmbeddedNodeError LISTEN_FAILED
 */
export async function startListener(
  listen: string,
  peerDir: string | undefined,
  services: Services,
): Promise<Listener> {
  const stopping = new AbortController();
  try {
    const credentials =
      peerDir === undefined ? ServerCredentials.createInsecure() : await tlsCredentials(peerDir);
    const server = newServer(services, stopping.signal);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(listen, credentials, (cause, taken) => (cause ? reject(cause) : resolve(taken))),
    );
    return new GrpcListener(server, `${listen.slice(0, listen.lastIndexOf(':'))}:${port}`, stopping);
  } catch (cause) {
    throw new EmbeddedNodeError('LISTEN_FAILED', `cannot listen at ${listen}: ${messageOf(cause)}`, {
      cause,
    });
  }
}
