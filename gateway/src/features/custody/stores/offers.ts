import type { Selectable } from 'kysely';
import type { Offers, SignedTerms } from './port.js';
import type { CustodySchema } from './schema.js';
import type { StateDatabase } from '../../../state/writer.js';

function toSignedTerms(row: Selectable<CustodySchema['offers']>): SignedTerms {
  return {
    grantId: row.grant_id,
    termsDigest: row.terms_digest,
    side: row.side,
    txId: row.tx_id,
    createdAt: row.created_at,
  };
}

/**
 * What this organisation itself offered and accepted. The ledger says it too, but peers that collude could write an offer in our name;
 * this table cannot be written from outside.
 */
export function newOffers({ db, write, now }: StateDatabase<CustodySchema>): Offers {
  return {
    put: ({ grantId, termsDigest, side, txId }) =>
      write(async (trx) => {
        await trx
          .insertInto('offers')
          .values({ grant_id: grantId, terms_digest: termsDigest, side, tx_id: txId, created_at: now() })
          .onConflict((conflict) =>
            conflict.columns(['grant_id', 'terms_digest', 'side', 'tx_id']).doNothing(),
          )
          .execute();
      }),

    withdraw: (txIds) =>
      write(async (trx) => {
        await trx
          .deleteFrom('offers')
          .where('tx_id', 'in', [...txIds])
          .execute();
      }),

    async get(grantId, termsDigest, side) {
      const row = await db
        .selectFrom('offers')
        .selectAll()
        .where('grant_id', '=', grantId)
        .where('terms_digest', '=', termsDigest)
        .where('side', '=', side)
        .orderBy('sequence', 'desc')
        .executeTakeFirst();
      return row && toSignedTerms(row);
    },

    async ofGrant(grantId) {
      const rows = await db
        .selectFrom('offers')
        .selectAll()
        .where('grant_id', '=', grantId)
        .orderBy('sequence')
        .execute();
      return rows.map(toSignedTerms);
    },
  };
}
