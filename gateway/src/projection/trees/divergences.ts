import type { Digest, FoldVerdict } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import { ProjectionError, type Divergence, type Folded, type Page, type StandingKey } from '../port.js';

/** Divergences that one page holds at most. */
const LONGEST = 1000;

type StandingRow = readonly [key: string, digest: Digest | null, text: string | null];
type DivergenceRow = readonly [
  position: number,
  txId: string,
  block: number,
  index: number,
  verdict: Divergence['verdict'],
  time: string,
  keys: string,
  reason: string,
  facts: string,
];
type FoldedRow = readonly [
  position: number,
  verdict: FoldVerdict,
  flags: string,
  lint: string,
  keys: string | null,
];

const toDivergence = (row: DivergenceRow): Divergence => {
  const [position, txId, block, txIndex, verdict, time, keys, reason, facts] = row;
  return {
    txId,
    blockNumber: BigInt(block),
    txIndex,
    position,
    verdict,
    keys: JSON.parse(keys) as string[],
    reason,
    facts: JSON.parse(facts) as Record<string, string>,
    time,
  };
};

const toFolded = ([position, verdict, flags, lint, keys]: FoldedRow): Folded => ({
  position,
  verdict,
  flags: flags === '' ? [] : (flags.split(',') as Folded['flags']),
  lint: lint === '' ? [] : (JSON.parse(lint) as string[]),
  noted: keys === null ? [] : (JSON.parse(keys) as string[]),
});

const CURSOR = /^(?:0|[1-9]\d{0,14})$/;

function positionAfter(cursor: string | undefined): number {
  if (cursor === undefined) return -1;
  if (!CURSOR.test(cursor))
    throw new ProjectionError('BAD_CURSOR', 'The cursor does not belong to this list');
  return Number(cursor);
}

/** What endorsers wrote otherwise than the rules, and where it still stands. */
export class DivergenceQueries {
  readonly #standing: Statement<StandingRow>;
  readonly #among: Statement<[key: string]>;
  readonly #page: Statement<DivergenceRow>;
  readonly #count: Statement<[count: number]>;
  readonly #folded: Statement<FoldedRow>;

  /** Over tables made by `ensureTables`. */
  constructor(handle: SqliteHandle) {
    this.#standing = prepared<StandingRow>(
      handle,
      'SELECT key, digest, value FROM standings LEFT JOIN records USING (key) ORDER BY key',
    );
    this.#among = prepared<[key: string]>(
      handle,
      'SELECT key FROM standings WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key',
    );
    this.#page = prepared<DivergenceRow>(
      handle,
      `SELECT position, tx_id, block, idx, verdict, time, keys, reason, facts
         FROM divergences JOIN transactions USING (position) WHERE position > ? ORDER BY position LIMIT ?`,
    );
    this.#count = prepared<[count: number]>(handle, 'SELECT count(*) FROM divergences');
    this.#folded = prepared<FoldedRow>(
      handle,
      `SELECT position, verdict, flags, lint, keys
         FROM transactions LEFT JOIN divergences USING (position) WHERE tx_id = ? ORDER BY position LIMIT 1`,
    );
  }

  standing(): readonly StandingKey[] {
    const rows = this.#standing.all();
    return rows.map(([key, standing, text]) => ({ key, standing, text }));
  }

  among(keys: readonly string[]): readonly string[] {
    return this.#among.all(JSON.stringify(keys)).map(([key]) => key);
  }

  page({ limit, after }: { readonly limit: number; readonly after?: string }): Page<Divergence> {
    const most = Math.min(limit, LONGEST);
    const rows = this.#page.all(positionAfter(after), most + 1).map(toDivergence);
    const items = rows.slice(0, most);
    const last = items.at(-1);
    return { items, ...(rows.length > most && last && { next: String(last.position) }) };
  }

  count(): number {
    return this.#count.first()?.[0] ?? 0;
  }

  folded(txId: string): Folded | undefined {
    const row = this.#folded.first(txId);
    return row && toFolded(row);
  }
}
