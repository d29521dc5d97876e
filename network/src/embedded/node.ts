import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLedger, type Ledger } from './bootstrap.js';
import { superviseChaincode, type Chaincode } from './chaincode.js';
import { checkConfig, type EmbeddedNodeConfig, type EmbeddedNodeConfigInput } from './config.js';
import { newEndorser } from './endorser.js';
import type { EmbeddedNodeError } from './errors.js';
import { newGateway } from './gateway.js';
import { newLifespan, type Lifespan } from './lifespan.js';
import { startListener, type Listener, type Services } from './listener.js';
import { newLog, type Log } from './log.js';
import { newOrdering } from './ordering.js';
import { checkSigners, readLedgerSpec, readPeers, type OwnPeer } from './organisation.js';
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

/** What is shared by the listeners of all organisations. */
interface Parts {
  readonly config: EmbeddedNodeConfig;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly chaincode: Chaincode;
  readonly peers: readonly OwnPeer[];
  readonly life: Lifespan;
  readonly log: Log;
}

async function openParts(config: EmbeddedNodeConfig, life: Lifespan, log: Log): Promise<Parts> {
  const peers = await readPeers(config);
  const spec = await readLedgerSpec(config, peers);
  await mkdir(config.dataDir, { recursive: true });
  const store = await openStore(join(config.dataDir, 'ledger'));
  life.add(() => store.close());
  // The chaincode takes longest to start, so the ledger is opened meanwhile.
  const chaincode = await superviseChaincode(config.chaincode, log);
  life.add(() => chaincode.stop());
  const ledger = await openLedger(store, spec);
  checkSigners(ledger.config.identities, [spec.orderer, ...spec.peers]);
  await chaincode.started;
  return { config, store, ledger, chaincode, peers, life, log };
}

/** Builds what one organisation's listener serves, for any organisation. */
function servicesFor(
  parts: Parts,
  life: Lifespan,
): { of: (own: OwnPeer) => Services; failed: EmbeddedNode['failed'] } {
  const { config, store, ledger, chaincode, peers, log } = parts;
  const { chain, definition } = ledger;
  const shared = { channel: config.channel, config: ledger.config };
  const ordering = newOrdering(config.batch, chain, store, log);
  life.add(() => ordering.stop());
  const endorser = newEndorser({ ...shared, store, definition, chaincode });
  return {
    failed: ordering.failed,
    of: (own) => ({
      gateway: newGateway({ ...shared, definition, endorser, ordering, peers, own }),
      endorser,
      signer: own.signer,
      deliver: { ...shared, chain, log },
    }),
  };
}

async function listen({ config, peers, life }: Parts, servicesOf: (own: OwnPeer) => Services): Promise<void> {
  const listeners: Listener[] = [];
  life.add(async () => {
    await Promise.all(listeners.map((listener) => listener.stop()));
  });
  for (const own of peers) {
    const listener = await startListener(own.address, config.tls ? own.peerDir : undefined, servicesOf(own));
    listeners.push(listener);
    own.address = listener.address;
  }
}

async function serve(config: EmbeddedNodeConfig, life: Lifespan, log: Log): Promise<EmbeddedNode> {
  const parts = await openParts(config, life, log);
  const { of, failed } = servicesFor(parts, life);
  await listen(parts, of);
  const { ledger, peers } = parts;
  return {
    channel: config.channel,
    genesisHash: ledger.genesisHash,
    organisations: peers.map(({ mspId, address }) => ({ mspId, address })),
    get height() {
      return ledger.chain.height;
    },
    failed,
    stop: () => life.end(),
  };
}

/**
 * Starts a node: opens or begins the ledger, starts the chaincode, then listens, one address per organisation.
 * @param value see README.md; paths are relative to the working directory
 * @throws EmbeddedNodeError; whatever was started by then has been stopped again
 */
export async function startNode(
  value: EmbeddedNodeConfigInput,
  options: StartOptions = {},
): Promise<EmbeddedNode> {
  const config = checkConfig(value);
  const log = options.log ?? newLog((line) => process.stderr.write(line), config.logLevel);
  const life = newLifespan();
  try {
    return await serve(config, life, log);
  } catch (cause) {
    await life.end();
    throw cause;
  }
}
