import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import { startChaincode, type ChaincodeProcess } from './chaincode-process.js';
import {
  newChaincodeStream,
  noAnswer,
  STREAM_TERMINATED,
  type ChaincodeResult,
  type ChaincodeStream,
  type Invocation,
} from './chaincode-stream.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import type { Log } from './log.js';
import { strictly } from '../wire/index.js';

/** The chaincode of the channel, running somewhere; kept running and connected. */
export interface Chaincode {
  /**
   * Resolves when the chaincode can be called for the first time.
   * Rejects with EmbeddedNodeError CHAINCODE_FAILED when it cannot be started or reached.
   */
  readonly started: Promise<void>;
  /** @throws Error with Fabric's text when the chaincode fails, is down or does not answer in time */
  execute(invocation: Invocation): Promise<ChaincodeResult>;
  stop(): Promise<void>;
}

export interface ChaincodeSource {
  readonly name: string;
  readonly version: string;
  readonly bundle?: string | undefined;
  readonly address?: string | undefined;
}

const EXECUTE_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 3_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** A process that ran this long was healthy; its end starts the back-off anew. */
const HEALTHY_MS = 30_000;

// grpc-js waits a second before it connects again; a chaincode starts in half of one.
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 25,
  'grpc.max_reconnect_backoff_ms': 100,
  'grpc.max_receive_message_length': 100 * 1024 * 1024,
  'grpc.max_send_message_length': 100 * 1024 * 1024,
  'grpc.enable_retries': 0,
};

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

const labelOf = ({ name, version }: ChaincodeSource): string => `${name}_${version}`;

/** A package id as Fabric spells it, so that the registered name commits to the code: `<label>:<SHA-256 of the bundle>`. */
async function packageId(source: ChaincodeSource): Promise<string> {
  const code = source.bundle === undefined ? '' : await readFile(source.bundle);
  return `${labelOf(source)}:${createHash('sha256').update(code).digest('hex')}`;
}

// A chaincode that runs elsewhere is somebody else's program.
const ChaincodeClient = makeGenericClientConstructor(
  strictly(peer.ChaincodeService),
  'Chaincode',
) as unknown as typeof peer.ChaincodeClient;

const forever = new Promise<never>(() => undefined);

interface Connection {
  readonly stream: ChaincodeStream;
  close(): void;
}

/** @param ended when this resolves, the attempt or the connection is given up */
async function connect(address: string, ended: Promise<unknown>): Promise<Connection> {
  const client = new ChaincodeClient(address, credentials.createInsecure(), CHANNEL_OPTIONS);
  void ended.then(() => client.close());
  try {
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (cause) => (cause ? reject(cause) : resolve())),
    );
    const stream = newChaincodeStream(client.connect());
    return {
      stream,
      close() {
        stream.close();
        client.close();
      },
    };
  } catch (cause) {
    client.close();
    throw new EmbeddedNodeError('CHAINCODE_FAILED', `no chaincode answers at ${address}`, { cause });
  }
}

class SupervisedChaincode implements Chaincode {
  readonly #source: ChaincodeSource;
  readonly #id: string;
  readonly #log: Log;
  readonly started: Promise<void>;
  readonly #stopping = new AbortController();
  #process: ChaincodeProcess | undefined;
  #connection: Connection | undefined;
  /** Resolves when the chaincode is connected again, or never will be; executions wait for it. */
  #up: Promise<void> = Promise.resolve();
  #backoffMs = FIRST_BACKOFF_MS;

  constructor(source: ChaincodeSource, id: string, log: Log) {
    this.#source = source;
    this.#id = id;
    this.#log = log;
    this.started = this.#start();
    this.started.catch(() => undefined);
  }

  /** Starts the process if there is a bundle, connects, and watches both from then on. */
  async #start(): Promise<void> {
    const startedAt = Date.now();
    const address = this.#source.address ?? (await this.#spawn());
    this.#stopping.signal.throwIfAborted();
    const gone = Promise.race([once(this.#stopping.signal, 'abort'), this.#process?.exited ?? forever]);
    const failed = gone.then((reason) => {
      throw new EmbeddedNodeError('CHAINCODE_FAILED', `the chaincode process ended: ${String(reason)}`);
    });
    failed.catch(() => undefined);
    const connection = await Promise.race([connect(address, gone), failed]);
    try {
      this.#checkName(await Promise.race([connection.stream.ready, failed]));
    } catch (cause) {
      connection.close();
      throw cause;
    }
    this.#connection = connection;
    this.#log('info', 'chaincode.ready', { address, startedInMs: Date.now() - startedAt });
    void Promise.race([gone, connection.stream.closed]).then((reason) =>
      this.#onEnd(String(reason), startedAt),
    );
  }

  /** Its label says by which rules it decides: one that runs elsewhere must be for this very version of the definition. */
  #checkName(name: string): void {
    const wanted = this.#process ? this.#id : `${labelOf(this.#source)}:`;
    if (this.#process ? name === wanted : name.startsWith(wanted)) return;
    throw new EmbeddedNodeError('CHAINCODE_FAILED', `the chaincode registered as ${name}, not as ${wanted}`);
  }

  async #spawn(): Promise<string> {
    const { bundle } = this.#source;
    if (bundle === undefined) throw new Error('a chaincode has a bundle or an address');
    const address = await freeAddress();
    const named = { id: this.#id, name: this.#source.name };
    this.#process = startChaincode(bundle, named, address, this.#log);
    return address;
  }

  #onEnd(reason: string, startedAt: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#log('warn', 'chaincode.ended', { reason });
    if (Date.now() - startedAt > HEALTHY_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    this.#up = this.#restart();
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stopping;
    do {
      await this.#clear();
      await delay(this.#backoffMs, undefined, { signal, ref: false }).catch(() => undefined);
      this.#backoffMs = Math.min(2 * this.#backoffMs, LONGEST_BACKOFF_MS);
    } while (!signal.aborted && !(await this.#isStarted()));
  }

  async #isStarted(): Promise<boolean> {
    try {
      await this.#start();
      return true;
    } catch (cause) {
      const facts = { reason: messageOf(cause), nextInMs: this.#backoffMs };
      this.#log('error', 'chaincode.restart-failed', facts);
      return false;
    }
  }

  /** Ends whatever is left of a connection and its process. */
  async #clear(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
    await this.#process?.stop(STOP_GRACE_MS);
    this.#process = undefined;
  }

  async execute(invocation: Invocation): Promise<ChaincodeResult> {
    if (!this.#connection) await this.#waitUntilUp();
    if (!this.#connection) throw noAnswer(invocation.txId, STREAM_TERMINATED);
    return this.#connection.stream.execute(invocation, EXECUTE_TIMEOUT_MS);
  }

  async #waitUntilUp(): Promise<void> {
    const timer = new AbortController();
    const tooLong = delay(EXECUTE_TIMEOUT_MS, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.#up, tooLong]);
    timer.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.started.catch(() => undefined);
    await this.#up;
    await this.#clear();
  }
}

/**
 * Starts the chaincode, or finds the one that runs at an address, and keeps it running and connected.
 * @throws EmbeddedNodeError CHAINCODE_FAILED when the bundle cannot be read
 */
export async function superviseChaincode(source: ChaincodeSource, log: Log): Promise<Chaincode> {
  try {
    return new SupervisedChaincode(source, await packageId(source), log);
  } catch (cause) {
    throw new EmbeddedNodeError('CHAINCODE_FAILED', messageOf(cause), { cause });
  }
}
