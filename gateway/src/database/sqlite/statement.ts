import type { SqliteHandle } from './database.js';

type Value = string | number | null | Uint8Array;
type Row = readonly unknown[];

/** A statement prepared once, whose rows are arrays: what runs tens of thousands of times a second. */
export interface Statement<R extends Row = never> {
  run(...values: readonly Value[]): void;
  /** The first row. */
  first(...values: readonly Value[]): R | undefined;
  all(...values: readonly Value[]): readonly R[];
}

/** Parameters go as one array: libSQL would take a single blob for a bag of named parameters. */
export function prepared<R extends Row = never>(handle: SqliteHandle, sql: string): Statement<R> {
  const statement = handle.prepare(sql);
  if (statement.reader) statement.raw();
  return {
    run: (...values) => void statement.run(values),
    first: (...values) => statement.get(values) as R | undefined,
    all: (...values) => statement.all(values) as R[],
  };
}
