import {
  bodyDigest,
  digestOf,
  encode,
  type CheckpointBody,
  type Digest,
  type WitnessStatement,
} from '@tallystick/chaincode/model';
import type { Insertable, Kysely, Transaction } from 'kysely';
import type { Signed } from './port.js';
import type { CheckpointSchema } from './schema.js';

export type Trx = Transaction<CheckpointSchema>;

/** A signature as it is kept, beside who made it and whether it counts. */
export type SignatureRow = Insertable<CheckpointSchema['checkpoint_signatures']>;

export function signatureRow(
  { body, witnessing }: Signed,
  { key, own, agreed }: Pick<SignatureRow, 'key' | 'own' | 'agreed'>,
): SignatureRow {
  return {
    key,
    own,
    agreed,
    height: body.height,
    body: bodyDigest(body),
    certificate: digestOf(witnessing.certificate),
    statement: encode(witnessing.statement),
    signature: witnessing.signature,
    state: 'STANDS',
    named: 0,
  };
}

async function insertCertificates(trx: Trx, signed: readonly Signed[]): Promise<void> {
  const certificates = new Map(
    signed.map(({ witnessing: { mspId, certificate } }) => [
      digestOf(certificate),
      { digest: digestOf(certificate), msp_id: mspId, certificate },
    ]),
  );
  await trx
    .insertInto('checkpoint_certificates')
    .values([...certificates.values()])
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

/** Bodies and certificates are kept once, however many have signed or used them. */
export async function insertSignatures(
  trx: Trx,
  signed: readonly Signed[],
  rows: readonly SignatureRow[],
): Promise<void> {
  await insertCertificates(trx, signed);
  await trx
    .insertInto('checkpoint_bodies')
    .values(signed.map(({ body }) => ({ digest: bodyDigest(body), height: body.height, body: encode(body) })))
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
  await trx
    .insertInto('checkpoint_signatures')
    .values([...rows])
    .execute();
}

/** Another signature of the same key under the same body, in the place of the one that stands. False where none does. */
export async function replaceSignature(
  trx: Trx,
  signed: Signed,
  { key, own }: Pick<SignatureRow, 'key' | 'own'>,
): Promise<boolean> {
  const { height, body, certificate, statement, signature } = signatureRow(signed, { key, own, agreed: 1 });
  await insertCertificates(trx, [signed]);
  const { numUpdatedRows } = await trx
    .updateTable('checkpoint_signatures')
    .set({ certificate, statement, signature })
    .where('key', '=', key)
    .where('height', '=', height)
    .where('own', '=', own)
    .where('body', '=', body)
    .where('state', '=', 'STANDS')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Signatures with everything that belongs to them, to be narrowed down. */
const selectSigned = (db: Kysely<CheckpointSchema> | Trx) =>
  db
    .selectFrom('checkpoint_signatures as s')
    .innerJoin('checkpoint_bodies as b', 'b.digest', 's.body')
    .innerJoin('checkpoint_certificates as c', 'c.digest', 's.certificate');

export interface SignedRow {
  readonly key: string;
  readonly own: 0 | 1;
  readonly state: 'STANDS' | 'VOID';
  /** Digest of the body. */
  readonly body: string;
  readonly agreed: 0 | 1;
  readonly text: string;
  readonly statement: string;
  readonly signature: string;
  readonly mspId: string;
  readonly certificate: string;
}

const COLUMNS = [
  's.key as key',
  's.own as own',
  's.state as state',
  's.body as body',
  's.agreed as agreed',
  'b.body as text',
  's.statement as statement',
  's.signature as signature',
  'c.msp_id as mspId',
  'c.certificate as certificate',
] as const;

/** What stands at a height. */
export const standingAt = (
  db: Kysely<CheckpointSchema> | Trx,
  height: number,
): Promise<readonly SignedRow[]> =>
  selectSigned(db)
    .select(COLUMNS)
    .where('s.height', '=', height)
    .where('s.state', '=', 'STANDS')
    .orderBy('s.key')
    .execute();

/** What a key signed at a height, whether it stands or not. */
export const rowOfKey = (
  db: Kysely<CheckpointSchema> | Trx,
  key: string,
  height: number,
): Promise<SignedRow | undefined> =>
  selectSigned(db).select(COLUMNS).where('s.key', '=', key).where('s.height', '=', height).executeTakeFirst();

/** The newest of ours at a height, whether it stands or not. */
export const ownRowAt = (
  db: Kysely<CheckpointSchema> | Trx,
  height: number,
): Promise<SignedRow | undefined> =>
  selectSigned(db)
    .select(COLUMNS)
    .where('s.own', '=', 1)
    .where('s.height', '=', height)
    .orderBy('s.state')
    .executeTakeFirst();

/** The newest height of a key that stands. */
export const newestOfKey = (db: Kysely<CheckpointSchema>, key: string): Promise<SignedRow | undefined> =>
  selectSigned(db)
    .select(COLUMNS)
    .where('s.key', '=', key)
    .where('s.state', '=', 'STANDS')
    .orderBy('s.height', 'desc')
    .limit(1)
    .executeTakeFirst();

export function toSigned({ text, statement, signature, mspId, certificate }: SignedRow): Signed {
  const said = JSON.parse(statement) as WitnessStatement;
  const body = JSON.parse(text) as CheckpointBody;
  return { body, witnessing: { statement: said, mspId, certificate, signature } };
}

export const digestText = (text: string): Digest => text as Digest;
