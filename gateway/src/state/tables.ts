import { sql, type QueryExecutorProvider } from 'kysely';
import type { StateDatabase } from './writer.js';

export type Step = (trx: QueryExecutorProvider) => Promise<void>;

/** Tables of one feature in the organisation's state. */
export interface Tables<Stores> {
  /**
   * In order; step n brings them from version n to n + 1. A released step is never changed: what it made is on disks that nothing
   * can restore.
   */
  readonly steps: readonly Step[];
  /** The stores over them; called after the last step. */
  open(database: StateDatabase): Stores;
}

/** A step of plain SQL. */
export const statements =
  (...texts: readonly string[]): Step =>
  async (trx) => {
    for (const text of texts) await sql.raw(text).execute(trx);
  };

/** The same database as a feature sees it. Its own steps made the tables: nothing else can tell what they are. */
export const tablesOf = <Schema>(database: StateDatabase): StateDatabase<Schema> =>
  database as unknown as StateDatabase<Schema>;
