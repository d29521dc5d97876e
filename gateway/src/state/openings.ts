import type { Transaction } from 'kysely';
import { StateError, type Opening, type Openings } from './port.js';
import type { StateSchema } from './schema.js';
import type { StateDatabase } from './writer.js';

async function isNew(trx: Transaction<StateSchema>, opening: Opening): Promise<boolean> {
  const known = await trx
    .selectFrom('openings')
    .selectAll()
    .where('digest', '=', opening.digest)
    .executeTakeFirst();
  if (known === undefined) return true;
  if (known.salt === opening.salt && known.value === opening.value) return false;
  throw new StateError('CONFLICT', `Another opening is kept for ${opening.digest}`);
}

/** Openings of sealed fields that this organisation made or was shown. */
export function newOpenings({ db, write }: StateDatabase): Openings {
  return {
    put: (openings) =>
      write(async (trx) => {
        const byDigest = new Map<string, Opening>();
        for (const { digest, salt, value } of openings) {
          if (await isNew(trx, { digest, salt, value })) byDigest.set(digest, { digest, salt, value });
        }
        if (byDigest.size > 0)
          await trx
            .insertInto('openings')
            .values([...byDigest.values()])
            .execute();
      }),

    get: (digest) => db.selectFrom('openings').selectAll().where('digest', '=', digest).executeTakeFirst(),
  };
}
