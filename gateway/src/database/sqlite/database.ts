import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import LibsqlDatabase from 'libsql';
import type { Database } from '../port.js';

export type SqliteHandle = LibsqlDatabase.Database;

/** A database in one file. */
export interface SqliteFile<Schema> extends Database<Schema> {
  /** For statements that run hundreds of times in one transaction; it shares the connection with `queries`. */
  readonly handle: SqliteHandle;
}

export interface SqliteOptions {
  /**
   * FULL: a commit is on the disk when it returns. NORMAL: a power cut may undo the last commits, but never half of one; for
   * data that can be made again.
   */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** What is deleted is overwritten with zeros: keys must not live on in free pages. */
  readonly secureDelete?: boolean;
}

const IN_MEMORY = ':memory:';
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
/** Statements kept prepared; the queries of this package are far fewer, but their texts vary with their filters. */
const PREPARED = 256;

// SQLite gives its side files (-wal, -shm) the mode of the database, so that one must be private from its first byte.
function createPrivate(file: string): void {
  if (file === IN_MEMORY) return;
  mkdirSync(dirname(file), { recursive: true, mode: PRIVATE_DIRECTORY });
  closeSync(openSync(file, 'a', PRIVATE_FILE));
}

// Parameters go as one array: libSQL would take a single blob for a bag of named parameters.
function toKyselyStatement(statement: LibsqlDatabase.Statement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => statement.all([...parameters]),
    run: (parameters) => ({ changes: statement.run([...parameters]).changes, lastInsertRowid: 0 }),
    iterate: (parameters) => statement.iterate([...parameters]),
  };
}

/** Kysely prepares anew for every query, and libSQL does not remember: this does. */
function withPreparedStatements(handle: SqliteHandle): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = toKyselyStatement(handle.prepare(sql));
      if (prepared.size >= PREPARED) prepared.clear();
      prepared.set(sql, statement);
      return statement;
    },
    close: () => undefined,
  };
}

/**
 * Opens or creates a SQLite database (write-ahead log; file mode 0600, directory 0700); `:memory:` for one that is gone with
 * its handle. Throws what libSQL throws, for example when the file is no database.
 */
export function openSqlite<Schema>(
  file: string,
  { synchronous, secureDelete = false }: SqliteOptions,
): SqliteFile<Schema> {
  createPrivate(file);
  const handle = new LibsqlDatabase(file);
  let isOpen = true;
  try {
    handle.pragma('journal_mode = WAL');
    handle.pragma(`synchronous = ${synchronous}`);
    handle.pragma('foreign_keys = ON');
    if (secureDelete) handle.pragma('secure_delete = ON');
  } catch (error) {
    handle.close();
    throw error;
  }
  const queries = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: withPreparedStatements(handle) }),
  });
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await queries.destroy();
    handle.close();
  };
  return { handle, queries, close };
}
