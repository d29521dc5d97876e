import { sql, type Kysely, type Transaction } from 'kysely';
import { StateError } from './port.js';
import type { StateSchema } from './schema.js';
import { statements, type Step } from './tables.js';

/** Whose tables they are, and how they are made. */
export interface Owner {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Tables of every gateway (`schema.ts`). */
export const GATEWAY: Owner = {
  name: 'gateway',
  steps: [
    statements(
      `CREATE TABLE api_keys (
       name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, identity TEXT NOT NULL, scopes TEXT NOT NULL,
       created_at TEXT NOT NULL, revoked_at TEXT)`,
      `CREATE TABLE idempotency (
       principal TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('IN_FLIGHT', 'DONE')), tx_id TEXT, transaction_name TEXT,
       status INTEGER, headers TEXT, body TEXT, created_at TEXT NOT NULL, PRIMARY KEY (principal, key))`,
      `CREATE INDEX idempotency_by_state ON idempotency (state, created_at)`,
      `CREATE TABLE operations (
       id TEXT PRIMARY KEY, principal TEXT NOT NULL, tx_id TEXT NOT NULL, transaction_name TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('PENDING', 'COMMITTED', 'FAILED')),
       block_number INTEGER, result TEXT, refusal TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
       UNIQUE (principal, tx_id))`,
      `CREATE INDEX operations_by_state ON operations (state, created_at)`,
      `CREATE TABLE openings (digest TEXT PRIMARY KEY, salt TEXT NOT NULL, value TEXT NOT NULL)`,
    ),
  ],
};

async function versionOf(trx: Transaction<StateSchema>, owner: string): Promise<number> {
  const row = await trx
    .selectFrom('schema_versions')
    .select('version')
    .where('owner', '=', owner)
    .executeTakeFirst();
  if (row !== undefined) return row.version;
  await trx.insertInto('schema_versions').values({ owner, version: 0 }).execute();
  return 0;
}

async function bring(trx: Transaction<StateSchema>, { name, steps }: Owner): Promise<void> {
  const version = await versionOf(trx, name);
  const known = steps.length;
  if (version > known) {
    throw new StateError(
      'NEWER_SCHEMA',
      `State has schema ${version} of ${name}, this software knows ${known}`,
    );
  }
  for (const step of steps.slice(version)) await step(trx);
  await trx.updateTable('schema_versions').set({ version: known }).where('owner', '=', name).execute();
}

/**
 * Brings the tables of all to this code's versions, wholly or not at all. Throws StateError NEWER_SCHEMA for a database that newer code
 * has written: reading it with old eyes could lose a key.
 */
export async function migrate(db: Kysely<StateSchema>, owners: readonly Owner[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql
      .raw(
        'CREATE TABLE IF NOT EXISTS schema_versions (owner TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID',
      )
      .execute(trx);
    for (const owner of owners) await bring(trx, owner);
  });
}
