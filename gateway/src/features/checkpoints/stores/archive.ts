import { bodyDigest, type CheckpointBody } from '@tallystick/chaincode/model';
import type { CheckpointArchive, Retraction } from './port.js';
import { digestText, newestOfKey, ownRowAt, replaceSignature, rowOfKey, toSigned, type Trx } from './rows.js';
import { OwnSigning } from './signing.js';
import { newCheckpointWitnesses } from './witnesses.js';
import type { StateDatabase } from '../../../state/writer.js';
import type { CheckpointSchema } from './schema.js';

/** Most that is read at once of what should not be there at all. */
const MOST_SHOWN = 100;

async function retract(trx: Trx, height: number, found: CheckpointBody, at: string): Promise<boolean> {
  const own = await ownRowAt(trx, height);
  if (own === undefined) return false;
  const signed = toSigned(own);
  if (bodyDigest(signed.body) === bodyDigest(found)) return false;
  const retraction: Retraction = { height, signed, found, at };
  const result = await trx
    .insertInto('checkpoint_retractions')
    .values({ height, retraction: JSON.stringify(retraction) })
    .onConflict((conflict) => conflict.column('height').doNothing())
    .executeTakeFirst();
  await trx
    .updateTable('checkpoint_signatures')
    .set({ state: 'VOID', named: 1 })
    .where('own', '=', 1)
    .where('height', '=', height)
    .execute();
  return result.numInsertedOrUpdatedRows === 1n;
}

type Own = Pick<
  CheckpointArchive,
  'sign' | 'renew' | 'signedBetween' | 'signedByKey' | 'signed' | 'newestSigned' | 'isRetracted'
>;

function newOwn({ db, handle, write }: StateDatabase<CheckpointSchema>): Own {
  const signing = new OwnSigning(handle);
  return {
    sign: (signed, key) => write(() => Promise.resolve(signing.sign(signed, key))),

    renew: (signed, key) => write((trx) => replaceSignature(trx, signed, { key, own: 1 })),

    async signedBetween(from, to) {
      const rows = await db
        .selectFrom('checkpoint_signatures')
        .select(['height', 'body'])
        .where('own', '=', 1)
        .where('height', '>=', from)
        .where('height', '<=', to)
        .orderBy('height')
        .execute();
      return rows.map(({ height, body }) => ({ height, body: digestText(body) }));
    },

    async signedByKey(key, from, to) {
      const rows = await db
        .selectFrom('checkpoint_signatures')
        .select('height')
        .where('key', '=', key)
        .where('height', '>=', from)
        .where('height', '<=', to)
        .execute();
      return rows.map(({ height }) => height);
    },

    async signed(height, key) {
      const row = await rowOfKey(db, key, height);
      return row === undefined || row.state === 'VOID' ? undefined : toSigned(row);
    },

    async newestSigned(key) {
      const row = await newestOfKey(db, key);
      return row && toSigned(row);
    },

    async isRetracted(height) {
      const row = await db
        .selectFrom('checkpoint_retractions')
        .select('height')
        .where('height', '=', height)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

type Kept = Pick<CheckpointArchive, 'retract' | 'retractions' | 'name' | 'unnamedBelow' | 'drop'>;

function newKept({ db, write, now }: StateDatabase<CheckpointSchema>): Kept {
  return {
    retract: (height, found) => write((trx) => retract(trx, height, found, now())),

    async retractions() {
      const rows = await db
        .selectFrom('checkpoint_retractions')
        .select('retraction')
        .orderBy('height')
        .limit(MOST_SHOWN)
        .execute();
      return rows.map(({ retraction }) => JSON.parse(retraction) as Retraction);
    },

    name: (height) =>
      write(async (trx) => {
        await trx
          .updateTable('checkpoint_signatures')
          .set({ named: 1 })
          .where('height', '=', height)
          .execute();
      }),

    async unnamedBelow(height, limit) {
      const rows = await db
        .selectFrom('checkpoint_signatures')
        .select('height')
        .distinct()
        .where('height', '<', height)
        .where('named', '=', 0)
        .orderBy('height')
        .limit(limit)
        .execute();
      return rows.map((row) => row.height);
    },

    drop: (heights) =>
      write(async (trx) => {
        await trx
          .deleteFrom('checkpoint_signatures')
          .where('height', 'in', [...heights])
          .where('named', '=', 0)
          .execute();
        await trx
          .deleteFrom('checkpoint_bodies')
          .where('height', 'in', [...heights])
          .where((eb) =>
            eb.not(
              eb.exists(
                eb
                  .selectFrom('checkpoint_signatures as s')
                  .select('s.key')
                  .whereRef('s.height', '=', 'checkpoint_bodies.height')
                  .whereRef('s.body', '=', 'checkpoint_bodies.digest'),
              ),
            ),
          )
          .execute();
      }),
  };
}

/** Signatures under checkpoints, ours and others'. */
export const newCheckpointArchive = (database: StateDatabase<CheckpointSchema>): CheckpointArchive => ({
  ...newOwn(database),
  ...newKept(database),
  ...newCheckpointWitnesses(database),
});
