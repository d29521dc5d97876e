import type { Selectable, Transaction } from 'kysely';
import {
  StateError,
  type Idempotency,
  type IdempotencySlot,
  type IdempotencyVerdict,
  type StoredResponse,
  type UnfinishedRequest,
} from './port.js';
import type { StateSchema } from './schema.js';
import type { StateDatabase } from './writer.js';

type Row = Selectable<StateSchema['idempotency']>;

/** How long a finished request can be replayed. */
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

const expiryAt = (now: string): string => new Date(Date.parse(now) - KEPT_MILLISECONDS).toISOString();

function responseOf({ status, headers, body }: Row): StoredResponse {
  if (status === null || headers === null || body === null)
    throw new Error('A finished request has no response');
  return { status, headers: JSON.parse(headers) as Record<string, string>, body };
}

function verdictOn(row: Row, fingerprint: string): IdempotencyVerdict {
  if (row.fingerprint !== fingerprint) return { state: 'MISMATCH' };
  return row.state === 'DONE' ? { state: 'REPLAY', response: responseOf(row) } : { state: 'IN_FLIGHT' };
}

function toUnfinished(row: Row): UnfinishedRequest {
  return {
    principal: row.principal,
    key: row.key,
    createdAt: row.created_at,
    ...(row.tx_id !== null && { txId: row.tx_id }),
    ...(row.transaction_name !== null && { transaction: row.transaction_name }),
  };
}

async function find(trx: Transaction<StateSchema>, slot: IdempotencySlot): Promise<Row | undefined> {
  return trx
    .selectFrom('idempotency')
    .selectAll()
    .where('principal', '=', slot.principal)
    .where('key', '=', slot.key)
    .executeTakeFirst();
}

async function assertInFlight(trx: Transaction<StateSchema>, slot: IdempotencySlot): Promise<void> {
  const row = await find(trx, slot);
  if (row === undefined) throw new StateError('NOT_FOUND', 'No request is known under this idempotency key');
  if (row.state !== 'IN_FLIGHT') throw new StateError('CONFLICT', 'The request is finished');
}

/** Requests that must not be done twice (draft-ietf-httpapi-idempotency-key-header-07). */
export function newIdempotency({ db, write, now }: StateDatabase): Idempotency {
  const change = (slot: IdempotencySlot, values: Partial<Row>): Promise<void> =>
    write(async (trx) => {
      await assertInFlight(trx, slot);
      await trx
        .updateTable('idempotency')
        .set(values)
        .where('principal', '=', slot.principal)
        .where('key', '=', slot.key)
        .execute();
    });

  return {
    begin: (slot, fingerprint) =>
      write(async (trx) => {
        const at = now();
        const row = await find(trx, slot);
        const isExpired = row?.state === 'DONE' && row.created_at < expiryAt(at);
        if (row !== undefined && !isExpired) return verdictOn(row, fingerprint);
        await trx
          .replaceInto('idempotency')
          .values({ ...slot, fingerprint, state: 'IN_FLIGHT', created_at: at })
          .execute();
        return { state: 'NEW' };
      }),

    bind: (slot, txId, transaction) => change(slot, { tx_id: txId, transaction_name: transaction }),

    finish: (slot, { status, headers, body }) =>
      change(slot, { state: 'DONE', status, headers: JSON.stringify(headers), body }),

    free: (slot) =>
      write(async (trx) => {
        await assertInFlight(trx, slot);
        await trx
          .deleteFrom('idempotency')
          .where('principal', '=', slot.principal)
          .where('key', '=', slot.key)
          .execute();
      }),

    async unfinished() {
      const rows = await db
        .selectFrom('idempotency')
        .selectAll()
        .where('state', '=', 'IN_FLIGHT')
        .orderBy('created_at')
        .execute();
      return rows.map(toUnfinished);
    },

    purge: () =>
      write(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('idempotency')
          .where('state', '=', 'DONE')
          .where('created_at', '<', expiryAt(now()))
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}
