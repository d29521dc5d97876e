import { textOf } from './bytes/protobuf.js';
import { functionOf } from './fabric/proposal.js';
import type { NamespaceSet } from './fabric/rwset.js';
import type { Transaction } from './fabric/transaction.js';
import { rejectUnless } from './rejection.js';
import type { Recorded } from './replay.js';

/** A recorded transaction without what stood under the keys it read. */
export type RecordedCall = Omit<Recorded, 'reads' | 'withheld' | 'openings'>;

/**
 * What a transaction of our chaincode says that it did, in the form that a replay compares. What stood under the keys it read, and the
 * openings, come from elsewhere.
 * @throws Rejection WRITES_DIFFER, MALFORMED
 */
export function recordedIn(transaction: Transaction, chaincode: string): RecordedCall {
  const own = transaction.namespaces.find(({ namespace }) => namespace === chaincode);
  for (const set of transaction.namespaces) if (set !== own) assertNothing(set);
  return {
    transaction: functionOf(transaction),
    argument: parameterOf(transaction),
    creator: transaction.submitter,
    time: transaction.time,
    writes: own ? writesOf(own) : new Map(),
    response: textOf(transaction.response.payload),
  };
}

/** The single parameter of a call. @throws Rejection WRITES_DIFFER, MALFORMED */
export function parameterOf({ args }: Pick<Transaction, 'args'>): string {
  const [, parameter, ...more] = args;
  rejectUnless(parameter !== undefined && more.length === 0, 'WRITES_DIFFER', {
    what: `${args.length - 1} arguments`,
  });
  return textOf(parameter);
}

/** The rules know no ranges, no private data, no policies of keys. @throws Rejection WRITES_DIFFER */
export function assertPlain({ namespace, hasRangeQueries, metadataWrites, collections }: NamespaceSet): void {
  const isPlain = !hasRangeQueries && metadataWrites.length === 0 && collections.length === 0;
  rejectUnless(isPlain, 'WRITES_DIFFER', { namespace, what: 'more than plain keys' });
}

/** In the name of another chaincode the rules write nothing. @throws Rejection WRITES_DIFFER */
export function assertNothing(set: NamespaceSet): void {
  rejectUnless(set.writes.length === 0, 'WRITES_DIFFER', { namespace: set.namespace });
  assertPlain(set);
}

// The rules never delete; a delete under our chaincode's name is not theirs.
function writesOf(own: NamespaceSet): ReadonlyMap<string, string> {
  assertPlain(own);
  return new Map(
    own.writes.map(({ key, value }) => {
      rejectUnless(value !== null, 'WRITES_DIFFER', { deleted: key });
      return [key, textOf(value)];
    }),
  );
}
