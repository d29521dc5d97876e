import type { EvidenceArchive } from './port.js';
import type { StateDatabase } from '../../../state/writer.js';
import type { EvidenceSchema } from './schema.js';

/** Time tokens. */
export const newEvidenceArchive = ({ db, write }: StateDatabase<EvidenceSchema>): EvidenceArchive => ({
  async tokens(height) {
    const rows = await db
      .selectFrom('checkpoint_tokens')
      .selectAll()
      .where('height', '=', height)
      .orderBy('authority')
      .execute();
    return rows.map((row) => ({ ...row, token: new Uint8Array(row.token) }));
  },
  async newestStamped() {
    const row = await db
      .selectFrom('checkpoint_tokens')
      .select('height')
      .orderBy('height', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.height;
  },
  keepToken: (token) =>
    write(async (trx) => {
      await trx
        .insertInto('checkpoint_tokens')
        .values(token)
        .onConflict((conflict) => conflict.columns(['height', 'authority']).doNothing())
        .execute();
    }),
});
