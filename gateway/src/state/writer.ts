import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { SqliteFile, SqliteHandle } from '../database/sqlite/database.js';
import { StateError } from './port.js';
import type { StateSchema } from './schema.js';

/** Reads at any time; writes one after another, each durable when its promise settles. */
export interface StateDatabase<Schema = StateSchema> {
  readonly db: Kysely<Schema>;
  /** The same connection, for statements that are prepared once and run inside a `write`. */
  readonly handle: SqliteHandle;
  /**
   * Runs `operation` inside a database transaction. It must do all its refusing (StateError) before its first write: operations that
   * arrive together share one transaction, and only other errors undo it, for all of them.
   */
  readonly write: <T>(operation: Operation<T, Schema>) => Promise<T>;
  /** RFC 3339 UTC, milliseconds. */
  readonly now: () => string;
}

type Operation<T, Schema = StateSchema> = (trx: Transaction<Schema>) => Promise<T>;

interface Waiting {
  readonly operation: Operation<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Settles one waiting operation; called after the commit. */
type Settle = () => void;

async function attempt(
  { operation, resolve, reject }: Waiting,
  trx: Transaction<StateSchema>,
): Promise<Settle> {
  try {
    const value = await operation(trx);
    return () => resolve(value);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return () => reject(error);
  }
}

async function commitTogether(db: Kysely<StateSchema>, batch: readonly Waiting[]): Promise<void> {
  try {
    const settlements = await db.transaction().execute(async (trx) => {
      const made: Settle[] = [];
      for (const waiting of batch) made.push(await attempt(waiting, trx));
      return made;
    });
    for (const settle of settlements) settle();
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/** Writes that arrive in the same turn of the event loop share a commit, so that a burst costs few flushes. */
export function newStateDatabase(
  { queries: db, handle }: Pick<SqliteFile<StateSchema>, 'queries' | 'handle'>,
  clock: () => Date,
): StateDatabase {
  let waiting: Waiting[] = [];
  let isBusy = false;

  async function drain(): Promise<void> {
    isBusy = true;
    while (waiting.length > 0) {
      await turn();
      const batch = waiting;
      waiting = [];
      await commitTogether(db, batch);
    }
    isBusy = false;
  }

  function write<T>(operation: Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject });
      if (!isBusy) void drain();
    });
  }

  return { db, handle, write, now: () => clock().toISOString() };
}
