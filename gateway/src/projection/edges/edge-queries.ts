import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import { readCursor, writeCursor, type Question } from '../cursor.js';
import { ProjectionError, type Edge, type EdgeQuery, type Page } from '../port.js';
import type { EdgeEnd, EdgeKind } from './references.js';

const LONGEST_PAGE = 1000;

type EdgeRow = readonly [
  other: EdgeEnd,
  kind: EdgeKind,
  position: number,
  txId: string,
  height: number,
  until: number | null,
];

/** Where a page begins: after this edge, in the order of the list. */
type Place = readonly [kind: string, position: number, other: string];

/** After every kind: kinds are spelled in ASCII. */
const LAST_KIND = '~';

const question = (own: string, other: string): string => `
  SELECT ${other}, kind, edges.position, opening.tx_id, opening.block, closing.block FROM edges
    JOIN transactions AS opening ON opening.position = edges.position
    LEFT JOIN transactions AS closing ON closing.position = edges.ended
  WHERE ${own} = ?1 AND (kind, edges.position, ${other}) > (?2, ?3, ?4) AND kind <= ?5
    AND edges.position <= ?6 AND (ended IS NULL OR ended > ?7)
  ORDER BY kind, edges.position, ${other} LIMIT ?8`;

/** Edges of what an id refers to, and of what refers to it. */
export class EdgeQueries {
  readonly #from: Statement<EdgeRow>;
  readonly #to: Statement<EdgeRow>;
  readonly #last: Statement<[position: number]>;

  /** Over tables made by `ensureTables`. */
  constructor(handle: SqliteHandle) {
    this.#from = prepared<EdgeRow>(handle, question('source', 'target'));
    this.#to = prepared<EdgeRow>(handle, question('target', 'source'));
    this.#last = prepared<[position: number]>(
      handle,
      'SELECT position FROM transactions WHERE block <= ? ORDER BY block DESC, idx DESC LIMIT 1',
    );
  }

  /** @param height of the projection: what is asked for beyond it is not there yet */
  page(query: EdgeQuery, height: number): Page<Edge> {
    const { kind, at, after } = query;
    const most = Math.min(query.limit, LONGEST_PAGE);
    const [statement, own] = 'from' in query ? [this.#from, query.from] : [this.#to, query.to];
    const begin = after === undefined ? ([kind ?? '', -1, ''] as const) : placeIn(after, query);
    if (at !== undefined && at > height)
      throw new ProjectionError('OUT_OF_RANGE', `The ledger as applied has no height ${at}`);
    const [until, since] = this.#span(at);
    const rows = statement.all(own, ...begin, kind ?? LAST_KIND, until, since, most + 1);
    const items = rows.slice(0, most).map((row) => toEdge(query, row));
    const last = rows.length > most ? rows[most - 1] : undefined;
    return { items, ...(last && { next: writeCursor(placeAfter(last), questionOf(query)) }) };
  }

  /** The newest transaction that may have opened an edge, and the newest that must not have closed it. */
  #span(at: number | undefined): readonly [until: number, since: number] {
    if (at === undefined) return [Number.MAX_SAFE_INTEGER, -1];
    const position = this.#last.first(at)?.[0] ?? -1;
    return [position, position];
  }
}

function toEdge(query: EdgeQuery, [other, kind, , txId, height, until]: EdgeRow): Edge {
  const ends = 'from' in query ? { from: query.from, to: other } : { from: other, to: query.to };
  return { ...ends, kind, txId, height, ...(until !== null && { until }) };
}

const placeAfter = ([other, kind, position]: EdgeRow): string => JSON.stringify([kind, position, other]);

const placeIn = (cursor: string, query: EdgeQuery): Place =>
  JSON.parse(readCursor(cursor, questionOf(query))) as Place;

/** What a cursor is bound to: the same edges, of the same height. */
const questionOf = ({ kind, at, ...ends }: EdgeQuery): Question => ({
  kind: `edges ${kind ?? ''}`,
  where: {
    ...('from' in ends ? { from: ends.from } : { to: ends.to }),
    ...(at !== undefined && { at: String(at) }),
  },
});
