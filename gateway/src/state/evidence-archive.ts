import type { Selectable, Transaction } from 'kysely';
import type {
  Collected,
  EvidenceArchive,
  EvidenceSubjectEntry,
  EvidenceSubjectKey,
} from './evidence-port.js';
import type { StateSchema } from './schema.js';
import type { StateDatabase } from './writer.js';

type Row = Selectable<StateSchema['evidence_subjects']>;
type Trx = Transaction<StateSchema>;

function toEntry(row: Row): EvidenceSubjectEntry {
  return {
    kind: row.kind,
    id: row.id,
    state: row.state,
    dueAt: row.due_at,
    attempts: row.attempts,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.collected_for !== null && { collectedFor: row.collected_for }),
    ...(row.statement !== null && { statement: new Uint8Array(row.statement) }),
  };
}

async function keep(trx: Trx, { answers, blocks, subject }: Collected, at: string): Promise<void> {
  for (const [tx_id, answer] of answers)
    await trx
      .insertInto('evidence_answers')
      .values({ tx_id, answer, collected_at: at })
      .onConflict((conflict) => conflict.column('tx_id').doNothing())
      .execute();
  for (const [number, block] of blocks)
    await trx
      .insertInto('evidence_blocks')
      .values({ number: Number(number), block })
      .onConflict((conflict) => conflict.column('number').doNothing())
      .execute();
  if (subject !== undefined) await keepSubject(trx, subject, at);
}

async function keepSubject(
  trx: Trx,
  { kind, id, collectedFor, statement }: NonNullable<Collected['subject']>,
  at: string,
): Promise<void> {
  const values = { collected_for: collectedFor, statement };
  await trx
    .insertInto('evidence_subjects')
    .values({ kind, id, state: 'COLLECTED', due_at: at, attempts: 0, reason: null, ...values })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(values))
    .execute();
}

async function want(
  trx: Trx,
  subjects: readonly (EvidenceSubjectKey & { readonly dueAt: string })[],
): Promise<void> {
  for (const { kind, id, dueAt: due_at } of subjects) {
    const values = { state: 'DUE', due_at, attempts: 0 } as const;
    await trx
      .insertInto('evidence_subjects')
      .values({ kind, id, reason: null, collected_for: null, statement: null, ...values })
      .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(values))
      .execute();
  }
}

async function setCursor(trx: Trx, block: bigint): Promise<void> {
  await trx
    .insertInto('evidence_cursor')
    .values({ id: 1, block: Number(block) })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ block: Number(block) }))
    .execute();
}

/** Proofs as they were collected, and what is still to be collected. */
export const newEvidenceArchive = (database: StateDatabase): EvidenceArchive => ({
  ...newProofs(database),
  ...newSubjects(database),
  ...newBacklog(database),
});

function newProofs({
  db,
  write,
  now,
}: StateDatabase): Pick<EvidenceArchive, 'answer' | 'block' | 'keep' | 'tokens' | 'keepToken'> {
  return {
    async answer(txId) {
      const row = await db
        .selectFrom('evidence_answers')
        .select('answer')
        .where('tx_id', '=', txId)
        .executeTakeFirst();
      return row && new Uint8Array(row.answer);
    },
    async block(number) {
      const row = await db
        .selectFrom('evidence_blocks')
        .select('block')
        .where('number', '=', Number(number))
        .executeTakeFirst();
      return row && new Uint8Array(row.block);
    },
    keep: (collected) => write((trx) => keep(trx, collected, now())),
    async tokens(txIds) {
      if (txIds.length === 0) return [];
      const rows = await db
        .selectFrom('evidence_tokens')
        .selectAll()
        .where('tx_id', 'in', [...txIds])
        .orderBy('authority')
        .execute();
      return rows.map(({ tx_id, ...row }) => ({ ...row, txId: tx_id, token: new Uint8Array(row.token) }));
    },
    keepToken: ({ txId, authority, token }) =>
      write(async (trx) => {
        await trx
          .insertInto('evidence_tokens')
          .values({ tx_id: txId, authority, token })
          .onConflict((conflict) => conflict.columns(['tx_id', 'authority']).doNothing())
          .execute();
      }),
  };
}

type Subjects = Pick<EvidenceArchive, 'subject' | 'want' | 'lookedThrough' | 'settle' | 'putOff'>;

function newSubjects({ db, write }: StateDatabase): Subjects {
  return {
    async subject({ kind, id }) {
      const row = await db
        .selectFrom('evidence_subjects')
        .selectAll()
        .where('kind', '=', kind)
        .where('id', '=', id)
        .executeTakeFirst();
      return row && toEntry(row);
    },
    want: (subjects, lookedThrough) =>
      write(async (trx) => {
        await want(trx, subjects);
        if (lookedThrough !== undefined) await setCursor(trx, lookedThrough);
      }),
    async lookedThrough() {
      const row = await db.selectFrom('evidence_cursor').select('block').executeTakeFirst();
      return row === undefined ? -1n : BigInt(row.block);
    },
    settle: ({ kind, id }, dueAt) =>
      write(async (trx) => {
        await trx
          .updateTable('evidence_subjects')
          .set({ state: 'COLLECTED', attempts: 0, reason: null })
          .where('kind', '=', kind)
          .where('id', '=', id)
          .where('due_at', '=', dueAt)
          .execute();
      }),
    putOff: ({ kind, id }, due_at, reason) =>
      write(async (trx) => {
        await trx
          .updateTable('evidence_subjects')
          .set(({ eb }) => ({ state: 'DUE', due_at, reason, attempts: eb('attempts', '+', 1) }))
          .where('kind', '=', kind)
          .where('id', '=', id)
          .execute();
      }),
  };
}

function newBacklog({ db }: StateDatabase): Pick<EvidenceArchive, 'due' | 'nextDue' | 'backlog'> {
  return {
    async due(at, limit) {
      const rows = await db
        .selectFrom('evidence_subjects')
        .selectAll()
        .where('state', '=', 'DUE')
        .where('due_at', '<=', at)
        .orderBy('due_at')
        .limit(limit)
        .execute();
      return rows.map(toEntry);
    },
    async nextDue() {
      const row = await db
        .selectFrom('evidence_subjects')
        .select('due_at')
        .where('state', '=', 'DUE')
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
      return row?.due_at;
    },
    async backlog() {
      const row = await db
        .selectFrom('evidence_subjects')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', 'DUE')
        .executeTakeFirst();
      return row?.count ?? 0;
    },
  };
}
