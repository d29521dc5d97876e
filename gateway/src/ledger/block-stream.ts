import type { CloseableAsyncIterable, Network } from '@hyperledger/fabric-gateway';
import type { common } from '@hyperledger/fabric-protos';
import { assertFollows, type BlockDecoder } from './block.js';
import type { Peer } from './connection.js';
import { jittered, pause } from './pause.js';
import type { PeerPool } from './peer-pool.js';
import { ChainBroken, LedgerUnavailable } from './port-errors.js';
import type { LedgerBlock } from './port.js';

export interface BlockStreamOptions {
  readonly pool: PeerPool;
  readonly networkAt: (peer: Peer) => Network;
  readonly decoder: BlockDecoder;
  readonly onDisconnect?: OnDisconnect | undefined;
}

/** Told about every broken stream; following goes on, perhaps at another peer, after the pause (milliseconds). */
export type OnDisconnect = (error: unknown, pause: number, address: string) => void;

const BASE_PAUSE = 100;
const LONGEST_PAUSE = 5000;
const VALID = 'VALID';

const isAborted = (signal: AbortSignal): boolean => signal.aborted;

type Delivered = CloseableAsyncIterable<common.Block>;

// A stream of blocks has no end of its own: one that ends has broken, with or without an error.
async function* delivered(network: Network, from: bigint, signal: AbortSignal): AsyncGenerator<common.Block> {
  const events: Delivered = await network.getBlockEvents({ startBlock: from });
  const close = (): void => events.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (!signal.aborted) yield* events;
    if (!isAborted(signal)) throw new LedgerUnavailable('The peer ended its stream of blocks', {});
  } finally {
    signal.removeEventListener('abort', close);
    events.close();
  }
}

function assertExpected(previous: LedgerBlock | undefined, from: bigint, block: LedgerBlock): void {
  if (previous !== undefined) assertFollows(previous, block);
  else if (block.number !== from) throw new ChainBroken(block.number, `expected block ${from.toString()}`);
}

/** A transaction that changed the state and that a peer can be asked about. */
const tellingTransaction = ({ transactions }: LedgerBlock): string | undefined =>
  transactions.find(({ code, txId }) => code === VALID && txId !== '')?.txId;

/**
 * Blocks from a number on, each checked against its own header and the header before it, until `signal` aborts. A broken
 * connection is resumed where it broke, at the same or at another peer, whose chain has to go on from the very block that was delivered last. A
 * block that does not fit throws ChainBroken, because skipping it would make everything after it a guess. The first
 * block's predecessor is the caller's to check.
 */
export async function* followBlocks(
  { pool, networkAt, decoder, onDisconnect }: BlockStreamOptions,
  from: bigint,
  signal: AbortSignal,
): AsyncGenerator<LedgerBlock> {
  let previous: LedgerBlock | undefined;
  let failures = 0;
  while (!isAborted(signal)) {
    const { peer, until } = pool.follow();
    const next = previous === undefined ? from : previous.number + 1n;
    try {
      for await (const raw of delivered(networkAt(peer), next, AbortSignal.any([signal, until]))) {
        const block = decoder.decode(raw);
        assertExpected(previous, from, block);
        pool.holds(peer, block.number, tellingTransaction(block));
        previous = block;
        failures = 0;
        yield block;
      }
    } catch (error) {
      if (error instanceof ChainBroken) throw error;
      if (isAborted(signal)) return;
      if (isAborted(until)) continue;
      pool.demote(peer);
      const rest = BASE_PAUSE + jittered(failures, BASE_PAUSE, LONGEST_PAUSE);
      failures += 1;
      onDisconnect?.(error, rest, peer.address);
      await pause(rest, signal);
    }
  }
}
