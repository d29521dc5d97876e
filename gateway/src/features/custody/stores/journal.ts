import type { Selectable, Transaction, Updateable } from 'kysely';
import { StateError } from '../../../state/port.js';
import type { CustodyChange, CustodyEntry, CustodyJournal, CustodyState } from './port.js';
import type { CustodySchema } from './schema.js';
import type { StateDatabase } from '../../../state/writer.js';

type Table = CustodySchema['custody_journal'];
type Row = Selectable<Table>;

/**
 * From each state, where a request may go. RELEASED has one way in: a header leaves the house only for an answer whose
 * transaction id was written down before it was sent.
 */
export const custodyMoves: Readonly<Record<CustodyState, readonly CustodyState[]>> = {
  SEEN: ['PREPARED', 'DENIED', 'WITHHELD', 'FAILED'],
  PREPARED: ['PREPARED', 'SUBMITTED', 'DENIED', 'WITHHELD', 'FAILED'],
  SUBMITTED: ['PREPARED', 'SUBMITTED', 'RELEASED', 'DENIED', 'WITHHELD', 'FAILED'],
  RELEASED: [],
  DENIED: [],
  WITHHELD: [],
  FAILED: ['SEEN'],
};

function toEntry(row: Row): CustodyEntry {
  return {
    usageId: row.usage_id,
    grantId: row.grant_id,
    state: row.state as CustodyState,
    attempts: row.attempts,
    updatedAt: row.updated_at,
    ...(row.header !== null && { header: new Uint8Array(row.header) }),
    ...(row.header_cid !== null && { headerCid: row.header_cid }),
    ...(row.slot !== null && { slot: row.slot }),
    ...(row.tx_id !== null && { txId: row.tx_id }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}

function toColumns({ header, headerCid, slot, txId, reason }: CustodyChange): Updateable<Table> {
  return {
    ...(header !== undefined && { header }),
    ...(headerCid !== undefined && { header_cid: headerCid }),
    ...(slot !== undefined && { slot }),
    ...(txId !== undefined && { tx_id: txId }),
    ...(reason !== undefined && { reason }),
  };
}

function assertMove(row: Row | undefined, from: CustodyState, to: CustodyState): asserts row is Row {
  if (row === undefined) throw new StateError('NOT_FOUND', 'The request is not in the journal');
  if (row.state !== from) throw new StateError('CONFLICT', `${row.usage_id} is ${row.state}, not ${from}`);
  if (!custodyMoves[from].includes(to)) {
    throw new StateError('CONFLICT', `${row.usage_id} cannot go from ${from} to ${to}`);
  }
}

// Counted up so that "oldest change first" is exact even within one millisecond.
async function nextSequence(trx: Transaction<CustodySchema>): Promise<number> {
  const row = await trx
    .selectFrom('custody_journal')
    .select(({ fn }) => fn.max('sequence').as('last'))
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

const find = (trx: Transaction<CustodySchema>, usageId: string): Promise<Row | undefined> =>
  trx.selectFrom('custody_journal').selectAll().where('usage_id', '=', usageId).executeTakeFirst();

async function insertSeen(
  trx: Transaction<CustodySchema>,
  usageId: string,
  grantId: string,
  at: string,
): Promise<CustodyEntry> {
  const row: Row = {
    usage_id: usageId,
    grant_id: grantId,
    state: 'SEEN',
    header: null,
    header_cid: null,
    slot: null,
    tx_id: null,
    attempts: 0,
    reason: null,
    updated_at: at,
    sequence: await nextSequence(trx),
  };
  await trx
    .insertInto('custody_journal')
    .values({ ...row, header: null })
    .execute();
  return toEntry(row);
}

async function moveRow(
  trx: Transaction<CustodySchema>,
  row: Row,
  to: CustodyState,
  columns: Updateable<Table>,
): Promise<CustodyEntry> {
  const isSubmission = to === 'SUBMITTED';
  if (isSubmission && (columns.tx_id ?? row.tx_id) === null) {
    throw new StateError('CONFLICT', `${row.usage_id} cannot be SUBMITTED without a transaction id`);
  }
  const values = {
    ...columns,
    state: to,
    attempts: row.attempts + (isSubmission ? 1 : 0),
    sequence: await nextSequence(trx),
  };
  const updated = await trx
    .updateTable('custody_journal')
    .set(values)
    .where('usage_id', '=', row.usage_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toEntry(updated);
}

/** What custody has done about each request, step by step. */
export function newCustodyJournal({ db, write, now }: StateDatabase<CustodySchema>): CustodyJournal {
  return {
    see: (usageId, grantId) =>
      write(async (trx) => {
        const row = await find(trx, usageId);
        return row === undefined ? insertSeen(trx, usageId, grantId, now()) : toEntry(row);
      }),

    async get(usageId) {
      const row = await db
        .selectFrom('custody_journal')
        .selectAll()
        .where('usage_id', '=', usageId)
        .executeTakeFirst();
      return row && toEntry(row);
    },

    move: (usageId, from, to, change = {}) =>
      write(async (trx) => {
        const row = await find(trx, usageId);
        assertMove(row, from, to);
        return moveRow(trx, row, to, { ...toColumns(change), updated_at: now() });
      }),

    async inState(states, limit = 1000) {
      const rows = await db
        .selectFrom('custody_journal')
        .selectAll()
        .where('state', 'in', [...states])
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map(toEntry);
    },

    async ofGrant(grantId) {
      const rows = await db
        .selectFrom('custody_journal')
        .selectAll()
        .where('grant_id', '=', grantId)
        .orderBy('sequence')
        .execute();
      return rows.map(toEntry);
    },
  };
}
