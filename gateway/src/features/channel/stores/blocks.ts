import type { StateDatabase } from '../../../state/writer.js';
import type { ConfigurationBlocks } from './port.js';
import type { ChannelSchema } from './schema.js';

/** Configuration blocks by number. */
export const newConfigurationBlocks = ({ db, write }: StateDatabase<ChannelSchema>): ConfigurationBlocks => ({
  async block(number) {
    const row = await db
      .selectFrom('configuration_blocks')
      .select('block')
      .where('number', '=', Number(number))
      .executeTakeFirst();
    return row && new Uint8Array(row.block);
  },
  keep: (number, block) =>
    write(async (trx) => {
      await trx
        .insertInto('configuration_blocks')
        .values({ number: Number(number), block })
        .onConflict((conflict) => conflict.column('number').doNothing())
        .execute();
    }),
});
