import type { AnyRecord, Key, RecordKind, RecordOfKind } from '@tallystick/chaincode/model';
import type { Reader } from '@tallystick/chaincode/rules';
import type { ListQuery, Page, ProjectedRecord, Projection, WrittenText } from '../../projection/port.js';

/** Where a write stands in the order of the ledger. */
export interface Position {
  readonly blockNumber: bigint;
  readonly txIndex: number;
}

/** A record of our projection, for who does not ask where it comes from. */
export async function recordAt<T extends AnyRecord>(
  projection: Pick<Projection, 'record'>,
  key: Key<T>,
): Promise<T | undefined> {
  return (await projection.record(key))?.value;
}

/** Committed state as our projection has it now, for the rules. */
export const readerNow =
  (projection: Pick<Projection, 'text'>): Reader =>
  async (key) =>
    (await projection.text(key))?.text;

const isBefore = (record: WrittenText, { blockNumber, txIndex }: Position): boolean =>
  record.blockNumber === blockNumber ? record.txIndex < txIndex : record.blockNumber < blockNumber;

/**
 * Committed state as it stood right before a transaction: what a VALID transaction has read, because the ledger checks
 * that nothing it read was written in between.
 */
export const readerBefore =
  (projection: Pick<Projection, 'text' | 'texts'>, position: Position): Reader =>
  async (key) => {
    const latest = await projection.text(key);
    if (latest === undefined || isBefore(latest, position)) return latest?.text;
    const versions = await projection.texts(key);
    return versions.findLast((version) => isBefore(version, position))?.text;
  };

const PAGE = 500;

type Question<K extends RecordKind> = Omit<ListQuery<K>, 'limit' | 'after'>;

/** All records of a listing, page by page. */
export async function* recordsIn<K extends RecordKind>(
  projection: Pick<Projection, 'list'>,
  query: Question<K>,
): AsyncGenerator<RecordOfKind<K>> {
  let after: string | undefined;
  do {
    const page: Page<ProjectedRecord<RecordOfKind<K>>> = await projection.list({
      ...query,
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const { value } of page.items) yield value;
    after = page.next;
  } while (after !== undefined);
}

/** The same at once, where they are few enough to be held. */
export async function recordsOf<K extends RecordKind>(
  projection: Pick<Projection, 'list'>,
  query: Question<K>,
): Promise<readonly RecordOfKind<K>[]> {
  const found: RecordOfKind<K>[] = [];
  for await (const record of recordsIn(projection, query)) found.push(record);
  return found;
}
