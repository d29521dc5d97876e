import { sql } from 'kysely';
import { StateError } from '../../../state/port.js';
import type { OneTimeKeys } from './port.js';
import type { StateDatabase } from '../../../state/writer.js';
import type { CustodySchema } from './schema.js';

/** Secret halves of one-time recipients. Kept in clear in a file of mode 0600: who can read it can use the gateway anyway. */
export function newOneTimeKeys({ db, write, now }: StateDatabase<CustodySchema>): OneTimeKeys {
  return {
    put: (usageId, identity) =>
      write(async (trx) => {
        const existing = await trx
          .selectFrom('one_time_keys')
          .select('identity')
          .where('usage_id', '=', usageId)
          .executeTakeFirst();
        if (existing !== undefined) {
          if (existing.identity === identity) return;
          throw new StateError('CONFLICT', `Another one-time key is kept for ${usageId}`);
        }
        await trx
          .insertInto('one_time_keys')
          .values({ usage_id: usageId, identity, created_at: now() })
          .execute();
      }),

    async get(usageId) {
      const row = await db
        .selectFrom('one_time_keys')
        .select('identity')
        .where('usage_id', '=', usageId)
        .executeTakeFirst();
      return row?.identity;
    },

    async among(usageIds) {
      const rows = await db
        .selectFrom('one_time_keys')
        .select('usage_id')
        .where('usage_id', 'in', [...usageIds])
        .execute();
      return rows.map(({ usage_id }) => usage_id);
    },

    async forget(usageId) {
      await write(async (trx) => {
        await trx.deleteFrom('one_time_keys').where('usage_id', '=', usageId).execute();
      });
      // The write-ahead log still holds the page as it was.
      await sql.raw('PRAGMA wal_checkpoint(TRUNCATE)').execute(db);
    },
  };
}
