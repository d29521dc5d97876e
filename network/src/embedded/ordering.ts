import { status } from '@grpc/grpc-js';
import type { Chain } from './chain.js';
import { newCommitWatch, type CommitWatch } from './commit-watch.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import type { Log } from './log.js';
import { newOrderer, type BatchRule, type Orderer } from './orderer.js';
import { RpcFailure } from './rpc-status.js';
import type { Store } from './store.js';

/** More than this many transactions waiting for a block means that clients submit faster than the disk can take. */
const MAX_WAITING = 10_000;

/** The way of a transaction from the submission to its commit status. */
export interface Ordering {
  /** @throws RpcFailure UNAVAILABLE while too many wait, and once the node stops or the ledger cannot be written */
  readonly submit: Orderer['submit'];
  readonly status: CommitWatch['status'];
  /** Resolves if a block cannot be written. Nothing is ordered after that. */
  readonly failed: Promise<EmbeddedNodeError>;
  /** Commits what was submitted and takes nothing more. */
  stop(): Promise<void>;
}

/** Orders for one chain and tells what became of each transaction. */
export function newOrdering(rule: BatchRule, chain: Chain, store: Store, log: Log): Ordering {
  const watch = newCommitWatch(store, chain);
  let closed: RpcFailure | undefined;
  let onFailed: (failure: EmbeddedNodeError) => void = () => undefined;
  const failed = new Promise<EmbeddedNodeError>((resolve) => (onFailed = resolve));
  const fail = (cause: unknown): void => {
    const reason = `the ledger cannot be written: ${messageOf(cause)}`;
    closed = new RpcFailure(status.UNAVAILABLE, reason);
    watch.close(closed);
    log('error', 'ledger.failed', { reason });
    onFailed(new EmbeddedNodeError('STORE_DAMAGED', reason, { cause }));
  };
  const orderer = newOrderer(rule, (envelopes) => chain.append(envelopes), fail);
  return {
    submit(envelope) {
      if (closed) throw closed;
      if (orderer.waiting >= MAX_WAITING)
        throw new RpcFailure(status.UNAVAILABLE, 'too many transactions are waiting');
      orderer.submit(envelope);
    },
    status: (txId, signal) => watch.status(txId, signal),
    failed,
    async stop() {
      closed ??= new RpcFailure(status.UNAVAILABLE, 'the node is stopping');
      await orderer.drain();
      watch.close(closed);
    },
  };
}
