import type { Selectable } from 'kysely';
import { StateError } from '../../../state/port.js';
import type { OwnerHeader, OwnerHeaders } from './port.js';
import type { CustodySchema } from './schema.js';
import type { StateDatabase } from '../../../state/writer.js';

function toOwnerHeader(row: Selectable<CustodySchema['owner_headers']>): OwnerHeader {
  return {
    versionId: row.version_id,
    header: new Uint8Array(row.header),
    plainDigest: row.plain_digest,
    keyCommitment: row.key_commitment,
    createdAt: row.created_at,
  };
}

type Content = Omit<OwnerHeader, 'createdAt'>;

function isSame(a: Content, b: Content): boolean {
  const isSameText = a.plainDigest === b.plainDigest && a.keyCommitment === b.keyCommitment;
  return isSameText && Buffer.compare(a.header, b.header) === 0;
}

/** Headers of sealed versions. Never overwritten: an overwritten header is a file nobody can open any more. */
export function newOwnerHeaders({ db, write, now }: StateDatabase<CustodySchema>): OwnerHeaders {
  return {
    put: (content) =>
      write(async (trx) => {
        const existing = await trx
          .selectFrom('owner_headers')
          .selectAll()
          .where('version_id', '=', content.versionId)
          .executeTakeFirst();
        if (existing !== undefined) {
          if (isSame(toOwnerHeader(existing), content)) return;
          throw new StateError('CONFLICT', `Another header is kept for ${content.versionId}`);
        }
        const { versionId, header, plainDigest, keyCommitment } = content;
        await trx
          .insertInto('owner_headers')
          .values({
            version_id: versionId,
            header,
            plain_digest: plainDigest,
            key_commitment: keyCommitment,
            created_at: now(),
          })
          .execute();
      }),

    async get(versionId) {
      const row = await db
        .selectFrom('owner_headers')
        .selectAll()
        .where('version_id', '=', versionId)
        .executeTakeFirst();
      return row && toOwnerHeader(row);
    },
  };
}
