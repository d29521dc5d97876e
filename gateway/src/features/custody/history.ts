import type { AnyRecord, Key } from '@tallystick/chaincode/model';
import type { ProjectedRecord, Projection } from '../../projection/port.js';
import type { Evidence } from './guards.js';

/** A version of a record, and the transaction that wrote it. */
export interface Version<T extends AnyRecord = AnyRecord> {
  readonly record: ProjectedRecord<T>;
  readonly transaction: Evidence;
}

/** Every version of a record, oldest first. */
export async function versionsOf<T extends AnyRecord>(
  projection: Pick<Projection, 'history' | 'transaction'>,
  key: Key<T>,
): Promise<readonly Version<T>[]> {
  const records = await projection.history(key);
  return Promise.all(
    records.map(async (record) => ({ record, transaction: await projection.transaction(record.txId) })),
  );
}
