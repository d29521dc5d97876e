import type { SqliteHandle } from '../database/sqlite/database.js';
import { prepared } from '../database/sqlite/statement.js';

/** Row of a submitter, made where there is none. */
export type Submitters = (mspId: string, certificate: string) => number;

/** Submitters remembered by their row; bounded, because whoever may submit could make new certificates for ever. */
const REMEMBERED = 4096;

/**
 * An id stays right after a rollback only if the row is inserted again: so the memory is of lookups in this process's committed past, and a
 * failed batch stops the follower, whose writer is then made anew.
 */
export function newSubmitters(handle: SqliteHandle): Submitters {
  const statement = prepared<[id: number]>(
    handle,
    `INSERT INTO submitters (msp_id, certificate) VALUES (?, ?)
       ON CONFLICT (certificate, msp_id) DO UPDATE SET msp_id = excluded.msp_id RETURNING id`,
  );
  const known = new Map<string, number>();
  return (mspId, certificate) => {
    const name = `${mspId}\n${certificate}`;
    const id = known.get(name) ?? statement.first(mspId, certificate)?.[0] ?? 0;
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, id);
    return id;
  };
}
