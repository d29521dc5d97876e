import { EMPTY_MAP } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import type { KeptRoot } from './map-store.js';

/** Heights below the newest whose map can be read. */
const KEPT_HEIGHTS = 1000;

export interface KeptHeight extends KeptRoot {
  readonly height: number;
  /** Transactions in the log. */
  readonly size: number;
}

const BEFORE_ALL: KeptHeight = { height: -1, size: 0, root: EMPTY_MAP, bundle: null };

type Row = readonly [height: number, size: number, root: Buffer, bundle: number | null];

const toHeight = ([height, size, root, bundle]: Row): KeptHeight => ({ height, size, root, bundle });

/** Where the maps of the last heights begin, and which rows each of them was the first to need no more. */
export class KeptHeights {
  readonly #insert: Statement;
  readonly #newest: Statement<Row>;
  readonly #at: Statement<Row>;
  readonly #dropped: Statement<[dropped: string]>;
  readonly #remove: Statement;

  constructor(handle: SqliteHandle) {
    const columns = 'height, size, root, bundle';
    this.#insert = prepared(handle, `INSERT INTO map_heights (${columns}, dropped) VALUES (?, ?, ?, ?, ?)`);
    this.#newest = prepared<Row>(handle, `SELECT ${columns} FROM map_heights ORDER BY height DESC LIMIT 1`);
    this.#at = prepared<Row>(handle, `SELECT ${columns} FROM map_heights WHERE height = ?`);
    this.#dropped = prepared<[dropped: string]>(handle, 'SELECT dropped FROM map_heights WHERE height = ?');
    this.#remove = prepared(handle, 'DELETE FROM map_heights WHERE height < ?');
  }

  add({ height, size, root, bundle }: KeptHeight, dropped: readonly number[]): void {
    this.#insert.run(height, size, root, bundle, JSON.stringify(dropped));
  }

  newest(): KeptHeight {
    const row = this.#newest.first();
    return row === undefined ? BEFORE_ALL : toHeight(row);
  }

  at(height: number): KeptHeight | undefined {
    const row = this.#at.first(height);
    return row && toHeight(row);
  }

  /** Lets go of what is too far below a height. @returns rows of the map that nothing kept needs, as a JSON list */
  takeDropped(newest: number): string | undefined {
    const lowest = newest - KEPT_HEIGHTS;
    const [dropped] = this.#dropped.first(lowest) ?? [];
    if (dropped !== undefined) this.#remove.run(lowest);
    return dropped;
  }
}
