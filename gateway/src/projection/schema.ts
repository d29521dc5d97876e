import type { SqliteHandle } from '../database/sqlite/database.js';

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
type FilterColumn = (typeof filterColumns)[FilterMember];

export const filterMembers = Object.keys(filterColumns) as FilterMember[];

interface Placed {
  tx_id: string;
  block: number;
  idx: number;
}

/** The tables that are asked with queries put together as they come; those of the trees are asked with fixed ones. */
export interface ProjectionSchema {
  records: Placed & { key: string; kind: string; value: string } & Record<FilterColumn, string | null>;
  history: { key: string; position: number; value: string };
  transactions: Placed & {
    position: number;
    code: string;
    verdict: string;
    submitter: number;
    signed: number;
    time: string;
    transaction_name: string;
    argument: string;
    result: string;
  };
  clock: { time: string; block: number };
  submitters: { id: number; msp_id: string; certificate: string };
}

/** Raised with every change below; rows of another version are dropped and made again from the blocks. */
const SCHEMA_VERSION = 7;

const columns = Object.values(filterColumns);

const tables = {
  checkpoint: `(id INTEGER PRIMARY KEY CHECK (id = 1), block INTEGER NOT NULL, hash TEXT NOT NULL)`,
  // Of our chaincode, and the newest edition of the rules that has decided something.
  definition: `(id INTEGER PRIMARY KEY CHECK (id = 1), version TEXT, decided TEXT)`,
  submitters: `(
     id INTEGER PRIMARY KEY, msp_id TEXT NOT NULL, certificate TEXT NOT NULL, UNIQUE (certificate, msp_id))`,
  transactions: `(
     position INTEGER PRIMARY KEY, block INTEGER NOT NULL, idx INTEGER NOT NULL, tx_id TEXT NOT NULL, code TEXT NOT NULL,
     submitter INTEGER NOT NULL, signed INTEGER NOT NULL, time TEXT NOT NULL, transaction_name TEXT NOT NULL,
     argument TEXT NOT NULL, result TEXT NOT NULL, envelope BLOB NOT NULL, validation INTEGER NOT NULL,
     verdict TEXT NOT NULL, flags TEXT NOT NULL, writes BLOB NOT NULL, lint TEXT NOT NULL)`,
  // As they are. Brotli (quality 1) would halve their 7 KB for 80 us, a tenth of what a transaction costs its follower.
  envelopes: `(position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)`,
  history: `(key TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL, UNIQUE (key, position))`,
  records: `(
     key TEXT PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, tx_id TEXT NOT NULL, block INTEGER NOT NULL,
     idx INTEGER NOT NULL, ${columns.map((column) => `${column} TEXT`).join(', ')})`,
  // A digest that is NULL: nothing stands on Fabric.
  standings: `(key TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID`,
  divergences: `(
     position INTEGER PRIMARY KEY, keys TEXT NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL)`,
  lists: `(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, count INTEGER NOT NULL)`,
  members: `(
     list INTEGER NOT NULL, idx INTEGER NOT NULL, height INTEGER NOT NULL, usage TEXT NOT NULL,
     PRIMARY KEY (list, idx)) WITHOUT ROWID`,
  subtrees: `(
     tree INTEGER NOT NULL, level INTEGER NOT NULL, idx INTEGER NOT NULL, hash BLOB NOT NULL,
     PRIMARY KEY (tree, level, idx)) WITHOUT ROWID`,
  map_nodes: `(id INTEGER PRIMARY KEY, body BLOB NOT NULL)`,
  map_heights: `(
     height INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, bundle INTEGER, dropped TEXT NOT NULL)`,
  // A row for each block with a later time than any before.
  clock: `(time TEXT PRIMARY KEY, block INTEGER NOT NULL) WITHOUT ROWID`,
  bodies: `(height INTEGER PRIMARY KEY, body TEXT NOT NULL, begins_hour INTEGER NOT NULL)`,
  events: `(
     position INTEGER NOT NULL, idx INTEGER NOT NULL, name TEXT NOT NULL, members TEXT NOT NULL,
     PRIMARY KEY (position, idx)) WITHOUT ROWID`,
  // Positions of the transactions that opened it and closed it.
  edges: `(
     source TEXT NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL, target TEXT NOT NULL, ended INTEGER,
     PRIMARY KEY (source, kind, position, target)) WITHOUT ROWID`,
} as const;

const indexes = [
  `CREATE UNIQUE INDEX transactions_by_place ON transactions (block, idx)`,
  `CREATE INDEX transactions_effective ON transactions (block, time) WHERE verdict IN ('REPLAYED', 'CORRECTED')`,
  `CREATE INDEX transactions_configuring ON transactions (block) WHERE verdict = 'CONFIG'`,
  `CREATE INDEX transactions_by_id ON transactions (tx_id)`,
  `CREATE INDEX history_by_position ON history (position)`,
  `CREATE INDEX records_by_kind ON records (kind, key)`,
  `CREATE INDEX events_by_name ON events (name, position, idx)`,
  `CREATE INDEX edges_to ON edges (target, kind, position, source)`,
  ...columns.map(
    (column) =>
      `CREATE INDEX records_${column} ON records (${column}, kind, key) WHERE ${column} IS NOT NULL`,
  ),
];

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

/** Drops every row that is made from blocks: the projection is then that of no block. */
export function recreateTables(handle: SqliteHandle): void {
  inTransaction(handle, () => {
    for (const [name, definition] of Object.entries(tables)) {
      handle.exec(`DROP TABLE IF EXISTS ${name}`);
      handle.exec(`CREATE TABLE ${name} ${definition}`);
    }
    for (const index of indexes) handle.exec(index);
    // Not made from blocks: which heights something outside names.
    handle.exec('CREATE TABLE IF NOT EXISTS named_bodies (height INTEGER PRIMARY KEY)');
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
