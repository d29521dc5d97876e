import type { Json } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../database/sqlite/database.js';
import { prepared, type Statement } from '../database/sqlite/statement.js';
import type { EventPlace, EventQuery, ProjectedEvent } from './port.js';

/** Events that one answer holds at most. */
const LONGEST = 1000;

type EventRow = readonly [
  position: number,
  index: number,
  name: string,
  members: string,
  txId: string,
  block: number,
  txIndex: number,
];

interface EmittedEvent {
  readonly name: string;
  readonly [member: string]: Json;
}

/** Writes what the rules say that happened. Every change is one of the database transaction under way. */
export class EventRows {
  readonly #add: Statement;

  constructor(handle: SqliteHandle) {
    this.#add = prepared(handle, 'INSERT INTO events (position, idx, name, members) VALUES (?, ?, ?, ?)');
  }

  /** @param events canonical JSON of a transaction's events, as the fold gives it */
  add(position: number, events: string): void {
    for (const [index, { name, ...members }] of (JSON.parse(events) as EmittedEvent[]).entries())
      this.#add.run(position, index, name, JSON.stringify(members));
  }
}

const COLUMNS = 'position, events.idx, name, members, tx_id, block, transactions.idx';
const LISTED = `SELECT ${COLUMNS} FROM events JOIN transactions USING (position)`;

/** Events in the order of the ledger. */
export class EventQueries {
  readonly #all: Statement<EventRow>;
  readonly #named: Statement<EventRow>;

  /** Over tables made by `ensureTables`. */
  constructor(handle: SqliteHandle) {
    this.#all = prepared<EventRow>(
      handle,
      `${LISTED} WHERE (position, events.idx) > (?1, ?2) ORDER BY position, events.idx LIMIT ?3`,
    );
    this.#named = prepared<EventRow>(
      handle,
      `${LISTED} WHERE name = ?4 AND (position, events.idx) > (?1, ?2) ORDER BY position, events.idx LIMIT ?3`,
    );
  }

  page({ after, limit, names }: EventQuery): readonly ProjectedEvent[] {
    const most = Math.min(limit, LONGEST);
    const { position, index } = after ?? BEGINNING;
    const asked = [position, index, most] as const;
    if (names === undefined) return this.#all.all(...asked).map(toEvent);
    // By name, each in order and no longer than the answer: one look-up over several names would sort all there are.
    const found = [...new Set(names)].flatMap((name) => this.#named.all(...asked, name));
    return found.sort(byPlace).slice(0, most).map(toEvent);
  }
}

const BEGINNING: EventPlace = { position: -1, index: -1 };

const byPlace = ([a, i]: EventRow, [b, j]: EventRow): number => a - b || i - j;

const toEvent = ([position, index, name, members, txId, block, txIndex]: EventRow): ProjectedEvent => ({
  position,
  index,
  name,
  members: JSON.parse(members) as ProjectedEvent['members'],
  txId,
  blockNumber: BigInt(block),
  txIndex,
});
