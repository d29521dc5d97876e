import type { CloseableAsyncIterable, Network } from '@hyperledger/fabric-gateway';
import type { common } from '@hyperledger/fabric-protos';
import { assertFollows, type BlockDecoder } from './block.js';
import { jittered, pause } from './pause.js';
import { ChainBroken } from './port-errors.js';
import type { LedgerBlock } from './port.js';

export interface BlockStreamOptions {
  readonly network: Network;
  readonly decoder: BlockDecoder;
  /** Told about every broken stream; following goes on after the pause (milliseconds). */
  readonly onDisconnect?: ((error: unknown, pause: number) => void) | undefined;
}

const BASE_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

const isAborted = (signal: AbortSignal): boolean => signal.aborted;

type Delivered = CloseableAsyncIterable<common.Block>;

// The peer ends the stream when it restarts; fabric-gateway reports the end as an error of its own. All ends are alike here.
async function* delivered(network: Network, from: bigint, signal: AbortSignal): AsyncGenerator<common.Block> {
  const events: Delivered = await network.getBlockEvents({ startBlock: from });
  const close = (): void => events.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (!signal.aborted) yield* events;
  } finally {
    signal.removeEventListener('abort', close);
    events.close();
  }
}

function assertExpected(previous: LedgerBlock | undefined, from: bigint, block: LedgerBlock): void {
  if (previous !== undefined) assertFollows(previous, block);
  else if (block.number !== from) throw new ChainBroken(block.number, `expected block ${from.toString()}`);
}

/**
 * Blocks from a number on, each checked against its own header and the header before it, until `signal` aborts. A broken
 * connection is resumed where it broke; a block that does not fit throws ChainBroken, because skipping it
 * would make everything after it a guess. The first block's predecessor is the caller's to check.
 */
export async function* followBlocks(
  { network, decoder, onDisconnect }: BlockStreamOptions,
  from: bigint,
  signal: AbortSignal,
): AsyncGenerator<LedgerBlock> {
  let previous: LedgerBlock | undefined;
  let failures = 0;
  while (!isAborted(signal)) {
    try {
      for await (const block of delivered(
        network,
        previous === undefined ? from : previous.number + 1n,
        signal,
      )) {
        const next = decoder.decode(block);
        assertExpected(previous, from, next);
        previous = next;
        failures = 0;
        yield next;
      }
    } catch (error) {
      if (error instanceof ChainBroken) throw error;
      if (isAborted(signal)) return;
      const rest = BASE_PAUSE + jittered(failures, BASE_PAUSE, LONGEST_PAUSE);
      failures += 1;
      onDisconnect?.(error, rest);
      await pause(rest, signal);
    }
  }
}
