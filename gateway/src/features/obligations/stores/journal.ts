import type { Selectable, Transaction } from 'kysely';
import { StateError } from '../../../state/port.js';
import type { DutyChange, DutyEntry, DutyJournal, DutyRole, DutyState } from './port.js';
import type { DutySchema } from './schema.js';
import type { StateDatabase } from '../../../state/writer.js';

type Row = Selectable<DutySchema['duties']>;

const ORDER: readonly DutyState[] = ['OPEN', 'DONE', 'CLOSED'];

const toEntry = (row: Row): DutyEntry => ({
  obligationId: row.obligation_id,
  role: row.role,
  state: row.state,
  updatedAt: row.updated_at,
  ...(row.evidence !== null && { evidence: row.evidence }),
  ...(row.notice !== null && { notice: row.notice }),
  ...(row.reason !== null && { reason: row.reason }),
});

const find = (
  trx: Pick<Transaction<DutySchema>, 'selectFrom'>,
  obligationId: string,
  role: DutyRole,
): Promise<Row | undefined> =>
  trx
    .selectFrom('duties')
    .selectAll()
    .where('obligation_id', '=', obligationId)
    .where('role', '=', role)
    .executeTakeFirst();

async function nextSequence(trx: Transaction<DutySchema>): Promise<number> {
  const row = await trx
    .selectFrom('duties')
    .select(({ fn }) => fn.max('sequence').as('last'))
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

function assertForward(row: Row | undefined, to: DutyState): asserts row is Row {
  if (row === undefined) throw new StateError('NOT_FOUND', 'The duty is not in the journal');
  if (ORDER.indexOf(to) < ORDER.indexOf(row.state)) {
    throw new StateError('CONFLICT', `${row.obligation_id} cannot go from ${row.state} to ${to}`);
  }
}

async function insert(
  trx: Transaction<DutySchema>,
  row: Omit<Row, 'sequence' | 'evidence' | 'notice' | 'reason'>,
  { evidence = null, notice = null, reason = null }: { [K in keyof DutyChange]: string | null },
): Promise<DutyEntry> {
  const values = { ...row, evidence, notice, reason, sequence: await nextSequence(trx) };
  await trx.insertInto('duties').values(values).execute();
  return toEntry(values);
}

/** What this gateway has done about obligations, step by step. */
export function newDutyJournal({ db, write, now }: StateDatabase<DutySchema>): DutyJournal {
  return {
    open: (obligationId, role, state = 'OPEN', change = {}) =>
      write(async (trx) => {
        const there = await find(trx, obligationId, role);
        if (there !== undefined) return toEntry(there);
        return insert(trx, { obligation_id: obligationId, role, state, updated_at: now() }, change);
      }),

    async get(obligationId, role) {
      const row = await find(db, obligationId, role);
      return row && toEntry(row);
    },

    move: (obligationId, role, to, change = {}) =>
      write(async (trx) => {
        const row = await find(trx, obligationId, role);
        assertForward(row, to);
        const updated = await trx
          .updateTable('duties')
          .set({ ...change, state: to, updated_at: now(), sequence: await nextSequence(trx) })
          .where('obligation_id', '=', obligationId)
          .where('role', '=', role)
          .returningAll()
          .executeTakeFirstOrThrow();
        return toEntry(updated);
      }),

    async unfinished() {
      const rows = await db
        .selectFrom('duties')
        .selectAll()
        .where('state', '!=', 'CLOSED')
        .orderBy('sequence')
        .execute();
      return rows.map(toEntry);
    },
  };
}
