import { openSqlite, type SqliteFile } from '../database/sqlite/database.js';
import { newApiKeys, seedApiKeys, type ApiKeySeed } from './api-keys.js';
import { newIdempotency } from './idempotency.js';
import { GATEWAY, migrate, type Owner } from './migrations.js';
import { newOpenings } from './openings.js';
import { newOperations } from './operations.js';
import { StateError, type StateStore } from './port.js';
import type { StateSchema } from './schema.js';
import { newStateDatabase, type StateDatabase } from './writer.js';

export interface StateOptions {
  /** API keys of the first start. */
  readonly seeds?: readonly ApiKeySeed[];
  readonly clock?: () => Date;
  /** Who else has tables in it. */
  readonly owners?: readonly Owner[];
}

/** The organisation's state, open. */
export interface OpenedState extends StateStore {
  /** For the stores of those that have tables of their own. */
  readonly database: StateDatabase;
  close(): Promise<void>;
}

function openFile(file: string): SqliteFile<StateSchema> {
  try {
    return openSqlite<StateSchema>(file, { synchronous: 'FULL', secureDelete: true });
  } catch (cause) {
    throw new StateError('CORRUPT', `${file} cannot be opened as a database`, { cause });
  }
}

/**
 * Opens the organisation's state, creating or migrating it. Throws StateError: CORRUPT when the file is no database, NEWER_SCHEMA when
 * newer software has written it. Nothing is served from a state that could not be opened whole.
 */
export async function openState(
  file: string,
  { seeds = [], clock = () => new Date(), owners = [] }: StateOptions = {},
): Promise<OpenedState> {
  const opened = openFile(file);
  const { queries, close } = opened;
  const database = newStateDatabase(opened, clock);
  try {
    await migrate(queries, [GATEWAY, ...owners]);
    await seedApiKeys(database, seeds);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    apiKeys: newApiKeys(database),
    idempotency: newIdempotency(database),
    operations: newOperations(database),
    openings: newOpenings(database),
    database,
    close,
  };
}
