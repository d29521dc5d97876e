import { Client, credentials, type ChannelOptions } from '@grpc/grpc-js';
import { connect, hash, type Gateway } from '@hyperledger/fabric-gateway';
import type { EnrolledIdentity } from '../identities/index.js';
import { UnknownIdentity } from './port-errors.js';

export interface PeerAddress {
  /** `host:port` of the own organisation's peer. */
  readonly address: string;
  /** PEM of the TLS roots that vouch for the peer; without them the connection is in clear (one machine only). */
  readonly tlsRootCertificates?: Uint8Array;
  /** Name in the peer's TLS certificate, where it is not the host of the address. */
  readonly serverName?: string;
}

const MEBIBYTE = 1024 * 1024;

/** Peers send blocks up to 100 MiB (fabric:core.yaml, maxRecvMsgSize); gRPC's default is 4 MiB. */
const CHANNEL: ChannelOptions = {
  'grpc.max_receive_message_length': 100 * MEBIBYTE,
  'grpc.max_send_message_length': 100 * MEBIBYTE,
  // Peers close connections that ping more often than once a minute (fabric:core.yaml, keepalive.minInterval).
  'grpc.keepalive_time_ms': 120_000,
  'grpc.keepalive_timeout_ms': 20_000,
  // Retrying is decided here, by step and code; a second, hidden policy would send submissions twice.
  'grpc.enable_retries': 0,
};

/** One gRPC channel to the own peer for all identities, and a Gateway client for each. */
export interface PeerConnection {
  gatewayOf(identity: string): Gateway;
  identityOf(identity: string): EnrolledIdentity;
  close(): void;
}

function newClient({ address, tlsRootCertificates, serverName }: PeerAddress): Client {
  const options =
    serverName === undefined ? CHANNEL : { ...CHANNEL, 'grpc.ssl_target_name_override': serverName };
  const security =
    tlsRootCertificates === undefined
      ? credentials.createInsecure()
      : credentials.createSsl(Buffer.from(tlsRootCertificates));
  return new Client(address, security, options);
}

/** Connects lazily: the first call dials. */
export function newPeerConnection(
  peer: PeerAddress,
  identities: ReadonlyMap<string, EnrolledIdentity>,
): PeerConnection {
  const client = newClient(peer);
  const gateways = new Map<string, Gateway>();

  function identityOf(name: string): EnrolledIdentity {
    const identity = identities.get(name);
    if (identity === undefined) throw new UnknownIdentity(name);
    return identity;
  }

  function newGateway(name: string): Gateway {
    const identity = identityOf(name);
    const gateway = connect({
      client,
      identity: { mspId: identity.mspId, credentials: Buffer.from(identity.certificate) },
      // Node cannot sign a digest that was made elsewhere, so the "digest" handed to the signer is the whole message.
      hash: hash.none,
      signer: (message) => Promise.resolve(identity.sign(message)),
    });
    gateways.set(name, gateway);
    return gateway;
  }

  return {
    identityOf,
    gatewayOf: (name) => gateways.get(name) ?? newGateway(name),
    close: () => client.close(),
  };
}
