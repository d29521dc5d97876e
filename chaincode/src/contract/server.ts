import { JSONSerializer } from 'fabric-contract-api';
import ChaincodeFromContract from 'fabric-shim/lib/contract-spi/chaincodefromcontract.js';
import ChaincodeServer from 'fabric-shim/lib/server.js';
import type { Duplex } from 'node:stream';
import { RULES_VERSION } from '../rules/index.js';
import { contracts } from './contracts.js';
import { watchOffers } from './negotiation.js';

export interface ServerOptions {
  /** Package id the peer knows this chaincode by. */
  readonly ccid: string;
  /** host:port to listen on. */
  readonly address: string;
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer; readonly clientCACerts: Buffer };
}

/** Chaincode as a service: peers dial in. */
export interface Server {
  start(): Promise<void>;
  stop(): void;
}

class NegotiatingServer extends ChaincodeServer implements Server {
  override connect(stream: Duplex): void {
    watchOffers(stream);
    super.connect(stream);
  }

  stop(): void {
    this._server.forceShutdown();
  }
}

export function newServer({ ccid, address, tls }: ServerOptions): Server {
  const serializers = { transaction: 'json', serializers: { json: JSONSerializer } };
  const chaincode = new ChaincodeFromContract(contracts(), serializers, {}, 'Tallystick', RULES_VERSION);
  return new NegotiatingServer(chaincode, { ccid, address, ...(tls && { tlsProps: tls }) });
}
