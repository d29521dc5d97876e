import { sql, type Kysely, type Transaction } from 'kysely';
import { StateError } from './port.js';
import type { StateSchema } from './schema.js';

type Step = (trx: Transaction<StateSchema>) => Promise<void>;

const run =
  (...statements: readonly string[]): Step =>
  async (trx) => {
    for (const statement of statements) await sql.raw(statement).execute(trx);
  };

/**
 * In order; step n brings the schema from version n to n + 1. A released step is never changed: what it made is on disks
 * that nothing can restore.
 */
const steps: readonly Step[] = [
  run(
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
    `CREATE TABLE owner_headers (
       version_id TEXT PRIMARY KEY, header BLOB NOT NULL, plain_digest TEXT NOT NULL,
       key_commitment TEXT NOT NULL, created_at TEXT NOT NULL)`,
    `CREATE TABLE one_time_keys (usage_id TEXT PRIMARY KEY, identity TEXT NOT NULL, created_at TEXT NOT NULL)`,
    `CREATE TABLE custody_journal (
       usage_id TEXT PRIMARY KEY, grant_id TEXT NOT NULL, state TEXT NOT NULL, header BLOB, header_cid TEXT,
       slot INTEGER, tx_id TEXT, attempts INTEGER NOT NULL, reason TEXT, updated_at TEXT NOT NULL,
       sequence INTEGER NOT NULL)`,
    `CREATE INDEX custody_journal_by_state ON custody_journal (state, sequence)`,
    `CREATE INDEX custody_journal_by_grant ON custody_journal (grant_id)`,
    `CREATE TABLE offers (
       sequence INTEGER PRIMARY KEY, grant_id TEXT NOT NULL, terms_digest TEXT NOT NULL,
       side TEXT NOT NULL CHECK (side IN ('OFFERED', 'ACCEPTED')), tx_id TEXT NOT NULL, created_at TEXT NOT NULL,
       UNIQUE (grant_id, terms_digest, side))`,
    `CREATE TABLE openings (digest TEXT PRIMARY KEY, salt TEXT NOT NULL, value TEXT NOT NULL)`,
  ),
  // A note for each transaction, so that taking one back never touches that of another under the same terms.
  run(
    `ALTER TABLE offers RENAME TO offers_before`,
    `CREATE TABLE offers (
       sequence INTEGER PRIMARY KEY, grant_id TEXT NOT NULL, terms_digest TEXT NOT NULL,
       side TEXT NOT NULL CHECK (side IN ('OFFERED', 'ACCEPTED')), tx_id TEXT NOT NULL, created_at TEXT NOT NULL,
       UNIQUE (grant_id, terms_digest, side, tx_id))`,
    `INSERT INTO offers (sequence, grant_id, terms_digest, side, tx_id, created_at)
       SELECT sequence, grant_id, terms_digest, side, tx_id, created_at FROM offers_before`,
    `DROP TABLE offers_before`,
    `CREATE INDEX offers_by_transaction ON offers (tx_id)`,
  ),
  // What evidence is made with and nobody may be left to give again.
  run(
    `CREATE TABLE evidence_blocks (number INTEGER PRIMARY KEY, block BLOB NOT NULL)`,
    `CREATE TABLE checkpoint_tokens (
       height INTEGER NOT NULL, authority TEXT NOT NULL, token BLOB NOT NULL, PRIMARY KEY (height, authority))`,
  ),
  run(
    `CREATE TABLE duties (
       obligation_id TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('DELETE', 'INFORM', 'ACKNOWLEDGE')),
       state TEXT NOT NULL CHECK (state IN ('OPEN', 'DONE', 'CLOSED')), evidence TEXT, notice TEXT, reason TEXT,
       updated_at TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (obligation_id, role))`,
    `CREATE INDEX duties_by_state ON duties (state, sequence)`,
  ),
  // Signatures under checkpoints. One signer has one body at one height: the key says so.
  run(
    `CREATE TABLE checkpoint_bodies (digest TEXT PRIMARY KEY, height INTEGER NOT NULL, body TEXT NOT NULL)`,
    `CREATE INDEX checkpoint_bodies_by_height ON checkpoint_bodies (height)`,
    `CREATE TABLE checkpoint_certificates (
       digest TEXT PRIMARY KEY, msp_id TEXT NOT NULL, certificate TEXT NOT NULL)`,
    `CREATE TABLE checkpoint_signatures (
       key TEXT NOT NULL, height INTEGER NOT NULL, own INTEGER NOT NULL, body TEXT NOT NULL,
       certificate TEXT NOT NULL, statement TEXT NOT NULL, signature TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('STANDS', 'VOID')), agreed INTEGER NOT NULL, named INTEGER NOT NULL,
       PRIMARY KEY (key, height)) WITHOUT ROWID`,
    `CREATE INDEX checkpoint_signatures_by_height ON checkpoint_signatures (height, own, body)`,
    `CREATE TABLE checkpoint_retractions (height INTEGER PRIMARY KEY, retraction TEXT NOT NULL)`,
    `CREATE TABLE checkpoint_lies (
       id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, height INTEGER NOT NULL, lie TEXT NOT NULL,
       UNIQUE (kind, key, height))`,
  ),
];

/** Version that this code reads and writes. */
export const SCHEMA_VERSION = steps.length;

async function versionOf(trx: Transaction<StateSchema>): Promise<number> {
  await sql.raw('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)').execute(trx);
  const row = await trx.selectFrom('schema_version').select('version').executeTakeFirst();
  if (row !== undefined) return row.version;
  await trx.insertInto('schema_version').values({ version: 0 }).execute();
  return 0;
}

/**
 * Brings the schema to this code's version, wholly or not at all. Throws StateError NEWER_SCHEMA for a database that newer code
 * has written: reading it with old eyes could lose a key.
 */
export async function migrate(db: Kysely<StateSchema>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const version = await versionOf(trx);
    if (version > SCHEMA_VERSION) {
      throw new StateError(
        'NEWER_SCHEMA',
        `State has schema ${version}, this software knows ${SCHEMA_VERSION}`,
      );
    }
    for (const step of steps.slice(version)) await step(trx);
    await trx.updateTable('schema_version').set({ version: SCHEMA_VERSION }).execute();
  });
}
