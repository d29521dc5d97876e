import type { LedgerBlock, LedgerCall, LedgerTransaction } from '../ledger/port.js';
import type { SqliteHandle } from '../sqlite/database.js';
import { filterColumns, filterMembers, inTransaction } from './schema.js';

/** Number and header hash of a block. */
export interface Tip {
  readonly number: bigint;
  readonly hash: string;
}

/** Writes whole blocks: their rows and the checkpoint, in one database transaction. */
export interface BlockWriter {
  /** The last block applied; `undefined` before block 0. */
  tip(): Tip | undefined;
  /** Applies consecutive blocks, all or none. That they follow from the tip is the caller's to check. */
  apply(blocks: readonly LedgerBlock[]): void;
}

const columns = Object.values(filterColumns);
const recordColumns = ['key', 'kind', 'value', 'tx_id', 'block', 'idx', ...columns];
const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

// Fixed texts, prepared once: a rebuild runs them tens of thousands of times a second.
const statements = {
  record: `INSERT INTO records (${recordColumns.join(', ')}) VALUES (${marks(recordColumns.length)})
    ON CONFLICT (key) DO UPDATE SET ${recordColumns
      .slice(1)
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}`,
  removal: 'DELETE FROM records WHERE key = ?',
  history: `INSERT INTO history (key, block, idx, tx_id, value) VALUES (${marks(5)})
    ON CONFLICT (key, block, idx) DO UPDATE SET value = excluded.value`,
  transaction: `INSERT INTO transactions
    (block, idx, tx_id, code, submitter, signed, time, transaction_name, argument, result) VALUES (${marks(10)})`,
  submitter: `INSERT INTO submitters (msp_id, certificate) VALUES (?, ?)
    ON CONFLICT (certificate, msp_id) DO UPDATE SET msp_id = excluded.msp_id RETURNING id`,
  checkpoint: `INSERT INTO checkpoint (id, block, hash) VALUES (1, ?, ?)
    ON CONFLICT (id) DO UPDATE SET block = excluded.block, hash = excluded.hash`,
};

interface Write {
  readonly value: string | null;
  readonly txId: string;
  readonly block: number;
  readonly index: number;
}

const NO_CALL: Omit<LedgerCall, 'writes'> = {
  mspId: '',
  certificate: '',
  signed: false,
  time: '',
  transaction: '',
  argument: '',
  result: '',
};

/** Submitters remembered by their row; bounded, because whoever may submit could make new certificates for ever. */
const REMEMBERED = 4096;

function filterValues(value: string): (string | null)[] {
  const record = JSON.parse(value) as Readonly<Record<string, unknown>> | null;
  return filterMembers.map((member) => {
    const found = record?.[member];
    return typeof found === 'string' ? found : null;
  });
}

function kindOf(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}

class SqliteBlockWriter implements BlockWriter {
  readonly #handle: SqliteHandle;
  readonly #run: (name: keyof typeof statements, ...values: readonly unknown[]) => void;
  readonly #submitterId: (mspId: string, certificate: string) => number;

  constructor(handle: SqliteHandle) {
    const prepared = Object.fromEntries(
      Object.entries(statements).map(([name, sql]) => [name, handle.prepare(sql)]),
    ) as Record<keyof typeof statements, ReturnType<SqliteHandle['prepare']>>;
    this.#handle = handle;
    this.#run = (name, ...values) => void prepared[name].run([...values]);
    this.#submitterId = remembering((mspId, certificate) => {
      const [row] = prepared.submitter.all([mspId, certificate]) as { readonly id: number }[];
      return row?.id ?? 0;
    });
  }

  tip(): Tip | undefined {
    const [row] = this.#handle.prepare('SELECT block, hash FROM checkpoint').all() as {
      readonly block: number;
      readonly hash: string;
    }[];
    return row && { number: BigInt(row.block), hash: row.hash };
  }

  apply(blocks: readonly LedgerBlock[]): void {
    const last = blocks.at(-1);
    if (last === undefined) return;
    inTransaction(this.#handle, () => {
      // Only the last value of a record is written to its row, however often the batch changed it.
      const changed = new Map<string, Write>();
      for (const block of blocks) this.#applyBlock(block, changed);
      for (const [key, write] of changed) this.#applyRecord(key, write);
      this.#run('checkpoint', Number(last.number), last.hash);
    });
  }

  #applyBlock(block: LedgerBlock, changed: Map<string, Write>): void {
    const number = Number(block.number);
    for (const transaction of block.transactions) {
      this.#applyTransaction(number, transaction);
      if (transaction.code !== 'VALID') continue;
      for (const { key, value } of transaction.call?.writes ?? []) {
        const write = { value, txId: transaction.txId, block: number, index: transaction.index };
        this.#run('history', key, number, transaction.index, transaction.txId, value);
        changed.set(key, write);
      }
    }
  }

  #applyTransaction(
    block: number,
    { txId, index, code, call = { ...NO_CALL, writes: [] } }: LedgerTransaction,
  ): void {
    const submitter = this.#submitterId(call.mspId, call.certificate);
    const { time, transaction, argument, result } = call;
    const signed = call.signed ? 1 : 0;
    this.#run(
      'transaction',
      block,
      index,
      txId,
      code,
      submitter,
      signed,
      time,
      transaction,
      argument,
      result,
    );
  }

  #applyRecord(key: string, { value, txId, block, index }: Write): void {
    if (value === null) this.#run('removal', key);
    else this.#run('record', key, kindOf(key), value, txId, block, index, ...filterValues(value));
  }
}

// An id stays right after a rollback only if the row is inserted again: so the memory is of lookups in this process's
// committed past, and a failed batch stops the follower, whose writer is then made anew.
function remembering(
  find: (mspId: string, certificate: string) => number,
): (mspId: string, certificate: string) => number {
  const known = new Map<string, number>();
  return (mspId, certificate) => {
    const name = `${mspId}\n${certificate}`;
    const id = known.get(name) ?? find(mspId, certificate);
    if (known.size >= REMEMBERED) known.clear();
    known.set(name, id);
    return id;
  };
}

/** A writer over tables made by `ensureTables`. */
export function newBlockWriter(handle: SqliteHandle): BlockWriter {
  return new SqliteBlockWriter(handle);
}
