import { randomUUID } from 'node:crypto';
import type { Selectable, Transaction, Updateable } from 'kysely';
import { StateError, type Operation, type Operations, type OperationState } from './port.js';
import type { StateSchema } from './schema.js';
import type { StateDatabase } from './writer.js';

type Row = Selectable<StateSchema['operations']>;

function toOperation(row: Row): Operation {
  return {
    id: row.id,
    principal: row.principal,
    txId: row.tx_id,
    transaction: row.transaction_name,
    state: row.state,
    ...(row.block_number !== null && { blockNumber: BigInt(row.block_number) }),
    ...(row.result !== null && { result: row.result }),
    ...(row.refusal !== null && { refusal: row.refusal }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

type End = Updateable<StateSchema['operations']> & { readonly state: OperationState };

async function end(trx: Transaction<StateSchema>, id: string, values: End): Promise<Operation> {
  const row = await trx.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new StateError('NOT_FOUND', `No operation ${id}`);
  if (row.state === values.state) return toOperation(row);
  if (row.state !== 'PENDING') throw new StateError('CONFLICT', `Operation ${id} is ${row.state}`);
  await trx.updateTable('operations').set(values).where('id', '=', id).execute();
  return toOperation({ ...row, ...values } as Row);
}

/** Transactions whose requests were answered with 202. */
export function newOperations({ db, write, now }: StateDatabase): Operations {
  return {
    create: ({ principal, txId, transaction }) =>
      write(async (trx) => {
        const existing = await trx
          .selectFrom('operations')
          .selectAll()
          .where('principal', '=', principal)
          .where('tx_id', '=', txId)
          .executeTakeFirst();
        if (existing !== undefined) return toOperation(existing);
        const at = now();
        const row: Row = {
          id: `operation-${randomUUID()}`,
          principal,
          tx_id: txId,
          transaction_name: transaction,
          state: 'PENDING',
          block_number: null,
          result: null,
          refusal: null,
          created_at: at,
          updated_at: at,
        };
        await trx.insertInto('operations').values(row).execute();
        return toOperation(row);
      }),

    async get(principal, id) {
      const row = await db
        .selectFrom('operations')
        .selectAll()
        .where('id', '=', id)
        .where('principal', '=', principal)
        .executeTakeFirst();
      return row && toOperation(row);
    },

    commit: (id, { blockNumber, result }) =>
      write((trx) =>
        end(trx, id, {
          state: 'COMMITTED',
          block_number: Number(blockNumber),
          result: result ?? null,
          updated_at: now(),
        }),
      ),

    fail: (id, refusal) => write((trx) => end(trx, id, { state: 'FAILED', refusal, updated_at: now() })),

    async pending() {
      const rows = await db
        .selectFrom('operations')
        .selectAll()
        .where('state', '=', 'PENDING')
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toOperation);
    },
  };
}
