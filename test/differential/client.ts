import { createHash } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import { signers } from '@hyperledger/fabric-gateway';
import { gateway as messages, google, msp, type common, type peer } from '@hyperledger/fabric-protos';
import type { PeerAccess, SigningIdentity } from './ledger.js';
import type { MspId } from './program.js';

/** A call that ended with a gRPC status other than OK, with what each peer or orderer said. */
export class CallFailed extends Error {
  readonly code: number;
  readonly texts: readonly string[];

  constructor(cause: grpc.ServiceError) {
    super(cause.message, { cause });
    this.code = cause.code;
    const details = cause.metadata
      .get('grpc-status-details-bin')
      .flatMap((bytes) => google.rpc.Status.deserializeBinary(Buffer.from(bytes)).getDetailsList())
      .map((any) => messages.ErrorDetail.deserializeBinary(any.getValue_asU8()).getMessage());
    this.texts = [...new Set([cause.details, ...details])].sort();
  }
}

/** Signs as one identity. */
export interface Author {
  /** SerializedIdentity. */
  readonly creator: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export function newAuthor({ mspId, certificate, privateKey }: SigningIdentity): Author {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  const sign = signers.newPrivateKeySigner(privateKey);
  return {
    creator: identity.serializeBinary(),
    sign: (message) => sign(createHash('sha256').update(message).digest()),
  };
}

/** The calls of one organisation's Gateway, for requests that no library would make. */
export interface GatewayCalls {
  /** The prepared transaction, unsigned. @throws CallFailed */
  endorse(
    channel: string,
    txId: string,
    proposal: peer.SignedProposal,
    endorsers?: readonly MspId[],
  ): Promise<common.Envelope>;
  /** @throws CallFailed */
  evaluate(
    channel: string,
    txId: string,
    proposal: peer.SignedProposal,
    at: readonly MspId[],
  ): Promise<Uint8Array>;
  /** Resolves when the envelope is accepted for ordering. @throws CallFailed */
  submit(channel: string, txId: string, envelope: common.Envelope): Promise<void>;
  close(): void;
}

type Unary<Q, R> = (request: Q, options: grpc.CallOptions, callback: grpc.requestCallback<R>) => unknown;

const DEADLINE_MS = 30_000;

function call<Q, R>(run: Unary<Q, R>, request: Q): Promise<R> {
  return new Promise((resolve, reject) => {
    run(request, { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
      if (error) reject(new CallFailed(error));
      else resolve(response as R);
    });
  });
}

/** How to reach a peer with grpc-js. */
export function channelOf({ address, tlsRoots, serverName }: PeerAccess): {
  readonly address: string;
  readonly credentials: grpc.ChannelCredentials;
  readonly options: grpc.ClientOptions;
} {
  return {
    address,
    credentials:
      tlsRoots === undefined
        ? grpc.credentials.createInsecure()
        : grpc.credentials.createSsl(Buffer.from(tlsRoots)),
    options: {
      'grpc.max_receive_message_length': -1,
      ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
    },
  };
}

export function connectGateway(access: PeerAccess): GatewayCalls {
  const { address, credentials, options } = channelOf(access);
  const client = new messages.GatewayClient(address, credentials, options);
  return {
    async endorse(channel, txId, proposal, endorsers = []) {
      const request = new messages.EndorseRequest();
      request.setChannelId(channel);
      request.setTransactionId(txId);
      request.setProposedTransaction(proposal);
      request.setEndorsingOrganizationsList([...endorsers]);
      const response = await call<messages.EndorseRequest, messages.EndorseResponse>(
        client.endorse.bind(client),
        request,
      );
      const envelope = response.getPreparedTransaction();
      if (!envelope) throw new Error('an endorsement without a transaction');
      return envelope;
    },
    async evaluate(channel, txId, proposal, at) {
      const request = new messages.EvaluateRequest();
      request.setChannelId(channel);
      request.setTransactionId(txId);
      request.setProposedTransaction(proposal);
      request.setTargetOrganizationsList([...at]);
      const response = await call<messages.EvaluateRequest, messages.EvaluateResponse>(
        client.evaluate.bind(client),
        request,
      );
      return response.getResult()?.getPayload_asU8() ?? new Uint8Array();
    },
    async submit(channel, txId, envelope) {
      const request = new messages.SubmitRequest();
      request.setChannelId(channel);
      request.setTransactionId(txId);
      request.setPreparedTransaction(envelope);
      await call(client.submit.bind(client), request);
    },
    close: () => client.close(),
  };
}
