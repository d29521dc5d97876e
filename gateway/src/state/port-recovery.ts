import type { Outcome } from '../ledger/port.js';
import type { Operation, Operations, StateStore, StoredResponse, UnfinishedRequest } from './port.js';

/** What became of a transaction id; the ledger's `outcome`. */
export type OutcomeLookup = (txId: string) => Promise<Outcome>;

/** Writes an outcome into its operation; UNKNOWN leaves it pending. */
export async function settleOperation(
  operations: Operations,
  operation: Operation,
  outcome: Outcome,
): Promise<Operation> {
  switch (outcome.state) {
    case 'VALID':
      return operations.commit(operation.id, outcome);
    case 'INVALID':
      return operations.fail(operation.id, JSON.stringify({ code: outcome.code }));
    case 'UNKNOWN':
      return operation;
  }
}

interface Recovery {
  readonly store: Pick<StateStore, 'idempotency' | 'operations'>;
  readonly lookUp: OutcomeLookup;
  readonly respond: (operation: Operation) => StoredResponse;
}

async function resolve({ store, lookUp, respond }: Recovery, request: UnfinishedRequest): Promise<void> {
  const { principal, txId, transaction = '' } = request;
  const outcome: Outcome = txId === undefined ? { state: 'UNKNOWN' } : await lookUp(txId);
  if (txId === undefined || outcome.state === 'INVALID') {
    await store.idempotency.free(request);
    return;
  }
  const operation = await store.operations.create({ principal, txId, transaction });
  const settled = await settleOperation(store.operations, operation, outcome);
  await store.idempotency.finish(request, respond(settled));
}

/**
 * Settles the requests that a crash left in flight; to be called before anything is served. One that was about to send nothing, or whose
 * transaction is finally invalid, is freed: it may be made again. Any other becomes an operation to poll, and `respond` says
 * how a repeated request is answered (202 with its location): the transaction may still commit, so it must not be made again.
 * Returns how many were settled; rejects with the look-up's error, and can be called again.
 */
export async function resolveUnfinished(
  store: Pick<StateStore, 'idempotency' | 'operations'>,
  lookUp: OutcomeLookup,
  respond: (operation: Operation) => StoredResponse,
): Promise<number> {
  const requests = await store.idempotency.unfinished();
  for (const request of requests) await resolve({ store, lookUp, respond }, request);
  return requests.length;
}
