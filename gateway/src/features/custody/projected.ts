import { encode, type AnyRecord, type Key } from '@tallystick/chaincode/model';
import type { Reader } from '@tallystick/chaincode/rules';
import type { ListQuery, ProjectedRecord, Projection } from '../../projection/port.js';

/** Where a write stands in the order of the ledger. */
export interface Position {
  readonly blockNumber: bigint;
  readonly txIndex: number;
}

/** A record of our projection as the model types it: its text was accepted by the schema before it was written. */
export async function recordAt<T extends AnyRecord>(
  projection: Pick<Projection, 'record'>,
  key: Key<T>,
): Promise<T | undefined> {
  const projected = await projection.record(key.text);
  return projected?.value as T | undefined;
}

const textOf = (record: ProjectedRecord | undefined): string | undefined => record && encode(record.value);

/** Committed state as our projection has it now, for the rules. */
export const readerNow =
  (projection: Pick<Projection, 'record'>): Reader =>
  async (key) =>
    textOf(await projection.record(key));

const isBefore = (record: ProjectedRecord, { blockNumber, txIndex }: Position): boolean =>
  record.blockNumber === blockNumber ? record.txIndex < txIndex : record.blockNumber < blockNumber;

/**
 * Committed state as it stood right before a transaction: what a VALID transaction has read, because the ledger checks
 * that nothing it read was written in between.
 */
export const readerBefore =
  (projection: Pick<Projection, 'record' | 'history'>, position: Position): Reader =>
  async (key) => {
    const latest = await projection.record(key);
    if (latest === undefined || isBefore(latest, position)) return textOf(latest);
    const versions = await projection.history(key);
    return textOf(versions.findLast((version) => isBefore(version, position)));
  };

const PAGE = 500;

/** All records of a listing, page by page. */
export async function* recordsIn<T extends AnyRecord>(
  projection: Pick<Projection, 'list'>,
  query: Omit<ListQuery, 'limit' | 'after'>,
): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const page = await projection.list({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
    for (const { value } of page.items) yield value as unknown as T;
    after = page.next;
  } while (after !== undefined);
}

/** The same at once, where they are few enough to be held. */
export async function recordsOf<T extends AnyRecord>(
  projection: Pick<Projection, 'list'>,
  query: Omit<ListQuery, 'limit' | 'after'>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const record of recordsIn<T>(projection, query)) found.push(record);
  return found;
}
