import type { FoldVerdict } from '@tallystick/chaincode/model';
import { sql, type Kysely, type RawBuilder, type Selectable, type SelectQueryBuilder } from 'kysely';
import { readCursor, writeCursor } from './cursor.js';
import {
  ProjectionError,
  type ListQuery,
  type Page,
  type ProjectedRecord,
  type ProjectedTransaction,
  type TransactionResult,
} from './port.js';
import { filterColumns, type FilterMember, type ProjectionSchema } from './schema.js';

type RecordRow = Pick<
  Selectable<ProjectionSchema['records']>,
  'key' | 'kind' | 'value' | 'tx_id' | 'block' | 'idx'
>;
type Records = SelectQueryBuilder<ProjectionSchema, 'records', RecordRow>;

const RECORD = ['key', 'kind', 'value', 'tx_id', 'block', 'idx'] as const;
const MEMBER = /^[A-Za-z][A-Za-z0-9]{0,39}$/;
const LONGEST_PAGE = 1000;

function toRecord(row: RecordRow): ProjectedRecord {
  return {
    key: row.key,
    kind: row.kind,
    value: JSON.parse(row.value) as Record<string, unknown>,
    txId: row.tx_id,
    blockNumber: BigInt(row.block),
    txIndex: row.idx,
  };
}

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
export interface ProjectionQueries {
  record(key: string): Promise<ProjectedRecord | undefined>;
  list(query: ListQuery): Promise<Page<ProjectedRecord>>;
  history(key: string): Promise<readonly ProjectedRecord[]>;
  transaction(txId: string): Promise<ProjectedTransaction | undefined>;
  results(contract: string, after: bigint, upTo: bigint): Promise<readonly TransactionResult[]>;
  idAt(blockNumber: bigint, txIndex: number): Promise<string | undefined>;
  configurationAt(blockNumber: bigint): Promise<bigint | undefined>;
  firstBlockFrom(time: string): Promise<number | undefined>;
  lastBlockBefore(time: string): Promise<number | undefined>;
}

async function list(db: Kysely<ProjectionSchema>, query: ListQuery): Promise<Page<ProjectedRecord>> {
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
  const items = rows.slice(0, limit).map(toRecord);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, ...(hasMore && { next: writeCursor(last.key, query) }) };
}

async function history(db: Kysely<ProjectionSchema>, key: string): Promise<readonly ProjectedRecord[]> {
  const kind = key.split('/', 1)[0] ?? key;
  const rows = await db
    .selectFrom('history')
    .innerJoin('transactions', 'transactions.position', 'history.position')
    .select(['key', 'value', 'tx_id', 'block', 'idx'])
    .where('key', '=', key)
    .orderBy('history.position')
    .execute();
  return rows.map((row) => toRecord({ ...row, kind }));
}

// An id can stand in a chain more than once (DUPLICATE_TXID); what counts is the first.
async function transaction(
  db: Kysely<ProjectionSchema>,
  txId: string,
): Promise<ProjectedTransaction | undefined> {
  const row = await db
    .selectFrom('transactions')
    .innerJoin('submitters', 'submitters.id', 'transactions.submitter')
    .selectAll()
    .where('tx_id', '=', txId)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      txId: row.tx_id,
      blockNumber: BigInt(row.block),
      txIndex: row.idx,
      code: row.code,
      mspId: row.msp_id,
      certificate: row.certificate,
      signed: row.signed === 1,
      time: row.time,
      transaction: row.transaction_name,
      argument: row.argument,
      result: row.result,
      verdict: row.verdict as FoldVerdict,
    }
  );
}

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
export function newProjectionQueries(db: Kysely<ProjectionSchema>): ProjectionQueries {
  return {
    async record(key) {
      const row = await db.selectFrom('records').select(RECORD).where('key', '=', key).executeTakeFirst();
      return row && toRecord(row);
    },
    list: (query) => list(db, query),
    history: (key) => history(db, key),
    transaction: (txId) => transaction(db, txId),
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
