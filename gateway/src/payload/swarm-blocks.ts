import { setTimeout as delay } from 'node:timers/promises';
import { isBlockOf, MAX_BLOCK_BYTES, parseCid } from './cid.js';
import type { KuboRpc } from './kubo-rpc.js';
import { PayloadError, type BlockSource } from './port.js';

/**
 * Blocks of other members over the private swarm: the own Kubo asks the nodes it is connected to. It never says that nobody has a block,
 * so the deadline (milliseconds) is the answer.
 * @throws (from `block`) PayloadError BLOCK_MISSING
 */
export function newSwarmBlocks(rpc: KuboRpc, withinMs: number): BlockSource {
  return {
    async block(text, signal) {
      const cid = parseCid(text);
      const how = { signal, withinMs, stallMs: withinMs, limit: MAX_BLOCK_BYTES };
      const bytes = await rpc.call('block/get', { arg: text }, how).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw new PayloadError('BLOCK_MISSING', `no node of the swarm sent the block ${text}`, { cause });
      });
      if (isBlockOf(cid, bytes)) return bytes;
      throw new PayloadError('BLOCK_MISSING', `the swarm sent bytes that ${text} does not name`);
    },
  };
}

/**
 * Asks one source and, when it has not answered after a head start (milliseconds), the other as well; the first that has the block wins.
 * A member may keep blocks in the swarm or behind its gateway only, and the swarm does not say that it has none. While the second source is
 * the one that has them, it is asked without delay: or else every block of a file would cost the head start.
 */
export function newHedgedBlocks(first: BlockSource, second: BlockSource, headStartMs: number): BlockSource {
  let hasSecondWon = false;
  return {
    async block(cid, signal) {
      const over = new AbortController();
      const either = AbortSignal.any(signal === undefined ? [over.signal] : [over.signal, signal]);
      const firstFailed = new AbortController();
      const wait = hasSecondWon ? 0 : headStartMs;
      const byFirst = async (): Promise<Uint8Array> => {
        try {
          const bytes = await first.block(cid, either);
          hasSecondWon = false;
          return bytes;
        } finally {
          firstFailed.abort();
        }
      };
      const bySecond = async (): Promise<Uint8Array> => {
        await delay(wait, undefined, { signal: firstFailed.signal }).catch(() => undefined);
        either.throwIfAborted();
        const bytes = await second.block(cid, either);
        // A member that answers fast, with anything, must not outrun one that has the block.
        if (!isBlockOf(parseCid(cid), bytes)) throw new PayloadError('BLOCK_MISSING', `forged: ${cid}`);
        hasSecondWon = true;
        return bytes;
      };
      try {
        return await Promise.any([byFirst(), bySecond()]);
      } catch (error) {
        signal?.throwIfAborted();
        const cause = error instanceof AggregateError ? error.errors : error;
        throw new PayloadError('BLOCK_MISSING', `no other member has the block ${cid}`, { cause });
      } finally {
        over.abort();
      }
    },
  };
}
