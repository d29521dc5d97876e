import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { openLedger, type Ledger, type LedgerSpec } from './bootstrap.js';
import { startSupervised, type Chaincode } from './chaincode.js';
import { newCommitWatch } from './commit-watch.js';
import { checkConfig, type EmbeddedNodeConfig, type EmbeddedNodeConfigInput } from './config.js';
import type { Peer } from './endorsement-plan.js';
import { newEndorser } from './endorser.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import { newGateway } from './gateway.js';
import { startListener, type Listener, type Services } from './listener.js';
import { newLog, type Log } from './log.js';
import { readMspConfig } from './msp-directory.js';
import { newOrderer } from './orderer.js';
import { RpcFailure } from './rpc-status.js';
import { readSigner, type Signer } from './signer.js';
import { openStore, type Store } from './store.js';

/** A running node. */
export interface EmbeddedNode {
  readonly channel: string;
  /** Hex hash of the genesis block's header: what a trust file pins. */
  readonly genesisHash: string;
  readonly organisations: readonly { readonly mspId: string; readonly address: string }[];
  /** Number of blocks. */
  readonly height: number;
  /** Resolves if the ledger can no longer be written; the node then takes no transactions and should be stopped. */
  readonly failed: Promise<EmbeddedNodeError>;
  /** Takes no more calls, commits what was submitted, then ends everything in the reverse order of the start. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly log?: Log;
}

/** Things that were started, to be ended in reverse order. */
class Lifespan {
  readonly #ends: (() => Promise<void>)[] = [];

  add(end: () => Promise<void>): void {
    this.#ends.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }
}

interface OwnPeer extends Peer {
  address: string;
  readonly peerDir: string;
}

async function readPeers(config: EmbeddedNodeConfig): Promise<OwnPeer[]> {
  return Promise.all(
    config.organisations.map(async ({ mspId, peerDir, listen }) => ({
      mspId,
      peerDir,
      address: listen,
      signer: await readSigner(peerDir, mspId, 'peer'),
    })),
  );
}

async function ledgerSpec(config: EmbeddedNodeConfig, peers: readonly OwnPeer[]): Promise<LedgerSpec> {
  const [first, ...others] = peers.map(({ signer }) => signer);
  if (!first) throw new Error('a configuration has at least one organisation');
  const [organisations, ordererMsp, orderer] = await Promise.all([
    Promise.all(config.organisations.map(({ mspDir, mspId }) => readMspConfig(mspDir, mspId))),
    readMspConfig(config.orderer.mspDir, config.orderer.mspId),
    readSigner(config.orderer.ordererDir, config.orderer.mspId, 'orderer'),
  ]);
  const { channel, chaincode, endorsement, batch } = config;
  const peerSigners: readonly [Signer, ...Signer[]] = [first, ...others];
  return { channel, chaincode, endorsement, orderer, peers: peerSigners, group: { organisations, orderer: ordererMsp, batch } };
}

/** Every identity the node signs with must be one its own channel accepts, or nothing would ever be valid. */
function checkSigners({ config }: Ledger, signers: readonly Signer[]): void {
  for (const { identity, mspId } of signers) {
    const problem = config.identities.find(identity)?.problem;
    if (problem !== undefined) throw new EmbeddedNodeError('IDENTITY_UNREADABLE', `${mspId}: ${problem}`);
  }
}

interface Running {
  readonly ledger: Ledger;
  readonly peers: readonly OwnPeer[];
  readonly failed: Promise<EmbeddedNodeError>;
}

/** Ordering, commit notification and one gateway per organisation, over an open ledger and a running chaincode. */
async function serve(
  config: EmbeddedNodeConfig,
  store: Store,
  ledger: Ledger,
  chaincode: Chaincode,
  peers: readonly OwnPeer[],
  life: Lifespan,
  log: Log,
): Promise<Running> {
  const { chain, definition, config: channelConfig } = ledger;
  const { channel } = config;
  let closed: RpcFailure | undefined;
  let onFailed: (failure: EmbeddedNodeError) => void = () => undefined;
  const failed = new Promise<EmbeddedNodeError>((resolve) => (onFailed = resolve));
  const watch = newCommitWatch(store, chain);
  const orderer = newOrderer(config.batch, (envelopes) => chain.append(envelopes), (cause) => {
    const reason = `the ledger cannot be written: ${messageOf(cause)}`;
    closed = new RpcFailure(status.UNAVAILABLE, reason);
    watch.close(closed);
    log('error', 'ledger.failed', { reason });
    onFailed(new EmbeddedNodeError('STORE_DAMAGED', reason, { cause }));
  });
  const checkWritable = (): void => {
    if (closed) throw closed;
  };
  const endorser = newEndorser({ channel, config: channelConfig, store, definition, chaincode });
  const deliver = { channel, config: channelConfig, chain, log };
  const servicesOf = (own: OwnPeer): Services => ({
    gateway: newGateway({
      channel,
      config: channelConfig,
      definition,
      endorser,
      orderer,
      watch,
      peers,
      own,
      checkWritable,
    }),
    endorser,
    signer: own.signer,
    deliver,
  });
  const listeners = await listen(peers, servicesOf, config.tls, life);
  life.add(async () => {
    closed ??= new RpcFailure(status.UNAVAILABLE, 'the node is stopping');
    await orderer.drain();
    watch.close(closed);
    await Promise.all(listeners.map((listener) => listener.stop()));
  });
  return { ledger, peers, failed };
}

async function listen(
  peers: readonly OwnPeer[],
  servicesOf: (own: OwnPeer) => Services,
  isTls: boolean,
  life: Lifespan,
): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  const startAll = async (): Promise<void> => {
    for (const own of peers) {
      const listener = await startListener(own.address, isTls ? own.peerDir : undefined, servicesOf(own));
      own.address = listener.address;
      listeners.push(listener);
    }
  };
  await startAll().catch(async (cause: unknown) => {
    await Promise.all(listeners.map((listener) => listener.stop()));
    throw cause;
  });
  void life;
  return listeners;
}

async function start(config: EmbeddedNodeConfig, life: Lifespan, log: Log): Promise<Running> {
  const peers = await readPeers(config);
  const spec = await ledgerSpec(config, peers);
  await mkdir(config.dataDir, { recursive: true });
  const store = await openStore(join(config.dataDir, 'ledger'));
  life.add(() => store.close());
  const starting = startSupervised(config.chaincode, log);
  starting.catch(() => undefined);
  life.add(async () => (await starting.catch(() => undefined))?.stop());
  const ledger = await openLedger(store, spec);
  checkSigners(ledger, [spec.orderer, ...spec.peers]);
  return serve(config, store, ledger, await starting, peers, life, log);
}

/**
 * Starts a node: opens or begins the ledger, starts the chaincode, then listens, one address per organisation.
 * @param value see README.md; paths are relative to the working directory
 * @throws EmbeddedNodeError; whatever was started by then has been stopped again
 */
export async function startNode(value: EmbeddedNodeConfigInput, options: StartOptions = {}): Promise<EmbeddedNode> {
  const config = checkConfig(value);
  const log = options.log ?? newLog((line) => process.stderr.write(line), config.logLevel);
  const life = new Lifespan();
  try {
    const { ledger, peers, failed } = await start(config, life, log);
    let stopped: Promise<void> | undefined;
    return {
      channel: config.channel,
      genesisHash: ledger.genesisHash,
      organisations: peers.map(({ mspId, address }) => ({ mspId, address })),
      get height() {
        return ledger.chain.height;
      },
      failed,
      stop: () => (stopped ??= life.end()),
    };
  } catch (cause) {
    await life.end();
    throw cause;
  }
}
