import type { Key } from '@tallystick/chaincode/model';
import type { ProjectedRecord, Projection } from '../../projection/port.js';
import type { Evidence } from './guards.js';

/** A version of a record, and the transaction that wrote it. */
export interface Version {
  readonly record: ProjectedRecord;
  readonly transaction: Evidence;
}

/** Every version of a record, oldest first. */
export async function versionsOf(
  projection: Pick<Projection, 'history' | 'transaction'>,
  { text }: Pick<Key, 'text'>,
): Promise<readonly Version[]> {
  const records = await projection.history(text);
  return Promise.all(
    records.map(async (record) => ({ record, transaction: await projection.transaction(record.txId) })),
  );
}
