import type { SqliteHandle } from '../sqlite/database.js';

/**
 * Top-level string members of records that lists are asked for. Each has a column of its own and an index; other members can be
 * asked for too, more slowly.
 */
export const filterColumns = {
  state: 'by_state',
  dataset: 'by_dataset',
  version: 'by_version',
  claim: 'by_claim',
  grant: 'by_grant',
  usage: 'by_usage',
  provider: 'by_provider',
  consumer: 'by_consumer',
  custodian: 'by_custodian',
  owner: 'by_owner',
  component: 'by_component',
  subject: 'by_subject',
  assessor: 'by_assessor',
  claimant: 'by_claimant',
  respondent: 'by_respondent',
} as const;

export type FilterMember = keyof typeof filterColumns;
export type FilterColumn = (typeof filterColumns)[FilterMember];

export const filterMembers = Object.keys(filterColumns) as FilterMember[];

interface Placed {
  tx_id: string;
  block: number;
  idx: number;
}

export interface ProjectionSchema {
  checkpoint: { id: 1; block: number; hash: string };
  records: Placed & { key: string; kind: string; value: string } & Record<FilterColumn, string | null>;
  history: Placed & { key: string; value: string | null };
  transactions: Placed & {
    code: string;
    submitter: number;
    signed: number;
    time: string;
    transaction_name: string;
    argument: string;
    result: string;
  };
  submitters: { id: number; msp_id: string; certificate: string };
}

/** Raised with every change below; rows of another version are dropped and made again from the blocks. */
const SCHEMA_VERSION = 1;

const columns = Object.values(filterColumns);

const tables = [
  `CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), block INTEGER NOT NULL, hash TEXT NOT NULL)`,
  `CREATE TABLE submitters (
     id INTEGER PRIMARY KEY, msp_id TEXT NOT NULL, certificate TEXT NOT NULL, UNIQUE (certificate, msp_id))`,
  `CREATE TABLE transactions (
     block INTEGER NOT NULL, idx INTEGER NOT NULL, tx_id TEXT NOT NULL, code TEXT NOT NULL, submitter INTEGER NOT NULL,
     signed INTEGER NOT NULL, time TEXT NOT NULL, transaction_name TEXT NOT NULL, argument TEXT NOT NULL,
     result TEXT NOT NULL, PRIMARY KEY (block, idx)) WITHOUT ROWID`,
  `CREATE INDEX transactions_by_id ON transactions (tx_id)`,
  `CREATE TABLE history (
     key TEXT NOT NULL, block INTEGER NOT NULL, idx INTEGER NOT NULL, tx_id TEXT NOT NULL, value TEXT,
     PRIMARY KEY (key, block, idx))`,
  `CREATE TABLE records (
     key TEXT PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, tx_id TEXT NOT NULL, block INTEGER NOT NULL,
     idx INTEGER NOT NULL, ${columns.map((column) => `${column} TEXT`).join(', ')})`,
  `CREATE INDEX records_by_kind ON records (kind, key)`,
  ...columns.map(
    (column) =>
      `CREATE INDEX records_${column} ON records (${column}, kind, key) WHERE ${column} IS NOT NULL`,
  ),
];

const names = ['checkpoint', 'submitters', 'transactions', 'history', 'records'];

/** Runs `work` in one database transaction. */
export function inTransaction(handle: SqliteHandle, work: () => void): void {
  handle.exec('BEGIN IMMEDIATE');
  try {
    work();
    handle.exec('COMMIT');
  } catch (error) {
    if (handle.inTransaction) handle.exec('ROLLBACK');
    throw error;
  }
}

/** Drops every row: the projection is then that of no block. */
export function recreateTables(handle: SqliteHandle): void {
  inTransaction(handle, () => {
    for (const name of names) handle.exec(`DROP TABLE IF EXISTS ${name}`);
    for (const table of tables) handle.exec(table);
    handle.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/**
 * Settings for a database that is mostly written, in key order of hashes: with SQLite's defaults half of a rebuild went into copying the
 * same scattered pages from the log to the file after every 4 MiB. Costs up to 64 MiB of log and 32 MiB of memory.
 */
export function tuneForReplay(handle: SqliteHandle): void {
  handle.pragma('wal_autocheckpoint = 16384');
  handle.pragma('cache_size = -32768');
}

/** Makes the tables in a new database, or anew in one that other software wrote. */
export function ensureTables(handle: SqliteHandle): void {
  const [row] = handle.prepare('PRAGMA user_version').all() as { readonly user_version: number }[];
  if (row?.user_version !== SCHEMA_VERSION) recreateTables(handle);
}
