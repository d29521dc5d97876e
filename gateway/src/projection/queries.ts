import {
  decodeRecord,
  typeOfKind,
  type AnyRecord,
  type FoldVerdict,
  type RecordKind,
  type RecordOfKind,
  type RecordType,
} from '@tallystick/chaincode/model';
import { sql, type Kysely, type RawBuilder, type Selectable, type SelectQueryBuilder } from 'kysely';
import type { SqliteFile, SqliteHandle } from '../database/sqlite/database.js';
import { prepared } from '../database/sqlite/statement.js';
import { answer } from './answer.js';
import { readCursor, writeCursor } from './cursor.js';
import {
  ProjectionError,
  type ListQuery,
  type Page,
  type ProjectedRecord,
  type ProjectedTransaction,
  type Projection,
  type TransactionLog,
  type TransactionResult,
  type WrittenText,
} from './port.js';
import { filterColumns, type FilterMember, type ProjectionSchema } from './schema.js';

type RecordRow = Pick<Selectable<ProjectionSchema['records']>, 'key' | 'value' | 'tx_id' | 'block' | 'idx'>;
type Records = SelectQueryBuilder<ProjectionSchema, 'records', RecordRow>;

const RECORD = ['key', 'value', 'tx_id', 'block', 'idx'] as const;
const MEMBER = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
const LONGEST_PAGE = 1000;

const toText = (row: RecordRow): WrittenText => ({
  key: row.key,
  text: row.value,
  txId: row.tx_id,
  blockNumber: BigInt(row.block),
  txIndex: row.idx,
});

const decoded = <T extends AnyRecord>(type: RecordType<T>, written: WrittenText): ProjectedRecord<T> => ({
  ...written,
  value: decodeRecord(type, written.text),
});

const isFilterMember = (member: string): member is FilterMember => Object.hasOwn(filterColumns, member);

function filtered(records: Records, member: string, value: string): Records {
  if (isFilterMember(member)) return records.where(filterColumns[member], '=', value);
  return records.where(inRecord(member), '=', value);
}

function inRecord(member: string): RawBuilder<string> {
  if (!MEMBER.test(member)) throw new ProjectionError('BAD_FILTER', 'A filter must name a top-level member');
  // The name is checked above: it becomes part of a JSON path.
  return sql<string>`value ->> ${`$.${member}`}`;
}

/** The reading half of the port. */
export type ProjectionQueries = Pick<
  Projection & TransactionLog,
  keyof TransactionLog | 'record' | 'list' | 'history' | 'text' | 'texts' | 'transaction'
>;

async function list<K extends RecordKind>(
  db: Kysely<ProjectionSchema>,
  query: ListQuery<K>,
): Promise<Page<ProjectedRecord<RecordOfKind<K>>>> {
  const limit = Math.min(query.limit, LONGEST_PAGE);
  let records: Records = db.selectFrom('records').select(RECORD).where('kind', '=', query.kind);
  for (const [member, value] of Object.entries(query.where ?? {})) records = filtered(records, member, value);
  for (const [member, instant] of Object.entries(query.before ?? {}))
    records = records.where(inRecord(member), '<', instant);
  if (query.after !== undefined) records = records.where('key', '>', readCursor(query.after, query));
  const rows = await records
    .orderBy('key')
    .limit(limit + 1)
    .execute();
  const type = typeOfKind(query.kind);
  const items = rows.slice(0, limit).map((row) => decoded(type, toText(row)));
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, ...(hasMore && { next: writeCursor(last.key, query) }) };
}

type PlacedRow = readonly [key: string, value: string, txId: string, block: number, index: number];
type TransactionRow = readonly [
  txId: string,
  block: number,
  index: number,
  code: string,
  mspId: string,
  certificate: string,
  signed: number,
  time: string,
  name: string,
  argument: string,
  result: string,
  verdict: FoldVerdict,
];

const placed = ([key, value, tx_id, block, idx]: PlacedRow): WrittenText =>
  toText({ key, value, tx_id, block, idx });

function toTransaction(row: TransactionRow): ProjectedTransaction {
  const [
    txId,
    block,
    txIndex,
    code,
    mspId,
    certificate,
    signed,
    time,
    transaction,
    argument,
    result,
    verdict,
  ] = row;
  return {
    txId,
    blockNumber: BigInt(block),
    txIndex,
    code,
    mspId,
    certificate,
    signed: signed === 1,
    time,
    transaction,
    argument,
    result,
    verdict,
  };
}

type ByKey = Pick<ProjectionQueries, 'record' | 'history' | 'text' | 'texts' | 'transaction'>;

/** What every use is looked up by, several times over: statements prepared once. */
function newLookups(handle: SqliteHandle): ByKey {
  const record = prepared<PlacedRow>(
    handle,
    'SELECT key, value, tx_id, block, idx FROM records WHERE key = ?',
  );
  const history = prepared<PlacedRow>(
    handle,
    `SELECT key, value, tx_id, block, idx FROM history JOIN transactions USING (position)
       WHERE key = ? ORDER BY position`,
  );
  // An id can stand in a chain more than once (DUPLICATE_TXID); what counts is the first.
  const transaction = prepared<TransactionRow>(
    handle,
    `SELECT tx_id, block, idx, code, msp_id, certificate, signed, time, transaction_name, argument, result, verdict
       FROM transactions JOIN submitters ON submitters.id = submitter WHERE tx_id = ? ORDER BY position LIMIT 1`,
  );
  return {
    record: (key) => answer(() => optional(record.first(key.text), (row) => decoded(key.type, placed(row)))),
    history: (key) => answer(() => history.all(key.text).map((row) => decoded(key.type, placed(row)))),
    text: (key) => answer(() => optional(record.first(key), placed)),
    texts: (key) => answer(() => history.all(key).map(placed)),
    transaction: (txId) => answer(() => optional(transaction.first(txId), toTransaction)),
  };
}

const optional = <R, T>(row: R | undefined, read: (row: R) => T): T | undefined =>
  row === undefined ? undefined : read(row);

async function results(
  db: Kysely<ProjectionSchema>,
  contract: string,
  after: bigint,
  upTo: bigint,
): Promise<readonly TransactionResult[]> {
  const rows = await db
    .selectFrom('transactions')
    .select(['transaction_name', 'result'])
    .where('block', '>', Number(after))
    .where('block', '<=', Number(upTo))
    .where('verdict', 'in', ['REPLAYED', 'CORRECTED'])
    .where('transaction_name', 'like', `${contract}:%`)
    .orderBy('block')
    .orderBy('idx')
    .execute();
  return rows.map(({ transaction_name, result }) => ({ transaction: transaction_name, result }));
}

/** Queries over the rows of the last applied block. */
export function newProjectionQueries({
  handle,
  queries: db,
}: Pick<SqliteFile<ProjectionSchema>, 'handle' | 'queries'>): ProjectionQueries {
  return {
    ...newLookups(handle),
    list: (query) => list(db, query),
    results: (contract, after, upTo) => results(db, contract, after, upTo),
    async idAt(blockNumber, txIndex) {
      const row = await db
        .selectFrom('transactions')
        .select('tx_id')
        .where('block', '=', Number(blockNumber))
        .where('idx', '=', txIndex)
        .executeTakeFirst();
      return row?.tx_id;
    },
    async configurationAt(blockNumber) {
      // The verdict as the partial index has it.
      const { rows } = await sql<{ block: number | null }>`
        SELECT max(block) AS block FROM transactions
        WHERE verdict = 'CONFIG' AND block <= ${Number(blockNumber)}`.execute(db);
      const block = rows[0]?.block ?? undefined;
      return block === undefined ? undefined : BigInt(block);
    },
    async firstBlockFrom(time) {
      const first = db.selectFrom('clock').select('block').where('time', '>=', time).orderBy('time').limit(1);
      return (await first.executeTakeFirst())?.block;
    },
    async lastBlockBefore(time) {
      // Verdicts as the partial index has them: with parameters it would not be used.
      const { rows } = await sql<{ block: number }>`
        SELECT block FROM transactions WHERE verdict IN ('REPLAYED', 'CORRECTED') AND time < ${time}
        ORDER BY block DESC LIMIT 1`.execute(db);
      return rows[0]?.block;
    },
  };
}
