import { encode, type CheckpointBody } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';

/** Bodies that are kept of every height, counted from the newest. */
const KEPT_BODIES = 10_000;

const HOUR = '2026-11-24T08'.length;

const parsed = (row: readonly [string] | undefined): CheckpointBody | undefined =>
  row && (JSON.parse(row[0]) as CheckpointBody);

/**
 * Bodies by height. Of older ones those stay that begin an hour, and those that something outside names. The hours are those that the
 * transactions of a block claim: a block begins one that no transaction of the block before claimed. Who lies about the time of his own
 * transactions can so have bodies kept that nobody needs, but none dropped.
 */
export class Bodies {
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #select: Statement<[body: string]>;
  readonly #newest: Statement<[body: string]>;
  readonly #name: Statement;
  #hours: ReadonlySet<string>;

  constructor(handle: SqliteHandle) {
    this.#insert = prepared(handle, 'INSERT INTO bodies (height, body, begins_hour) VALUES (?, ?, ?)');
    this.#remove = prepared(
      handle,
      `DELETE FROM bodies WHERE height = ? AND begins_hour = 0
         AND height NOT IN (SELECT height FROM named_bodies)`,
    );
    this.#select = prepared<[body: string]>(handle, 'SELECT body FROM bodies WHERE height = ?');
    this.#newest = prepared<[body: string]>(handle, 'SELECT body FROM bodies ORDER BY height DESC LIMIT 1');
    this.#name = prepared(handle, 'INSERT OR IGNORE INTO named_bodies (height) VALUES (?)');
    this.#hours = new Set(hoursOfLastBlock(handle));
  }

  /** @param times of the block's transactions, as they claim */
  add(body: CheckpointBody, times: readonly string[]): void {
    const hours = new Set(times.map((time) => time.slice(0, HOUR)));
    const beginsHour = [...hours].some((hour) => !this.#hours.has(hour));
    if (hours.size > 0) this.#hours = hours;
    this.#insert.run(body.height, encode(body), beginsHour ? 1 : 0);
    this.#remove.run(body.height - KEPT_BODIES);
  }

  at(height: number): CheckpointBody | undefined {
    return parsed(this.#select.first(height));
  }

  newest(): CheckpointBody | undefined {
    return parsed(this.#newest.first());
  }

  /** Outlives a rebuild: the body is then kept when it is made again. */
  name(height: number): void {
    this.#name.run(height);
  }
}

function hoursOfLastBlock(handle: SqliteHandle): readonly string[] {
  const rows = prepared<[string]>(
    handle,
    `SELECT DISTINCT substr(time, 1, ${HOUR}) FROM transactions WHERE time <> '' AND block =
       (SELECT block FROM transactions WHERE time <> '' ORDER BY position DESC LIMIT 1)`,
  ).all();
  return rows.map(([hour]) => hour);
}
