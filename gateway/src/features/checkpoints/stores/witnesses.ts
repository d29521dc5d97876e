import { bodyDigest } from '@tallystick/chaincode/model';
import { sql } from 'kysely';
import type { CheckpointArchive, Lie, Signed, Witnessed, WitnessedOutcome } from './port.js';
import {
  digestText,
  insertSignatures,
  replaceSignature,
  rowOfKey,
  signatureRow,
  standingAt,
  toSigned,
  type Trx,
} from './rows.js';
import type { StateDatabase } from '../../../state/writer.js';
import type { CheckpointSchema } from './schema.js';

/** Most that is read at once of what should not be there at all. */
const MOST_SHOWN = 100;

/** A later one, but for one that does not say any more that nothing newer was there. */
function saysMore(one: Signed, before: Signed): boolean {
  const isNewest = ({ body, witnessing }: Signed): boolean => witnessing.statement.newest === body.height;
  const isLater = one.witnessing.statement.signedAt > before.witnessing.statement.signedAt;
  return isLater && (isNewest(one) || !isNewest(before));
}

async function witness(trx: Trx, witnessed: Witnessed, at: string): Promise<WitnessedOutcome> {
  const { body, key, isAgreed } = witnessed;
  const known = await rowOfKey(trx, key, body.height);
  if (known === undefined) {
    const row = signatureRow(witnessed, { key, own: 0, agreed: isAgreed ? 1 : 0 });
    await insertSignatures(trx, [witnessed], [row]);
    return 'KEPT';
  }
  const before = toSigned(known);
  if (bodyDigest(before.body) === bodyDigest(body)) {
    const isTaken = saysMore(witnessed, before) && (await replaceSignature(trx, witnessed, { key, own: 0 }));
    return isTaken ? 'KEPT' : 'KNOWN';
  }
  const { witnessing } = witnessed;
  const both = [before, { body, witnessing }] as const;
  const { mspId } = witnessing;
  await keepLie(trx, { kind: 'EQUIVOCATION', height: body.height, mspId, both, at }, key);
  await trx
    .updateTable('checkpoint_signatures')
    .set({ state: 'VOID', named: 1 })
    .where('key', '=', key)
    .where('height', '=', body.height)
    .execute();
  return 'EQUIVOCATION';
}

async function keepLie(trx: Trx, lie: Lie, key: string): Promise<boolean> {
  const { kind, height } = lie;
  const result = await trx
    .insertInto('checkpoint_lies')
    .values({ kind, key, height, lie: JSON.stringify(lie) })
    .onConflict((conflict) => conflict.columns(['kind', 'key', 'height']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

type Others = Pick<CheckpointArchive, 'witness' | 'witnessed' | 'newestWitnessed' | 'agreedHeights'>;
type Lies = Pick<CheckpointArchive, 'keepLie' | 'lies' | 'counts'>;

function newOthers({ db, write, now }: StateDatabase<CheckpointSchema>): Others {
  return {
    witness: (witnessed) => write((trx) => witness(trx, witnessed, now())),

    async witnessed(height, body) {
      const rows = await standingAt(db, height);
      return rows
        .filter((row) => row.own === 0 && row.body === body)
        .map((row) => ({ ...toSigned(row), key: digestText(row.key), isAgreed: row.agreed === 1 }));
    },

    async newestWitnessed() {
      const rows = await db
        .selectFrom('checkpoint_signatures as s')
        .innerJoin('checkpoint_certificates as c', 'c.digest', 's.certificate')
        .select(['s.key as key', 'c.msp_id as mspId', ({ fn }) => fn.max('s.height').as('height')])
        .where('s.own', '=', 0)
        .where('s.agreed', '=', 1)
        .where('s.state', '=', 'STANDS')
        .groupBy('s.key')
        .execute();
      return rows.map(({ key, mspId, height }) => ({ key: digestText(key), mspId, height }));
    },

    async agreedHeights(organisations, limit) {
      const rows = await db
        .selectFrom('checkpoint_signatures as s')
        .innerJoin('checkpoint_certificates as c', 'c.digest', 's.certificate')
        .select('s.height as height')
        .where('s.agreed', '=', 1)
        .where('s.state', '=', 'STANDS')
        .groupBy(['s.height', 's.body'])
        .having(({ fn }) => fn.count('c.msp_id').distinct(), '>=', organisations)
        .orderBy('s.height', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ height }) => height);
    },
  };
}

function newLies({ db, write }: StateDatabase<CheckpointSchema>): Lies {
  return {
    keepLie: (lie, key) => write((trx) => keepLie(trx, lie, key)),

    async lies() {
      const rows = await db
        .selectFrom('checkpoint_lies')
        .select('lie')
        .orderBy('id')
        .limit(MOST_SHOWN)
        .execute();
      return rows.map(({ lie }) => JSON.parse(lie) as Lie);
    },

    async counts() {
      const { rows } = await sql<{ lies: number; retractions: number }>`
        SELECT (SELECT COUNT(*) FROM checkpoint_lies) AS lies,
               (SELECT COUNT(*) FROM checkpoint_retractions) AS retractions`.execute(db);
      return rows[0] ?? { lies: 0, retractions: 0 };
    },
  };
}

/** What other members' witnesses signed, and what cannot be true of it. */
export const newCheckpointWitnesses = (database: StateDatabase<CheckpointSchema>): Others & Lies => ({
  ...newOthers(database),
  ...newLies(database),
});
