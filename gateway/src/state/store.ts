import { openSqlite, type SqliteFile } from '../sqlite/database.js';
import { newApiKeys, seedApiKeys, type ApiKeySeed } from './api-keys.js';
import { newCheckpointArchive } from './checkpoint-archive.js';
import { newCustodyJournal } from './custody-journal.js';
import { newDutyJournal } from './duty-journal.js';
import { newEvidenceArchive } from './evidence-archive.js';
import { newIdempotency } from './idempotency.js';
import { migrate } from './migrations.js';
import { newOffers } from './offers.js';
import { newOneTimeKeys } from './one-time-keys.js';
import { newOpenings } from './openings.js';
import { newOperations } from './operations.js';
import { newOwnerHeaders } from './owner-headers.js';
import { StateError, type StateStore } from './port.js';
import type { StateSchema } from './schema.js';
import { newStateDatabase } from './writer.js';

export interface StateStoreOptions {
  /** API keys of the first start. */
  readonly seeds?: readonly ApiKeySeed[];
  readonly clock?: () => Date;
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
export async function newStateStore(file: string, options: StateStoreOptions = {}): Promise<StateStore> {
  const opened = openFile(file);
  const { queries, close } = opened;
  const state = newStateDatabase(opened, options.clock ?? (() => new Date()));
  try {
    await migrate(queries);
    await seedApiKeys(state, options.seeds ?? []);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    apiKeys: newApiKeys(state),
    idempotency: newIdempotency(state),
    operations: newOperations(state),
    ownerHeaders: newOwnerHeaders(state),
    oneTimeKeys: newOneTimeKeys(state),
    custody: newCustodyJournal(state),
    duties: newDutyJournal(state),
    offers: newOffers(state),
    openings: newOpenings(state),
    evidence: newEvidenceArchive(state),
    checkpoints: newCheckpointArchive(state),
    close,
  };
}
