import type { ClientDuplexStream } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import { BATCH_LIMIT, StateRefused, stateHandler } from './chaincode-state.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import type { ChaincodeState } from './simulator.js';
import { decode } from '../wire/index.js';

const TYPE = peer.ChaincodeMessage.Type;
type MessageType = peer.ChaincodeMessage.TypeMap[keyof peer.ChaincodeMessage.TypeMap];
export type ChaincodeDuplex = ClientDuplexStream<peer.ChaincodeMessage, peer.ChaincodeMessage>;

/** A transaction that the chaincode did not execute, in Fabric's words. */
class ExecutionFailed extends Error {
  override readonly name = 'ExecutionFailed';
  readonly code = 'EXECUTION_FAILED';
}

/** One run of the chaincode. */
export interface Invocation {
  readonly txId: string;
  readonly channelId: string;
  /** Serialized ChaincodeInput. */
  readonly input: Uint8Array;
  readonly proposal: peer.SignedProposal;
  readonly state: ChaincodeState;
}

export interface ChaincodeResult {
  readonly response: peer.Response;
  readonly event: peer.ChaincodeEvent | undefined;
}

/** The peer's end of one connection to a chaincode server. Many transactions run on it side by side. */
export interface ChaincodeStream {
  /** Resolves with the name under which the chaincode registered, once it may be called. */
  readonly ready: Promise<string>;
  /** Resolves when the connection is over, with the reason. */
  readonly closed: Promise<string>;
  /** @throws Error with Fabric's text when the chaincode fails, ends or does not answer in time */
  execute(invocation: Invocation, timeoutMs: number): Promise<ChaincodeResult>;
  close(): void;
}

interface Running {
  readonly invocation: Invocation;
  readonly settle: (outcome: ChaincodeResult | Error) => void;
}

function newMessage(type: MessageType, payload: Uint8Array): peer.ChaincodeMessage {
  const message = new peer.ChaincodeMessage();
  message.setType(type);
  message.setPayload(payload);
  return message;
}

function readyMessage(): peer.ChaincodeMessage {
  const offered = new peer.ChaincodeAdditionalParams();
  offered.setUseWriteBatch(true);
  offered.setMaxSizeWriteBatch(BATCH_LIMIT);
  offered.setUseGetMultipleKeys(true);
  offered.setMaxSizeGetMultipleKeys(BATCH_LIMIT);
  return newMessage(TYPE.READY, offered.serializeBinary());
}

function completed(message: peer.ChaincodeMessage): ChaincodeResult | Error {
  if (message.getType() === TYPE.ERROR)
    return new ExecutionFailed(
      `transaction returned with failure: ${Buffer.from(message.getPayload_asU8()).toString()}`,
    );
  const response = decode(peer.Response, message.getPayload_asU8());
  return { response, event: message.getChaincodeEvent() };
}

const TYPE_NAMES = new Map<number, string>(Object.entries(TYPE).map(([name, type]) => [type, name]));

/** Fabric's text for a request of the chaincode that failed (core/chaincode/handler.go, HandleTransaction). */
function failureText(request: peer.ChaincodeMessage, cause: unknown): string {
  const type = TYPE_NAMES.get(request.getType()) ?? String(request.getType());
  return `${type} failed: transaction ID: ${request.getTxid()}: ${messageOf(cause)}`;
}

/** Fabric's text for a transaction that got no answer. */
export function noAnswer(txId: string, reason: string): ExecutionFailed {
  return new ExecutionFailed(`failed to execute transaction ${txId}: error sending: ${reason}`);
}

export const STREAM_TERMINATED = 'chaincode stream terminated';

// Chaincode may send any channel and transaction id: only a pair that is running reaches state.
const keyOf = (message: { channelId: string; txId: string }): string =>
  `${message.channelId}\n${message.txId}`;

class PeerStream implements ChaincodeStream {
  readonly ready: Promise<string>;
  readonly closed: Promise<string>;
  readonly #duplex: ChaincodeDuplex;
  readonly #running = new Map<string, Running>();
  #isRegistered = false;
  #end: string | undefined;
  #onReady!: (name: string) => void;
  #onReadyFailed!: (cause: Error) => void;
  #onClosed!: (reason: string) => void;

  constructor(duplex: ChaincodeDuplex) {
    this.#duplex = duplex;
    this.ready = new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#onReadyFailed = reject;
    });
    this.ready.catch(() => undefined);
    this.closed = new Promise((resolve) => (this.#onClosed = resolve));
    duplex.on('data', (message: peer.ChaincodeMessage) => {
      try {
        this.#receive(message);
      } catch (cause) {
        this.#finish(`malformed message: ${messageOf(cause)}`);
      }
    });
    duplex.on('error', (cause: Error) => this.#finish(cause.message));
    duplex.on('end', () => this.#finish('the chaincode ended the stream'));
  }

  #receive(message: peer.ChaincodeMessage): void {
    if (message.getType() === TYPE.KEEPALIVE) return;
    if (!this.#isRegistered) {
      this.#register(message);
      return;
    }
    const key = keyOf({ channelId: message.getChannelId(), txId: message.getTxid() });
    const type = message.getType();
    const running = this.#running.get(key);
    if (type === TYPE.COMPLETED || type === TYPE.ERROR) running?.settle(completed(message));
    else this.#answer(message, running);
  }

  #register(message: peer.ChaincodeMessage): void {
    if (message.getType() !== TYPE.REGISTER) {
      this.#finish('the chaincode did not register first');
      return;
    }
    const name = decode(peer.ChaincodeID, message.getPayload_asU8()).getName();
    this.#isRegistered = true;
    this.#duplex.write(newMessage(TYPE.REGISTERED, new Uint8Array()));
    this.#duplex.write(readyMessage());
    this.#onReady(name);
  }

  #answer(message: peer.ChaincodeMessage, running: Running | undefined): void {
    const handler = stateHandler(message.getType());
    if (!handler) {
      this.#finish(`the chaincode sent message type ${message.getType()}`);
      return;
    }
    let answer: peer.ChaincodeMessage;
    try {
      if (!running) throw new StateRefused('no ledger context');
      answer = newMessage(TYPE.RESPONSE, handler(message.getPayload_asU8(), running.invocation.state));
    } catch (cause) {
      answer = newMessage(TYPE.ERROR, Buffer.from(failureText(message, cause)));
    }
    answer.setTxid(message.getTxid());
    answer.setChannelId(message.getChannelId());
    this.#duplex.write(answer);
  }

  execute(invocation: Invocation, timeoutMs: number): Promise<ChaincodeResult> {
    const { txId, channelId } = invocation;
    const key = keyOf(invocation);
    if (this.#end !== undefined) return Promise.reject(noAnswer(txId, STREAM_TERMINATED));
    if (this.#running.has(key)) return Promise.reject(noAnswer(txId, `txid: ${txId}(${channelId}) exists`));
    return new Promise((resolve, reject) => {
      const settle = (outcome: ChaincodeResult | Error): void => {
        clearTimeout(timer);
        this.#running.delete(key);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const timer = setTimeout(
        () => settle(noAnswer(txId, 'timeout expired while executing transaction')),
        timeoutMs,
      );
      this.#running.set(key, { invocation, settle });
      this.#send(invocation);
    });
  }

  #send({ txId, channelId, input, proposal }: Invocation): void {
    const message = newMessage(TYPE.TRANSACTION, input);
    message.setTxid(txId);
    message.setChannelId(channelId);
    message.setProposal(proposal);
    this.#duplex.write(message);
  }

  #finish(reason: string): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#duplex.cancel();
    this.#onReadyFailed(new EmbeddedNodeError('CHAINCODE_FAILED', reason));
    for (const { invocation, settle } of [...this.#running.values()])
      settle(noAnswer(invocation.txId, STREAM_TERMINATED));
    this.#onClosed(reason);
  }

  close(): void {
    this.#finish('closed by the node');
  }
}

/** Speaks the chaincode protocol as a peer (core/chaincode/handler.go) over a connected stream. */
export function newChaincodeStream(duplex: ChaincodeDuplex): ChaincodeStream {
  return new PeerStream(duplex);
}
