import { decodeRecord, readKey, type LedgerRecord } from '@tallystick/chaincode/model';
import type { FoldedTransaction } from '@tallystick/verifier/fold';
import type { LedgerTransaction } from '../ledger/port.js';
import type { SqliteHandle } from '../database/sqlite/database.js';
import { prepared, type Statement } from '../database/sqlite/statement.js';
import { EdgeRows } from './edges/edge-rows.js';
import { EventRows } from './events.js';
import { filterColumns, filterMembers } from './schema.js';
import { newSubmitters, type Submitters } from './submitters.js';
import { leafColumns } from './trees/leaf-rows.js';

/** A transaction of the ledger with what the fold makes of it. */
export interface FoldedEntry {
  readonly position: number;
  readonly entry: LedgerTransaction;
  readonly folded: FoldedTransaction;
}

/** The last effective write of a record. */
interface Write {
  readonly text: string;
  readonly record: LedgerRecord;
  readonly txId: string;
  readonly block: number;
  readonly index: number;
}

/** Text of a record after the last batch. */
type Committed = (key: string) => string | undefined;

const columns = Object.values(filterColumns);
const unchanging = columns.filter((column) => column !== 'by_state');
const recordColumns = ['key', 'kind', 'value', 'tx_id', 'block', 'idx', ...columns];
const transactionColumns = [
  ...['position', 'block', 'idx', 'tx_id', 'code', 'submitter', 'signed', 'time', 'transaction_name'],
  ...['argument', 'result', 'envelope', 'validation', 'verdict', 'flags', 'writes', 'lint'],
];
const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const insertion = (table: string, names: readonly string[]): string =>
  `INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks(names.length)})`;

// Fixed texts, prepared once: a rebuild runs them tens of thousands of times a second.
const statements = {
  // Of a record that is there mostly nothing changes but its text and its state: then one index is written again, not eight.
  change: `UPDATE records SET value = ?1, tx_id = ?2, block = ?3, idx = ?4, by_state = ?5 WHERE key = ?6
    AND ${unchanging.map((column, index) => `${column} IS ?${index + 7}`).join(' AND ')} RETURNING 1`,
  record: `${insertion('records', recordColumns)} ON CONFLICT (key) DO UPDATE SET ${recordColumns
    .slice(1)
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}`,
  history: insertion('history', ['key', 'position', 'value']),
  transaction: insertion('transactions', transactionColumns),
  envelope: insertion('envelopes', ['position', 'bytes']),
  divergence: insertion('divergences', ['position', 'keys', 'reason', 'facts']),
  stands: `${insertion('standings', ['key', 'digest'])}
    ON CONFLICT (key) DO UPDATE SET digest = excluded.digest`,
  agrees: 'DELETE FROM standings WHERE key = ?',
};

interface Called {
  readonly mspId: string;
  readonly certificate: string;
  readonly time: string;
  readonly name: string;
  readonly argument: string;
  readonly result: string;
}

const NO_CALL: Called = { mspId: '', certificate: '', time: '', name: '', argument: '', result: '' };

/** What took effect is what the rules return; where nothing is judged or nothing took effect, nothing was returned. */
function calledBy({ call }: FoldedTransaction, chaincode: string): Called {
  if (call === undefined) return NO_CALL;
  const { mspId, certificate, time, transaction, argument, result = '' } = call;
  // Another chaincode may have functions named like our transactions.
  const name = call.chaincode === chaincode ? transaction : `${call.chaincode}/${transaction}`;
  return { mspId, certificate, time, name, argument, result };
}

/** The signature was checked under the certificate that the ledger's decoder read: it has to be the one that the fold read. */
const isSigned = ({ creator }: LedgerTransaction, { mspId, certificate }: Called): boolean =>
  creator?.signed === true && creator.mspId === mspId && creator.certificate === certificate;

function filterValues(record: LedgerRecord): (string | null)[] {
  const members: Readonly<Record<string, unknown>> = { ...record };
  return filterMembers.map((member) => {
    const found = members[member];
    return typeof found === 'string' ? found : null;
  });
}

function recordIn(key: string, text: string): LedgerRecord {
  const { type } = readKey(key) ?? {};
  if (type === undefined) throw new Error(`the rules wrote ${key}, which is no key of a record`);
  return decodeRecord(type, text);
}

/** Rows of transactions, and of what they make: records, events and edges. */
export class RowWriter {
  readonly #chaincode: string;
  readonly #statements: Readonly<Record<keyof typeof statements, Statement<readonly unknown[]>>>;
  readonly #submitters: Submitters;
  readonly #events: EventRows;
  readonly #edges: EdgeRows;
  readonly #committed: Committed;
  /** Only the last text of a record is written to its row, however often a batch changed it. */
  readonly #changed = new Map<string, Write>();

  constructor(handle: SqliteHandle, chaincode: string, committed: Committed) {
    this.#chaincode = chaincode;
    this.#committed = committed;
    this.#events = new EventRows(handle);
    this.#edges = new EdgeRows(handle);
    this.#statements = Object.fromEntries(
      Object.entries(statements).map(([name, sql]) => [name, prepared<readonly unknown[]>(handle, sql)]),
    ) as Record<keyof typeof statements, Statement<readonly unknown[]>>;
    this.#submitters = newSubmitters(handle);
  }

  add({ position, entry, folded }: FoldedEntry): void {
    this.#addTransaction(position, entry, folded);
    this.#statements.envelope.run(position, entry.envelope);
    const { block, index, txId } = folded.leaf;
    for (const [key, text] of folded.writes) {
      const record = recordIn(key, text);
      this.#statements.history.run(key, position, text);
      this.#edges.changed(this.#before(key), record, position);
      this.#changed.set(key, { text, record, txId, block, index });
    }
    if (folded.events !== undefined) this.#events.add(position, folded.events);
    for (const [key, digest] of folded.standing) this.#stand(key, digest);
    const { difference, noted } = folded;
    if (difference === undefined) return;
    const { reason, facts } = difference;
    this.#statements.divergence.run(position, JSON.stringify(noted), reason, JSON.stringify(facts));
  }

  /** Ends a batch. */
  write(): void {
    for (const [key, write] of this.#changed) this.#writeRecord(key, write);
    this.#changed.clear();
  }

  #before(key: string): LedgerRecord | undefined {
    const changed = this.#changed.get(key);
    if (changed !== undefined) return changed.record;
    const text = this.#committed(key);
    return text === undefined ? undefined : recordIn(key, text);
  }

  #writeRecord(key: string, { text, record, txId, block, index }: Write): void {
    const [state = null, ...others] = filterValues(record);
    const { change, record: put } = this.#statements;
    const changed = change.first(text, txId, block, index, state, key, ...others);
    if (changed === undefined) put.run(key, record.kind, text, txId, block, index, state, ...others);
  }

  #addTransaction(position: number, entry: LedgerTransaction, folded: FoldedTransaction): void {
    const { leaf, lint } = folded;
    const called = calledBy(folded, this.#chaincode);
    const [envelope, validation, verdict, flags, writes] = leafColumns(leaf);
    this.#statements.transaction.run(
      ...[position, leaf.block, leaf.index, leaf.txId, entry.code],
      ...[this.#submitters(called.mspId, called.certificate), isSigned(entry, called) ? 1 : 0],
      ...[called.time, called.name, called.argument, called.result],
      ...[envelope, validation, verdict, flags, writes, lint.length === 0 ? '' : JSON.stringify(lint)],
    );
  }

  #stand(key: string, digest: string | null | undefined): void {
    if (digest === undefined) this.#statements.agrees.run(key);
    else this.#statements.stands.run(key, digest);
  }
}
