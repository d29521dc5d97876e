import type { SqliteHandle } from './database.js';

type Value = string | number | null | Uint8Array;
type Row = readonly unknown[];

/** A statement prepared once, whose rows are arrays: what runs tens of thousands of times a second. */
export interface Statement {
  run(...values: readonly Value[]): void;
  /** The first row. */
  first<T extends Row>(...values: readonly Value[]): T | undefined;
  all<T extends Row>(...values: readonly Value[]): readonly T[];
}

/** Parameters go as one array: libSQL would take a single blob for a bag of named parameters. */
export function prepared(handle: SqliteHandle, sql: string): Statement {
  const statement = handle.prepare(sql);
  if (statement.reader) statement.raw();
  return {
    run: (...values) => void statement.run(values),
    first: <T extends Row>(...values: readonly Value[]) => statement.get(values) as T | undefined,
    all: <T extends Row>(...values: readonly Value[]) => statement.all(values) as readonly T[],
  };
}
