import { createHash, X509Certificate } from 'node:crypto';
import {
  Client,
  connectivityState,
  credentials,
  type ChannelCredentials,
  type ChannelOptions,
} from '@grpc/grpc-js';
import { connect, hash, type Gateway, type Proposal } from '@hyperledger/fabric-gateway';
import type { EnrolledIdentity } from '../identities/index.js';
import { ownAnswer } from './own-answer.js';

/** A certificate and its key, PEM, with which this gateway shows itself to a peer that asks for it in TLS. */
export interface TlsClient {
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

export interface PeerAddress {
  /** `host:port` of one of the own organisation's peers. */
  readonly address: string;
  /** PEM of the TLS roots that vouch for the peer; without them the connection is in clear (one machine only). */
  readonly tlsRootCertificates?: Uint8Array;
  /** Name in the peer's TLS certificate, where it is not the host of the address. */
  readonly serverName?: string;
  /** For peers with `tls.clientAuthRequired` (fabric:core.yaml). Needs `tlsRootCertificates`. */
  readonly tlsClient?: TlsClient;
}

const MEBIBYTE = 1024 * 1024;

/** Peers send blocks up to 100 MiB (fabric:core.yaml, maxRecvMsgSize); gRPC's default is 4 MiB. */
const CHANNEL: ChannelOptions = {
  'grpc.max_receive_message_length': 100 * MEBIBYTE,
  'grpc.max_send_message_length': 100 * MEBIBYTE,
  // Peers close connections that ping more often than once a minute (fabric:core.yaml, keepalive.minInterval). A peer whose host
  // has gone without a word is found out by this, where no call has run into its deadline before.
  'grpc.keepalive_time_ms': 70_000,
  'grpc.keepalive_timeout_ms': 20_000,
  // By default a peer that was away for long is dialled every two minutes only.
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 5000,
  // Retrying is decided here, by step and code; a second, hidden policy would send submissions twice.
  'grpc.enable_retries': 0,
};

/** One gRPC channel to one peer for all identities, and a Gateway client for each. */
export interface Peer {
  readonly address: string;
  gatewayOf(identity: EnrolledIdentity): Gateway;
  /** What a chaincode answers on this peer's own state. `deadline`: Unix milliseconds. */
  evaluate(identity: EnrolledIdentity, proposal: Proposal, deadline: number): Promise<Uint8Array>;
  /** False while the connection is known to be broken. Asking makes an idle connection dial. */
  isReachable(): boolean;
  close(): void;
}

function credentialsOf({ tlsRootCertificates, tlsClient }: PeerAddress): ChannelCredentials {
  if (tlsRootCertificates === undefined) return credentials.createInsecure();
  const roots = Buffer.from(tlsRootCertificates);
  if (tlsClient === undefined) return credentials.createSsl(roots);
  return credentials.createSsl(roots, Buffer.from(tlsClient.privateKey), Buffer.from(tlsClient.certificate));
}

function newClient(peer: PeerAddress): Client {
  const { address, serverName } = peer;
  const options =
    serverName === undefined ? CHANNEL : { ...CHANNEL, 'grpc.ssl_target_name_override': serverName };
  return new Client(address, credentialsOf(peer), options);
}

/** A peer that asks for client certificates delivers blocks only to whom names the one in use (fabric:common/deliver/binding.go). */
function certificateHash({ certificate }: TlsClient): Uint8Array {
  const { raw } = new X509Certificate(certificate);
  return createHash('sha256').update(raw).digest();
}

/** Connects lazily: the first call, or the first question whether it is reachable, dials. */
export function newPeer(peer: PeerAddress): Peer {
  const client = newClient(peer);
  const tlsClientCertificateHash = peer.tlsClient && certificateHash(peer.tlsClient);
  const gateways = new Map<EnrolledIdentity, Gateway>();

  function newGateway(identity: EnrolledIdentity): Gateway {
    const gateway = connect({
      client,
      identity: { mspId: identity.mspId, credentials: Buffer.from(identity.certificate) },
      // Node cannot sign a digest that was made elsewhere, so the "digest" handed to the signer is the whole message.
      hash: hash.none,
      signer: (message) => Promise.resolve(identity.sign(message)),
      ...(tlsClientCertificateHash !== undefined && { tlsClientCertificateHash }),
    });
    gateways.set(identity, gateway);
    return gateway;
  }

  const gatewayOf = (identity: EnrolledIdentity): Gateway => gateways.get(identity) ?? newGateway(identity);

  return {
    address: peer.address,
    gatewayOf,
    evaluate: (identity, proposal, deadline) =>
      ownAnswer(client, gatewayOf(identity), identity, proposal, deadline),
    isReachable: () => client.getChannel().getConnectivityState(true) !== connectivityState.TRANSIENT_FAILURE,
    close: () => client.close(),
  };
}
