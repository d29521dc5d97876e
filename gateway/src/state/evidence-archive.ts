import type { EvidenceArchive } from './evidence-port.js';
import type { StateDatabase } from './writer.js';

type Blocks = Pick<EvidenceArchive, 'block' | 'keepBlock'>;
type Tokens = Omit<EvidenceArchive, keyof Blocks>;

/** Configuration blocks and time tokens. */
export const newEvidenceArchive = (database: StateDatabase): EvidenceArchive => ({
  ...newBlocks(database),
  ...newTokens(database),
});

const newBlocks = ({ db, write }: StateDatabase): Blocks => ({
  async block(number) {
    const row = await db
      .selectFrom('evidence_blocks')
      .select('block')
      .where('number', '=', Number(number))
      .executeTakeFirst();
    return row && new Uint8Array(row.block);
  },
  keepBlock: (number, block) =>
    write(async (trx) => {
      await trx
        .insertInto('evidence_blocks')
        .values({ number: Number(number), block })
        .onConflict((conflict) => conflict.column('number').doNothing())
        .execute();
    }),
});

const newTokens = ({ db, write }: StateDatabase): Tokens => ({
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
