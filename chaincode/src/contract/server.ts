import { JSONSerializer } from 'fabric-contract-api';
import ChaincodeFromContract from 'fabric-shim/lib/contract-spi/chaincodefromcontract.js';
import ChaincodeServer from 'fabric-shim/lib/server.js';
import type { ChaincodeInterface } from 'fabric-shim';
import type { Duplex } from 'node:stream';
import type { Council, Edition } from '../rules/index.js';
import type { ClockBounds } from './clock.js';
import { contracts } from './contracts.js';
import { Gate } from './gate.js';
import { watchOffers } from './negotiation.js';
import { SILENT, type Observer } from './observer.js';

export interface ServerOptions {
  /** Package id the peer knows this chaincode by. */
  readonly ccid: string;
  /** Name of this chaincode on its channel. */
  readonly name: string;
  /** The rules that decide: those of the definition that the package is for (`editionOfPackage`). */
  readonly edition: Edition;
  /** Witnesses that may vouch for a restoration beside those that the space names. */
  readonly pinned?: Council;
  /** How far from our own clock a transaction may be dated. */
  readonly clock: ClockBounds;
  /** host:port to listen on. */
  readonly address: string;
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer; readonly clientCACerts: Buffer };
}

/** Chaincode as a service: peers dial in. */
export interface Server {
  start(): Promise<void>;
  stop(): void;
}

/**
 * No limit of our own on a message of a peer: a server that finds one too large ends the stream, and with it everybody's transactions, where
 * the gate refuses one. The peer has its limit (peer.maxRecvMsgSize, of which it sends up to twice as much).
 */
const MESSAGES = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 } as const;

class NegotiatingServer extends ChaincodeServer implements Server {
  readonly #observer: Observer;
  #streams = 0;

  constructor(chaincode: ChaincodeInterface, options: ServerOptions, observer: Observer) {
    const { ccid, address, tls } = options;
    super(chaincode, { ccid, address, ...MESSAGES, ...(tls && { tlsProps: tls }) });
    this.#observer = observer;
  }

  override connect(stream: Duplex): void {
    watchOffers(stream);
    this.#count(1);
    stream.once('close', () => this.#count(-1));
    super.connect(stream);
  }

  stop(): void {
    this._server.forceShutdown();
  }

  #count(change: number): void {
    this.#streams += change;
    this.#observer.streams(this.#streams);
  }
}

export function newServer(options: ServerOptions, observer: Observer = SILENT): Server {
  const serializers = { transaction: 'json', serializers: { json: JSONSerializer } };
  const { edition, pinned } = options;
  const chaincode = new ChaincodeFromContract(
    contracts(edition, observer, pinned),
    serializers,
    {},
    'Tallystick',
    edition.name,
  );
  return new NegotiatingServer(new Gate(chaincode, options.name, observer, options.clock), options, observer);
}
